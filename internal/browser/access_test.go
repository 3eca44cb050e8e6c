package browser

import (
	_ "embed"
	"encoding/json"
	"testing"

	"matchstream/matches"
)

// axe is axe-core 4.14.1 by Deque Systems (MPL-2.0, testdata/axe-core), the
// field's checks of roles, names, contrast and the like.
//
//go:embed testdata/axe-core/axe.min.js
var axe string

// accessible fails the test for whatever axe finds wrong with what is shown.
func (t *tab) accessible(what string) {
	t.Helper()
	if !ask[bool](t, `"axe" in window`) {
		ask[bool](t, `(() => {`+axe+`; return true })()`)
	}
	// Animations are let end: a colour half faded in is no colour of the page.
	found := ask[string](t, `Promise.allSettled(document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime !== Infinity).map((a) => (a.finish(), a.finished)))
		.then(() => axe.run(document, { resultTypes: ["violations"] }))
		.then(({ violations }) => JSON.stringify(violations.map((v) => ({ rule: v.id, help: v.help, at: v.nodes.map((n) => n.target + ": " + n.failureSummary + " " + n.html.slice(0, 200)) }))))`)
	var violations []struct {
		Rule, Help string
		At         []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		t.Fatal(err)
	}
	for _, v := range violations {
		t.Errorf("%s: %s (%s)", what, v.Help, v.Rule)
		for _, at := range v.At[:min(3, len(v.At))] {
			t.Log(at)
		}
	}
}

// everywhere looks at a page on both screens, in light and dark.
func (t *tab) everywhere(what string, look func(what string)) {
	t.Helper()
	for _, s := range []screen{phone, desktop} {
		for _, dark := range []bool{false, true} {
			t.viewport(s, dark)
			tone := "light"
			if dark {
				tone = "dark"
			}
			look(what + "-" + s.name + "-" + tone)
		}
	}
}

// TestAccessible: the pages for those who watch, as far as a machine can say.
func TestAccessible(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	final, lines := s.prepare(matches.Final2022)
	seed, more := s.prepare(matches.Seed)
	for _, l := range lines {
		s.post(final, string(l.Body))
	}
	for _, l := range more[:len(more)/2] {
		s.post(seed, string(l.Body))
	}
	s.team("abc", "Abc")
	before := s.create("abc", "fra", "2026-12-01")
	p := newTab(t, s.site())
	for _, page := range []struct{ name, path string }{
		{"list", "/"}, {"ended", "/match/" + final}, {"playing", "/match/" + seed}, {"before", "/match/" + before},
		{"spanish", "/match/" + final + "?lang=es"}, {"docs", "/docs"},
	} {
		p.open(page.path)
		p.everywhere(page.name, p.accessible)
	}
	p.expects("404")
	p.open("/nowhere")
	p.everywhere("nowhere", p.accessible)
}
