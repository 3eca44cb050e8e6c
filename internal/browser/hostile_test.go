package browser

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostileNames: whatever a team is called is text, and pushes nothing off
// the narrowest of screens.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	names := map[string]string{
		"script": `<script>document.title = "taken over"</script>"'&{team}`,
		"long":   strings.Repeat("W", 200),
		"rtl":    "الاتحاد السكندري",
	}
	for id, name := range names {
		s.team(id, name)
	}
	var players strings.Builder
	for i := range 11 {
		fmt.Fprintf(&players, `,{"number":%d,"name":%q}`, i+1, fmt.Sprintf("<img src=x onerror=alert(%d)> %s", i, strings.Repeat("M", 60)))
	}
	eleven := "[" + players.String()[1:] + "]"
	p := newTab(t, s.site())
	p.viewport(screen{"narrow", 320, 640, true}, false)
	for _, pair := range [][2]string{{"script", "long"}, {"rtl", "script"}} {
		id := s.create(pair[0], pair[1], "2026-12-01")
		p.open("/match/" + id)
		p.shows(".connection", "Live")
		s.post(id, `{"kind":"start","home_players":`+eleven+`,"visit_players":`+eleven+`}`,
			fmt.Sprintf(`{"kind":"goal","team":%q,"player":1,"comment":"<b>bold</b>"}`, pair[0]),
			fmt.Sprintf(`{"kind":"card","team":%q,"player":2,"card":"red"}`, pair[1]))
		p.waits(`document.querySelectorAll(".ticker > .row").length === 3`)
		for _, live := range []bool{true, false} {
			if !live {
				p.reload() // as the server makes it
			}
			for _, team := range pair {
				p.waits(`[...document.querySelectorAll("bdi")].some((b) => b.textContent === ` + quote(names[team]) + `)`)
			}
			p.within(id)
		}
		p.open("/")
		p.within("the list")
	}
}

// within fails where the page is wider than the screen, or text has become
// elements.
func (t *tab) within(what string) {
	t.Helper()
	if wide := ask[int](t, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		t.Errorf("%s: %d pixels wider than the screen: %s", what, wide, ask[string](t,
			`[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 80)).slice(0, 5).join("\n")`))
	}
	if title := ask[string](t, `document.title`); strings.Contains(title, "taken over") && !strings.Contains(title, "<script>") {
		t.Errorf("%s: a name was run: %s", what, title)
	}
	if n := ask[int](t, `document.querySelectorAll("img[src=x], script:not([src]):not([type='application/ld+json'])").length`); n > 0 {
		t.Errorf("%s: %d elements came out of names", what, n)
	}
}
