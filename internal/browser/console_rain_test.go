package browser

import "testing"

// announced is a console that has announced both line-ups of a match.
func announced(t *testing.T) (s *server, p *tab, id string) {
	t.Helper()
	s = newServer(t)
	id, p = s.newMatch(), newTab(t, s.site())
	p.operates(id)
	p.announces("Argentina", "France")
	return s, p, id
}

// TestConsoleHotspot: the page of a hotspot in place of an answer, with a 200,
// is none; the tap is sent again.
func TestConsoleHotspot(t *testing.T) {
	s := newServer(t)
	id := s.newMatch()
	p := newTab(t, s.site())
	p.runsFirst(`const real = fetch;
		let hotspot = true;
		window.fetch = (address, how) => how?.method === "POST" && hotspot
			? ((hotspot = false), Promise.resolve(new Response("<html>Sign in here</html>", { status: 200 }))) : real(address, how);`)
	p.operates(id)
	p.announces("Argentina", "France")
	p.shows(".queue", "all confirmed")
	s.tells(id, "lineup arg", "lineup fra")
}

// TestConsoleStuck: a server that fails at one tap for good does not hold up
// all that was tapped after it.
func TestConsoleStuck(t *testing.T) {
	s := newServer(t)
	id := s.newMatch()
	p := newTab(t, s.site())
	p.runsFirst(`const real = fetch;
		window.fetch = (address, how) => how?.body?.includes('"foul"')
			? Promise.resolve(new Response('{"detail":"no luck today"}', { status: 500, headers: { "Retry-After": "0" } })) : real(address, how);`)
	p.operates(id)
	p.announces("Argentina", "France")
	p.goes("Kick-off", "Foul Argentina", "Just the team", "Corner France", "Just the team")
	p.shows(".banners", "Not stored so far: Foul 1′ no luck today")
	p.click("button", "Not stored so far: Foul 1′ no luck today")
	p.shows("dialog", "Waiting behind it: Corner 1′")
	p.goes("Drop it")
	p.shows(".recent", "Corner")
	p.shows(".queue", "Live, all confirmed")
	p.waits(`!document.querySelector(".banners").textContent`)
	s.tells(id, "lineup arg", "lineup fra", "start", "corner fra")
}

// TestConsoleTwice: a wet screen that taps Undo twice takes one event back.
func TestConsoleTwice(t *testing.T) {
	s, p, id := announced(t)
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	p.shows(".undo", "P10")
	ask[bool](p, `(() => { const undo = document.querySelector(".undo"); undo.click(); undo.click(); return true; })()`)
	p.shows(".recent", "Taken back: goal, 1′. confirmed")
	p.shows(".queue", "all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "cancel 4")
}

// TestConsoleFast: a tap counts though what the one before it does is not done.
func TestConsoleFast(t *testing.T) {
	_, p, _ := announced(t)
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	ask[bool](p, `(() => { document.querySelector(".turn.halftime").click(); [...document.querySelectorAll(".dockit")].find((b) => b.textContent === "Events").click(); return true; })()`)
	p.shows("dialog.log", "Half-time")
}

// TestConsoleWetScreen: a second tap in the same place, at once, meets nothing
// that was not there for the first one.
func TestConsoleWetScreen(t *testing.T) {
	s := newServer(t)
	id := s.newMatch()
	p := newTab(t, s.site())
	p.runsFirst(`const real = setTimeout;
		window.rain = false;
		window.setTimeout = (what, ms, ...rest) => real(what, rain && ms === 300 ? 1e9 : ms, ...rest);
		window.takes = (node) => { const r = node.getBoundingClientRect(); return node.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); };`)
	p.operates(id)
	p.announces("Argentina", "France")
	p.waits(`takes(document.querySelector(".turn.start"))`)
	ask[bool](p, `window.rain = true`)
	p.goes("Kick-off")
	p.waits(`!document.querySelector(".turn.halftime").hidden`)
	if ask[bool](p, `takes(document.querySelector(".turn.halftime"))`) {
		t.Error("the button that came in the place of another takes a tap at once")
	}
	p.goes("Events")
	p.waits(`document.querySelector("dialog .event")`)
	if ask[bool](p, `takes(document.querySelector("dialog .event"))`) {
		t.Error("a row on the sheet that has just come up takes a tap at once")
	}
}

// TestConsoleBesideAFeed: events that no stream tells of are no reason to ask.
func TestConsoleBesideAFeed(t *testing.T) {
	s, p, id := announced(t)
	p.expects("412")
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	s.post(id, `{"kind":"x-drone","height":12}`)
	p.goes("Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "x-drone", "goal arg 10")
}

// TestConsoleReviewOfNothing: a review can be closed when what it was about
// was taken back.
func TestConsoleReviewOfNothing(t *testing.T) {
	s, p, id := announced(t)
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	s.post(id, `{"kind":"var","about":"goal","outcome":"open","ref":4}`, `{"kind":"cancel","ref":4}`)
	p.shows(".phase", "under review")
	p.goes("VAR", "Overturned")
	p.shows(".recent", "the goal is overturned. confirmed")
	p.waits(`!document.querySelector(".phase").textContent.includes("under review")`)
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "var goal open 4", "cancel 4", "var goal overturned")
}
