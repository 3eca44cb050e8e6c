package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"matchstream/internal/match"
)

// today, and the days around it, as the server counts them.
func day(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

func eleven(name string) string {
	var all []string
	for i := range 11 {
		all = append(all, fmt.Sprintf(`{"number":%d,"name":"%s %d"}`, i+1, name, i+1))
	}
	return "[" + strings.Join(all, ",") + "]"
}

var kickOff = `{"kind":"start","home_players":` + eleven("Home") + `,"visit_players":` + eleven("Visit") + `}`

func goal(team string) string { return `{"kind":"goal","team":"` + team + `","player":7}` }

// weekend is a list with something of everything.
func weekend(s *server) {
	for id, name := range map[string]string{"elp": "Estudiantes de La Plata", "tig": "Tigre", "boc": "Boca Juniors", "riv": "River Plate",
		"mal": "Malmö FF", "lod": "Łódzki KS", "odd": `<script>alert(1)</script>"'&`, "rtl": "الاتحاد السكندري", "atm": "Atlético de Madrid",
		"lng": "Wolverhampton Wanderers and the Extremely Long Named Football Association of " + strings.Repeat("W", 90)} {
		s.team(id, name)
	}
	for _, m := range []struct {
		home, visit string
		day         int
		kickoff     string
		events      []string
	}{
		{"elp", "tig", 0, "18:00", []string{kickOff, goal("elp")}},
		{"boc", "riv", 0, "20:30", nil},
		{"mal", "lod", 0, "16:15", []string{kickOff, goal("mal"), goal("lod"), `{"kind":"halftime"}`}},
		{"odd", "rtl", 0, "", []string{kickOff, goal("odd")}},
		{"lng", "odd", 0, "21:00", nil},
		{"lng", "rtl", 0, "", []string{kickOff, goal("lng"), goal("rtl"), `{"kind":"suspend","reason":"fog"}`}},
		{"atm", "boc", 1, "19:45", nil},
		{"riv", "elp", 3, "", nil},
		{"atm", "mal", -1, "19:00", []string{kickOff, goal("atm"), `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`}},
		{"tig", "boc", -2, "", []string{kickOff, `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"penalties"}`, goal("tig"), `{"kind":"stop"}`}},
		{"lod", "riv", -2, "", []string{kickOff, `{"kind":"abandon","reason":"dark"}`}},
	} {
		kickoff := ""
		if m.kickoff != "" {
			kickoff = fmt.Sprintf(`,"kickoff":"%sT%s:00Z"`, day(m.day), m.kickoff)
		}
		s.ask("POST", "/1/matches", fmt.Sprintf(`{"home":%q,"visit":%q,"date":%q%s}`, m.home, m.visit, day(m.day), kickoff))
		s.post(match.MakeID(m.home, m.visit, day(m.day)), m.events...)
	}
}

// line is a match in the list, as a selector.
func line(home, visit string, n int) string {
	return fmt.Sprintf(`.line[data-id="%s"]`, match.MakeID(home, visit, day(n)))
}

// TestBoard: a match of today begins, scores and ends, and moves to where it
// belongs, but not while somebody points at it.
func TestBoard(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	weekend(s)
	p := newTab(t, s.site())
	p.viewport(desktop, false)
	p.open("/")
	p.shows(".connection", "Live")
	p.pictures("board")
	p.viewport(desktop, false)

	id, at := match.MakeID("boc", "riv", day(0)), line("boc", "riv", 0)
	p.shows(at, "17:30") // 20:30 UTC, where the reader is
	ask[any](p, `document.querySelector('`+at+`').focus(); true`)
	s.post(id, kickOff)
	p.shows(at, "1′")
	p.waits(`document.activeElement.matches('.today ` + at + `')`)
	s.post(id, goal("boc"))
	p.shows(at+" .goals.home", "1")
	p.shows(".news", "Goal for Boca Juniors! Boca Juniors 1–0 River Plate.")
	ask[any](p, `document.activeElement.blur(); true`)
	p.waits(`document.querySelector('.now ` + at + `')`)
	s.post(id, `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`)
	p.waits(`document.querySelector('.today ` + at + `')`)
	p.shows(at, "Full time")

	// A match that nobody had announced.
	made := s.create("riv", "tig", day(0))
	p.waits(`document.querySelector('.today ` + line("riv", "tig", 0) + ` img.crest')?.naturalWidth > 0`)
	s.ask("DELETE", "/1/match/"+made, "")
	p.waits(`!document.querySelector('` + line("riv", "tig", 0) + `')`)
}

// TestBoardAfterABreak: what ended, and what began and ended, while nobody
// could tell the page, is right afterwards.
func TestBoardAfterABreak(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	weekend(s)
	p := newTab(t, s.site())
	p.expects("ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|503|404|ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED") // 404: it is asked for a match that was deleted
	p.open("/")
	p.shows(".connection", "Live")
	p.offline(true)
	p.shows(".connection", "Not live")
	rest := []string{`{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`}
	s.post(match.MakeID("elp", "tig", day(0)), rest...)
	s.post(match.MakeID("boc", "riv", day(0)), append([]string{kickOff, goal("riv")}, rest...)...)
	s.post(match.MakeID("atm", "mal", day(-1)), `{"kind":"cancel","ref":2}`) // after its end
	s.ask("DELETE", "/1/match/"+match.MakeID("lng", "odd", day(0)), "")
	p.offline(false)
	p.shows(line("elp", "tig", 0)+" .when", "Full time")
	p.shows(line("boc", "riv", 0)+" .when", "Full time")
	p.shows(line("boc", "riv", 0)+" .goals.visit", "1")
	p.shows(line("atm", "mal", -1)+" .goals.home", "0")
	p.waits(`!document.querySelector('` + line("lng", "odd", 0) + `')`)
}

// TestLiveIsOfMatches: "Live" is on no page where nothing is played; that the
// page is cut off is on each.
func TestLiveIsOfMatches(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	list, page := newTab(t, s.site()), newTab(t, s.site())
	list.open("/")
	list.shows(".empty", "No matches yet.")
	const connected, seen = `document.querySelector(".connection").dataset.state === "live"`, `document.querySelector(".connection").checkVisibility()`
	list.waits(connected)
	list.picture("empty", true)
	s.team("elp", "Estudiantes")
	s.team("tig", "Tigre")
	id := s.create("elp", "tig", day(0))
	page.open("/match/" + id)
	for _, p := range []*tab{list, page} {
		p.expects("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
		p.waits(connected)
		if ask[bool](p, seen) {
			t.Errorf("%s is said where nothing is played", p.text(".connection"))
		}
		p.offline(true)
		p.waits(seen)
		p.shows(".connection", "Not live")
		p.offline(false)
		p.waits(connected + ` && !` + seen)
	}
	s.post(id, kickOff)
	for _, p := range []*tab{list, page} {
		p.waits(seen)
		p.shows(".connection", "Live")
	}
	s.post(id, `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`)
	for _, p := range []*tab{list, page} {
		p.waits(`!` + seen)
	}
}

// TestSearch, by keyboard and without a script's help.
func TestSearch(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	weekend(s)
	p := newTab(t, s.site())
	p.open("/")
	p.fills("searchbox", "Team", "malmo")
	p.presses("\r")
	p.shows(".found", "2 matches.")
	p.pictures("search")
	p.viewport(phone, false)
	if n := ask[int](p, `document.querySelectorAll(".line").length`); n != 2 {
		t.Errorf("%d lines", n)
	}
	p.open("/?date=31.2.2022&team=%3Cb%3E")
	p.shows(".wrong", "This is no day of the calendar.")
	p.picture("search-wrong", true)
	for _, width := range []int64{320, 390} {
		p.viewport(screen{"narrow", width, 600, true}, false)
		p.open("/")
		if over := ask[int](p, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
			t.Errorf("at %d the page is %d too wide", width, over)
		}
	}
}

// TestShared: what is said of a match outside is no trouble inside, hostile
// names and the policy included, and the card is a picture.
func TestShared(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	weekend(s)
	p := newTab(t, s.site())
	p.open("/match/" + match.MakeID("odd", "rtl", day(0)))
	p.shows(".connection", "Live")
	if name := ask[string](p, `JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent).homeTeam.name`); name != `<script>alert(1)</script>"'&` {
		t.Errorf("the data names %s", name)
	}
	width := ask[int](p, `new Promise((done, failed) => {
		const card = new Image();
		card.onload = () => done(card.naturalWidth);
		card.onerror = failed;
		card.src = document.querySelector('meta[property="og:image"]').content;
	})`)
	if width != 1200 {
		t.Errorf("the card is %d wide", width)
	}
}
