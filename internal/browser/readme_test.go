package browser

import (
	"testing"

	"matchstream/matches"
)

// TestReadme shows what the README shows: with -screenshots, its pictures.
func TestReadme(t *testing.T) {
	s := newServer(t)
	weekend(s)
	id, lines := s.prepare(matches.Final2022)
	s.ask("PUT", "/1/team/arg", `{"name":"Argentina","colours":["#75aadb","#ffffff"]}`)
	s.ask("PUT", "/1/team/fra", `{"name":"France","colours":["#1b2a63","#d52b3a"]}`)
	for _, l := range lines {
		s.post(id, string(l.Body))
	}
	p := newTab(t, s.site())

	p.open("/match/" + id)
	p.shows(".phase", "Full time")
	p.viewport(desktop, false)
	p.picture("match", false)
	p.viewport(phone, true)
	p.picture("match-phone", false)

	playing := s.create("arg", "fra", day(0))
	s.post(playing, string(lines[0].Body), `{"kind":"goal","team":"arg","player":10,"how":"penalty"}`,
		`{"kind":"corner","team":"fra"}`, `{"kind":"card","team":"fra","player":14,"card":"yellow"}`)
	p.open("/")
	p.shows(".now", "Argentina")
	p.viewport(desktop, false)
	p.picture("list", false)

	p.operates(playing)
	p.viewport(phone, false)
	p.shows(".score, .scoreline, main", "1–0")
	p.picture("console", false)
	p.click("button", "Goal Argentina")
	p.find("button", "10 Lionel Messi")
	p.picture("console-goal", false)
}
