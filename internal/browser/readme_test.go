package browser

import (
	"testing"

	"matchstream/matches"
)

// sunday is a list as an association would have it.
func sunday(s *server) {
	for id, name := range map[string]string{"elp": "Estudiantes de La Plata", "tig": "Tigre", "boc": "Boca Juniors", "riv": "River Plate",
		"mal": "Malmö FF", "lod": "Łódzki KS", "atm": "Atlético de Madrid", "wol": "Wolverhampton Wanderers"} {
		s.team(id, name)
	}
	rest := []string{`{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`}
	s.post(s.create("elp", "tig", day(0)), kickOff, goal("tig"))
	s.post(s.create("mal", "lod", day(0)), kickOff, goal("mal"), goal("lod"), rest[0])
	s.post(s.create("wol", "atm", day(0)), append([]string{kickOff, goal("atm")}, rest...)...)
	s.create("boc", "riv", day(1))
	s.post(s.create("atm", "mal", day(-1)), append([]string{kickOff, goal("atm"), goal("atm"), goal("mal")}, rest...)...)
	s.post(s.create("tig", "boc", day(-1)), append([]string{kickOff, goal("boc")}, rest...)...)
}

// TestReadme shows what the README shows: with -screenshots, its pictures.
func TestReadme(t *testing.T) {
	s := newServer(t)
	sunday(s)
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
