package web

import (
	"html/template"
	"net/http"
	"strings"

	"matchstream/internal/crest"
	"matchstream/internal/match"
)

// crest answers GET /crest/{team}: a file for those lines of the list that the
// script makes. A team of which nothing is known has a crest, too.
func (s *site) crest(w http.ResponseWriter, r *http.Request) {
	id, svg := strings.CutSuffix(r.PathValue("team"), ".svg")
	if !svg || !match.ValidTeamID(id) {
		s.missing(w, r)
		return
	}
	c := crest.Of(s.team(id))
	field := c.Division.Field()
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 72"><clipPath id="in-` + string(c.Form) + `"><path d="` + c.Form.Outline() + `"/></clipPath><defs><path id="` + string(c.Form) + `" d="` + c.Form.Outline() + `"/>`)
	if field != "" {
		b.WriteString(`<path id="` + string(c.Division) + `" d="` + field + `"/>`)
	}
	b.WriteString(`</defs>` + strings.Replace(crestParts(c), `class="rim"`, `fill="none" stroke="#808080" stroke-opacity=".5" stroke-width="3"`, 1) + `</svg>`)
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Cache-Control", "public, max-age=3600") // a team's colours may change
	w.Write([]byte(b.String()))                    // who has gone away need not be told
}

// drawn is a crest as SVG. There are two hundred on a page, and nothing of a
// team's own words is in one, so the template need not look at each part.
func drawn(c crest.Crest) template.HTML {
	return template.HTML(`<svg class="crest" viewBox="0 0 64 72" aria-hidden="true">` + crestParts(c) + `</svg>`)
}

// crestParts are what a crest is made of; they refer to the shields.
func crestParts(c crest.Crest) string {
	field := `<use href="#` + string(c.Division) + `" fill="` + c.Second.String() + `"/>`
	if c.Division.Field() == "" { // a rim
		field = `<use href="#` + string(c.Form) + `" fill="none" stroke="` + c.Second.String() + `" stroke-width="14"/>`
	}
	return `<g clip-path="url(#in-` + string(c.Form) + `)"><path d="M0 0h64v72H0z" fill="` + c.First.String() + `"/>` + field +
		`</g><use class="rim" href="#` + string(c.Form) + `"/>`
}

// shields are what the crests of a page are drawn of: each outline and each
// field once, whatever their colours.
type shields struct {
	Outlines map[crest.Form]string
	Fields   map[crest.Division]string
}

var shieldsThere = func() shields {
	s := shields{Outlines: map[crest.Form]string{}, Fields: map[crest.Division]string{}}
	for _, f := range crest.Forms() {
		s.Outlines[f] = f.Outline()
	}
	for _, d := range crest.Divisions() {
		if field := d.Field(); field != "" {
			s.Fields[d] = field
		}
	}
	return s
}()
