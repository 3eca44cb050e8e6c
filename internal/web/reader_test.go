package web

import (
	"net/http"
	"strings"
	"testing"

	"matchstream/internal/store/memory"
	"matchstream/matches"
)

func TestLanguage(t *testing.T) {
	w := newWorld(t, memory.New())
	id := w.play(matches.Final2022, 3)
	for _, c := range []struct{ query, accept, language string }{
		{"", "", "en"},
		{"", "es-AR,es;q=0.9,en;q=0.8", "es"},
		{"", "es", "es"},
		{"", "de,fr;q=0.9", "en"},
		{"", "de,es;q=0.5,en;q=0.3", "es"},
		{"", "en-GB,es;q=0.9", "en"},
		{"", ";;;q=,", "en"},
		{"?lang=es", "en", "es"},
		{"?lang=en", "es", "en"},
		{"?lang=xx", "es", "es"},
	} {
		for _, path := range []string{"/", "/match/" + id, "/nowhere"} {
			a := w.ask("GET", path+c.query, http.Header{"Accept-Language": {c.accept}})
			body := a.Body.String()
			if got := a.Header().Get("Content-Language"); got != c.language || !strings.Contains(body, `<html lang="`+c.language+`">`) || a.Header().Get("Vary") != "Accept-Language" {
				t.Errorf("%s%s for %q: %q", path, c.query, c.accept, got)
			}
			// A language that was asked for is kept on the way through the site.
			if kept := strings.Contains(body, `<a class="name" href="/?lang=`+c.language+`"`); kept != (len(c.query) > 0 && c.query != "?lang=xx") {
				t.Errorf("%s%s: the link home keeps the language: %v", path, c.query, kept)
			}
		}
	}
}

// TestSwitch: the switch leads to the same page, and loses nothing of its address.
func TestSwitch(t *testing.T) {
	w := newWorld(t, memory.New())
	body := w.get("/?after=arg-fra-2022-12-18&lang=es").Body.String()
	for _, link := range []string{
		`<a href="/?after=arg-fra-2022-12-18&amp;lang=en" lang="en" hreflang="en">English</a>`,
		`<a href="/?after=arg-fra-2022-12-18&amp;lang=es" lang="es" hreflang="es" aria-current="true">Español</a>`,
	} {
		if !strings.Contains(body, link) {
			t.Errorf("no %s in\n%s", link, body)
		}
	}
	if body := w.get(`/"><script>?lang=es`).Body.String(); strings.Contains(body, "<script>") {
		t.Error(body)
	}
}
