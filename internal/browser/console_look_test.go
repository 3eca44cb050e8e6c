package browser

import "testing"

// TestConsoleLooks visits every view of the console: it fits the smallest
// screen, can be hit with a thumb, and axe finds nothing wrong.
func TestConsoleLooks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("arg", "Argentina")
	s.team("fra", "France")
	s.create("arg", "fra", "2026-12-18")
	p := newTab(t, s.site())
	look := func(name string) {
		t.Helper()
		for _, sc := range []screen{small, phone, desktop} {
			for _, dark := range []bool{false, true} {
				p.viewport(sc, dark)
				tone := map[bool]string{false: "light", true: "dark"}[dark]
				what := "console-" + name + "-" + sc.name + "-" + tone
				p.picture(what, false)
				p.within(what)
				p.big(what)
				p.accessible(what)
			}
		}
		p.viewport(small, false)
	}
	p.viewport(small, false)
	p.open("/operate")
	p.find("heading", "Console")
	look("signin")
	p.signIn()
	p.find("button", "2026-12-18 Argentina – France")
	look("choose")
	p.click("button", "New match")
	p.fills("combobox", "Home team", "Ñublense Fútbol Club")
	look("create")
	p.click("button", "Back")
	p.click("button", "2026-12-18 Argentina – France")
	p.find("button", "Line-up of Argentina")
	look("before")
	p.click("button", "Line-up of Argentina")
	p.fills("textbox", "Paste the line-up", pasted("Argentina")+"nonsense\n7 Twice\n")
	look("lineup")
	p.click("button", "Close")
	p.announces("Argentina", "France")
	p.fits("announced")
	p.click("button", "Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	p.fits("playing")
	look("playing")
	p.click("button", "Goal Argentina")
	p.find("button", "10 Argentina P10")
	look("goal")
	p.click("button", "10 Argentina P10")
	p.click("button", "Yellow France")
	p.click("button", "5 France P5")
	p.shows(".recent", "Yellow card for France P5 (France). confirmed")
	p.click("button", "Yellow France")
	p.find("button", "5 France P5 has a yellow card")
	look("card")
	p.click("button", "Close")
	p.click("button", "Change France")
	p.click("button", "11 France P11")
	p.find("button", "12 France P12")
	look("substitution")
	p.click("button", "12 France P12")
	p.click("button", "VAR")
	look("var")
	p.click("button", "Close")
	p.click("button", "More")
	look("more")
	p.click("button", "Close")
	p.click("button", "Events")
	look("events")
	p.click("button", "1′ Goal for Argentina! Argentina P10. confirmed")
	look("event")
	p.click("button", "Close")
	p.click("button", "Live, all confirmed")
	look("servers")
}

// fits fails where the score, the queue's state and the buttons of now do not
// all stand on the screen.
func (t *tab) fits(what string) {
	t.Helper()
	if over := ask[int](t, `document.documentElement.scrollHeight - innerHeight`); over > 0 {
		t.Errorf("%s: %d pixels too high", what, over)
	}
}

// big fails for buttons that are smaller than a thumb.
func (t *tab) big(what string) {
	t.Helper()
	if small := ask[[]string](t, `[...(document.querySelector("dialog") ?? document.querySelector("main")).querySelectorAll("button, input, select, textarea, summary")]
		.filter((e) => e.checkVisibility() && !e.matches(".queue, .recent")).map((e) => [e, e.getBoundingClientRect()])
		.filter(([, r]) => r.height < 55.9 || r.width < 55.9).map(([e, r]) => e.outerHTML.slice(0, 90) + " " + r.width + "×" + r.height)`); len(small) > 0 {
		t.Errorf("%s: too small for a thumb: %q", what, small)
	}
}
