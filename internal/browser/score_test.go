package browser

import (
	"fmt"
	"testing"
)

// TestTabsFit: no tab breaks within a word, or is two lines high, on a phone.
func TestTabsFit(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("elp", "Estudiantes")
	s.team("tig", "Tigre")
	id := s.create("elp", "tig", "2026-12-01")
	p := newTab(t, s.site())
	for _, width := range []int64{320, 375, 390} {
		for _, lang := range []string{"es", "en"} {
			what := fmt.Sprintf("tabs-%s-%d", lang, width)
			p.viewport(screen{"narrow", width, 640, true}, false)
			p.open("/match/" + id + "?lang=" + lang)
			p.within(what)
			broken := ask[string](p, `[...document.querySelectorAll(":is(.tabs, .filter) label")].filter((label) => {
				const text = document.createRange();
				text.selectNodeContents(label.lastChild);
				return text.getClientRects().length !== 1 || text.getBoundingClientRect().width > label.clientWidth;
			}).map((label) => label.textContent).join(", ")`)
			if broken != "" {
				t.Errorf("%s: these do not fit: %s", what, broken)
			}
			p.picture(what, false)
		}
	}
}

// TestCourseIsAsHighAsNeeded: before kick-off there is none, then it has the
// lanes that are in use; the server's is the same.
func TestCourseIsAsHighAsNeeded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("elp", "Estudiantes")
	s.team("tig", "Tigre")
	id := s.create("elp", "tig", "2026-12-01")
	p, fresh := newTab(t, s.site()), newTab(t, s.site())
	fresh.noScript()
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	p.picture("course-before", false)
	corner, home, visit := `{"kind":"corner","team":"tig"}`, `{"kind":"card","team":"elp","player":%d,"card":"yellow","minute":"5"}`, `{"kind":"card","team":"tig","player":%d,"card":"yellow","minute":"5"}`
	for i, c := range []struct {
		event  string
		height int // 0: it is not seen
	}{
		{`{"kind":"lineup","team":"elp","players":` + eleven("Home") + `}`, 0}, {kickOff, 56}, {`{"kind":"cancel","ref":2}`, 0}, {kickOff, 56}, {corner, 56},
		{fmt.Sprintf(home, 1), 56}, {fmt.Sprintf(home, 2), 76}, {fmt.Sprintf(home, 3), 96}, {fmt.Sprintf(home, 4), 96},
		{fmt.Sprintf(visit, 1), 96}, {fmt.Sprintf(visit, 2), 116}, {fmt.Sprintf(visit, 3), 136}, {`{"kind":"cancel","ref":8}`, 136}, {`{"kind":"cancel","ref":9}`, 116},
	} {
		s.post(id, c.event)
		p.waits(fmt.Sprintf(`document.querySelectorAll(".ticker > .row").length === %d`, i+1))
		fresh.open("/match/" + id)
		for who, tab := range map[string]*tab{"script": p, "server": fresh} {
			if height := ask[int](tab, `document.querySelector(".course").checkVisibility() ? document.querySelector(".course").clientHeight : 0`); height != c.height {
				t.Errorf("after event %d the %s's time line is %d high, not %d", i+1, who, height, c.height)
			}
		}
	}
	if out := ask[string](p, `(() => {
		const whole = document.querySelector(".course").getBoundingClientRect();
		return [...document.querySelectorAll(".course :is(.crest, .ground)")].filter((e) => {
			const { top, bottom } = e.getBoundingClientRect();
			return top < whole.top - 1 || bottom > whole.bottom + 1;
		}).map((e) => e.outerHTML).join("\n");
	})()`); out != "" {
		t.Errorf("these are not on the time line: %s", out)
	}
	p.pictures("course")
}

// TestDayOfKickoff: the day and the time above a match are of one clock.
func TestDayOfKickoff(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("elp", "Estudiantes")
	s.team("tig", "Tigre")
	s.ask("POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2026-11-30","kickoff":"2026-11-30T02:30:00Z","competition":"Torneo Clausura 2026, zona B","stadium":"Estadio Jorge Luis Hirschi"}`)
	p := newTab(t, s.site())
	const path = "/match/elp-tig-2026-11-30"
	for _, c := range []struct{ zone, lang, day, time string }{
		{"America/Argentina/Buenos_Aires", "en", "Sunday 29 November 2026", "23:30"},
		{"America/Argentina/Buenos_Aires", "es", "domingo 29 de noviembre de 2026", "23:30"},
		{"Europe/Berlin", "en", "Monday 30 November 2026", "03:30"},
	} {
		p.where(c.zone)
		p.open(path + "?lang=" + c.lang)
		p.shows(".goals", c.time)
		p.shows(".about time", c.day)
		if text := p.text(".goals"); text != c.time { // the day stands above
			t.Errorf("kick-off is %s", text)
		}
	}
	p.where("America/Argentina/Buenos_Aires")
	p.viewport(screen{"narrow", 320, 640, true}, false)
	p.open(path)
	p.shows(".about time", "Sunday 29 November 2026")
	p.picture("kickoff-day", false)
	// However narrow it is, no line of it begins with a dot.
	if first := ask[[]int](p, `(() => {
		const about = document.querySelector(".about"), found = [];
		for (let width = 300; width > 120; width -= 4) {
			about.style.width = width + "px";
			for (const dot of about.querySelectorAll(".dot")) {
				const last = document.createRange(), before = dot.previousElementSibling.firstChild;
				last.setStart(before, before.length - 1);
				last.setEnd(before, before.length);
				if (Math.abs(last.getBoundingClientRect().top - dot.getBoundingClientRect().top) > 2) found.push(width);
			}
		}
		return found;
	})()`); len(first) > 0 {
		t.Errorf("a line begins with a dot where it is so wide: %v", first)
	}
	s.post("elp-tig-2026-11-30", kickOff, `{"kind":"stop"}`)
	p.open(path)
	p.shows(".about time", "Sunday 29 November 2026") // nothing is followed any more
	p.noScript()
	p.open(path)
	p.shows(".about time", "Monday 30 November 2026")
}
