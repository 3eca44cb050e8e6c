package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"matchstream/internal/card"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/words"
)

// share is what a match's page says of itself to those who show a link to it.
// The score comes with the page; nothing here changes it later.
type share struct {
	Headline      string // Argentina 3–3 France
	Description   string
	Address       string // absolute, as all of them; "" if the host cannot be told
	Card          string
	Width, Height int
	Others        []tongue // the page in each language, and for whom none fits
	Event         sportsEvent
}

// sportsEvent is the match in the words of schema.org. It is written as JSON
// into an element of its own, where html/template lets no text end the
// element. (As microdata it would be spread over the whole page, which its
// script then changes.) Browsers do not run such a block, and the policy does
// not apply to it.
type sportsEvent struct {
	Context  string       `json:"@context"`
	Type     string       `json:"@type"`
	Name     string       `json:"name"`
	Sport    string       `json:"sport"`
	About    string       `json:"description"`
	Start    string       `json:"startDate"`
	Status   string       `json:"eventStatus"`
	URL      string       `json:"url,omitempty"`
	Image    string       `json:"image,omitempty"`
	Language string       `json:"inLanguage"`
	Place    *schemaThing `json:"location,omitempty"`
	Home     schemaThing  `json:"homeTeam"`
	Visit    schemaThing  `json:"awayTeam"`
	Of       *schemaThing `json:"superEvent,omitempty"`
}

type schemaThing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

// matchShared is the page of a match with what is said of it outside.
type matchShared struct {
	matchPage
	Share share
}

// showMatch is the page of a match. Its own address knows no query but the
// language, so that everybody is shown the same one.
func (s *site) showMatch(w http.ResponseWriter, r *http.Request, m *live.Match) {
	v, reader := m.View(), readerOf(r)
	reader.address = &url.URL{Path: "/match/" + v.Info.ID}
	base := baseOf(r)
	s.showKept(w, r, reader, v.Info.ID+" "+tagOf(v)+" "+base, "match", func() any {
		p := newMatchPage(reader, v, s.Clock())
		p.Audience = p.watching(audienceOf(context.WithoutCancel(r.Context()), m))
		return matchShared{p, newShare(p, v, base)}
	})
}

// tagOf names what a match looked like: its position, and how often it or its
// teams were changed since without an event.
func tagOf(v match.View) string {
	tag := v.Position().String()
	if v.Changes > 0 {
		tag += "." + strconv.Itoa(v.Changes)
	}
	return tag
}

var hostForm = regexp.MustCompile(`^(?:[a-zA-Z0-9._-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?$`)

// baseOf is this site as who asks reached it: "" if that cannot be told. What
// he says of host and scheme comes back to him alone: no cache keeps a page,
// and ours tells them apart. (--advertise will not do: one node's name is not
// the site's.)
func baseOf(r *http.Request) string {
	if !hostForm.MatchString(r.Host) {
		return ""
	}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func newShare(p matchPage, v match.View, base string) share {
	names := [2]string{nameOf(v, v.Info.Home), nameOf(v, v.Info.Visit)}
	s := share{Headline: headline(p.reader, v, names), Width: card.Width, Height: card.Height}
	s.Description = describe(p, v, s.Headline, names)
	path := "/match/" + v.Info.ID
	if base != "" {
		s.Address = base + p.To(path)
		s.Card = base + path + "/card.png?" + url.Values{"at": {tagOf(v)}, "lang": {p.Code}}.Encode()
		for _, l := range words.Languages() {
			s.Others = append(s.Others, tongue{Code: l.Code, Address: base + with(&url.URL{Path: path}, l.Code)})
		}
		s.Others = append(s.Others, tongue{Code: "x-default", Address: base + path})
	}
	s.Event = sportsEvent{Context: "https://schema.org", Type: "SportsEvent", Name: p.Title, Sport: "Association football", About: s.Description,
		Start: v.Info.Date, Status: "https://schema.org/EventScheduled", URL: s.Address, Image: s.Card, Language: p.Code,
		Home: schemaThing{"SportsTeam", names[match.Home]}, Visit: schemaThing{"SportsTeam", names[match.Visit]}}
	if v.Info.Kickoff != "" {
		s.Event.Start = v.Info.Kickoff
	}
	switch v.Status() {
	case match.Postponed:
		s.Event.Status = "https://schema.org/EventPostponed"
	case match.Abandoned:
		s.Event.Status = "https://schema.org/EventCancelled"
	}
	if v.Info.Stadium != "" {
		s.Event.Place = &schemaThing{"Place", v.Info.Stadium}
	}
	if v.Info.Competition != "" {
		s.Event.Of = &schemaThing{"SportsEvent", v.Info.Competition}
	}
	return s
}

// headline is who plays, and how it stands.
func headline(r reader, v match.View, names [2]string) string {
	if v.State.Period == match.NotStarted {
		return r.Say("versus", "home", names[match.Home], "visit", names[match.Visit])
	}
	return r.Say("headline", "home", names[match.Home], "visit", names[match.Visit], "score", scoreText(v))
}

// describe is the match in two lines: where it stands, when it was, who scored.
func describe(p matchPage, v match.View, headline string, names [2]string) string {
	text := headline
	if v.State.Shootout {
		text += " (" + p.Say("after_shootout", "kicks", kicksText(v)) + ")"
	}
	text += ". " + p.Language.Label(v.State.Period, v.Status())
	for _, more := range []string{p.Language.Day(v.Info.Date), kickoff(v.Info.Kickoff), v.Info.Competition, v.Info.Stadium} {
		if more != "" {
			text += ", " + more
		}
	}
	text += "."
	for i, scorers := range p.scorers {
		if len(scorers) > 0 {
			text += " " + p.Say("scored_for", "team", names[i], "scorers", strings.Join(scorers, ", "))
		}
	}
	return text
}

func scoreText(v match.View) string {
	return strconv.Itoa(v.State.Sides[match.Home].Score) + "–" + strconv.Itoa(v.State.Sides[match.Visit].Score)
}

func kicksText(v match.View) string {
	return strconv.Itoa(v.State.Sides[match.Home].Penalties) + "–" + strconv.Itoa(v.State.Sides[match.Visit].Penalties)
}

// scorers of both sides, each with his minutes.
func (s story) scorers() (all [2][]string) {
	for i, side := range sides {
		for _, f := range s.featsOf(side) {
			if !f.red {
				all[i] = append(all[i], strings.TrimSpace(f.name+" "+strings.Join(f.times, ", ")))
			}
		}
	}
	return all
}
