package browser

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"matchstream/matches"
)

// TestAway: a page that was cut off says so, calmly; back again, it says what
// came meanwhile, to eyes and ears.
func TestAway(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Seed)
	p := newTab(t, s.site())
	p.expects("ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	s.post(id, string(lines[0].Body))
	p.shows(".phase", "First half")
	p.offline(true)
	p.shows(".stale", "Not live just now: this is how it stood at")
	if !ask[bool](p, `document.querySelector("main").classList.contains("adrift")`) {
		t.Error("the page looks as if it were live")
	}
	s.post(id, string(lines[1].Body), string(lines[2].Body))
	p.offline(false)
	p.shows(".stale", "Back live; 2 events while you were away")
	p.shows(".news", "Back live; 2 events while you were away")
	if ask[bool](p, `document.querySelector("main").classList.contains("adrift")`) {
		t.Error("the page looks as if it were not live")
	}
}

// TestKeyMoments: the filter is worked by keys, asks nothing of the server,
// and the time line leads to its rows.
func TestKeyMoments(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Seed)
	for _, l := range lines {
		s.post(id, string(l.Body))
	}
	p := newTab(t, s.site())
	p.noScript() // the filter and the tabs need none
	p.viewport(desktop, false)
	p.open("/match/" + id)
	seen := `[...document.querySelectorAll(".ticker > .row")].filter((row) => row.checkVisibility()).length`
	all := ask[int](p, seen)
	p.do(chromedp.Focus("#filter-all"), chromedp.KeyEvent(kb.ArrowRight))
	if !ask[bool](p, `document.querySelector("#filter-key").checked`) {
		t.Fatal("an arrow key does not choose the key moments")
	}
	few := ask[int](p, seen)
	if all != len(lines) || few >= all || few < 4 {
		t.Errorf("%d rows, of which %d are key moments", all, few)
	}
	missing := ask[string](p, `[...document.querySelectorAll(".moment a")].filter((a) => !document.querySelector(a.getAttribute("href"))?.checkVisibility() || !a.getAttribute("aria-label")).map((a) => a.outerHTML).join("\n")`)
	if missing != "" {
		t.Errorf("marks that lead nowhere: %s", missing)
	}
}

// TestRowsStay: an event adds its row, and the rows that are there stay the
// same elements at the same places, also with 300 of them.
func TestRowsStay(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id, lines := s.prepare(matches.Seed)
	s.post(id, string(lines[0].Body))
	for range 300 {
		s.post(id, `{"kind":"throwin","team":"tig","minute":"1"}`)
	}
	p := newTab(t, s.site())
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	ask[bool](p, `(() => {
		window.before = [...document.querySelectorAll(".ticker > .row")];
		window.changes = [];
		new MutationObserver((all) => changes.push(...all.flatMap((m) => [...m.addedNodes, ...m.removedNodes]))).observe(document.querySelector(".ticker"), { childList: true });
		return true;
	})()`)
	s.post(id, `{"kind":"corner","team":"tig","minute":"2"}`, `{"kind":"goal","team":"tig","minute":"3","player":`+scorer(t, string(lines[0].Body))+`}`)
	p.waits(`document.querySelectorAll(".ticker > .row").length === 303`)
	if n := ask[int](p, `changes.length`); n != 2 {
		t.Errorf("%d rows came or went for two events", n)
	}
	if !ask[bool](p, `before.every((row) => row.isConnected)`) {
		t.Error("rows were made anew")
	}
}

// scorer is the number of a visiting player.
func scorer(t *testing.T, start string) string {
	_, rest, ok := strings.Cut(start, `"visit_players":[{"number":`)
	number, _, ok2 := strings.Cut(rest, ",")
	if !ok || !ok2 {
		t.Fatalf("no visitors in %s", start)
	}
	return number
}
