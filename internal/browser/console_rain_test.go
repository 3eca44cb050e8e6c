package browser

import (
	"strings"
	"testing"
	"time"
)

// announced is a console that has announced both line-ups of a match; the
// scripts run before its own.
func announced(t *testing.T, first ...string) (s *server, p *tab, id string) {
	t.Helper()
	s = newServer(t)
	id, p = s.newMatch(), newTab(t, s.site())
	for _, script := range first {
		p.runsFirst(script)
	}
	p.operates(id)
	p.announces("Argentina", "France")
	p.shows(".queue", "all confirmed")
	return s, p, id
}

// TestConsoleHotspot: the page of a hotspot in place of an answer, with a 200,
// is none; the tap is sent again.
func TestConsoleHotspot(t *testing.T) {
	t.Parallel()
	s, _, id := announced(t, `const real = fetch;
		let hotspot = true;
		window.fetch = (address, how) => how?.method === "POST" && hotspot
			? ((hotspot = false), Promise.resolve(new Response("<html>Sign in here</html>", { status: 200 }))) : real(address, how);`)
	s.tells(id, "lineup arg", "lineup fra")
}

// TestConsoleStuck: a server that fails at one tap for good does not hold up
// all that was tapped after it.
func TestConsoleStuck(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t, `const real = fetch;
		window.fetch = (address, how) => how?.body?.includes('"foul"')
			? Promise.resolve(new Response('{"detail":"no luck today"}', { status: 500, headers: { "Retry-After": "0" } })) : real(address, how);`)
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

// TestConsoleStuckThenRefused: what is said of a tap is what is so by now.
func TestConsoleStuckThenRefused(t *testing.T) {
	t.Parallel()
	_, p, _ := announced(t, `const real = fetch;
		window.status = 500;
		window.fetch = (address, how) => how?.body?.includes('"foul"')
			? Promise.resolve(new Response('{"detail":"no luck today"}', { status: window.status })) : real(address, how);`)
	p.goes("Kick-off", "Foul Argentina", "Just the team")
	p.shows(".banners", "Not stored so far: Foul 1′ no luck today")
	ask[bool](p, `(window.status = 409, true)`)
	p.shows(".banners", "Not taken: Foul 1′ no luck today")
}

// TestConsoleAnotherMatch: a match that was deleted and made again, in which
// nothing has happened, is no reason to wait without a word.
func TestConsoleAnotherMatch(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.expects(offline + "|412|404")
	p.offline(true)
	p.goes("Kick-off")
	p.shows(".queue", "1 waiting")
	s.ask("DELETE", "/1/match/"+id, "")
	s.create("arg", "fra", id[len(id)-10:])
	p.offline(false)
	p.shows(".banners", "Something happened meanwhile: Kick-off")
}

// TestConsoleBackAfterUndo: what was left shows nothing any more.
func TestConsoleBackAfterUndo(t *testing.T) {
	t.Parallel()
	_, p, _ := announced(t)
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	ask[bool](p, `(() => { const real = setTimeout; window.setTimeout = (what, ms, ...more) => ms === 3000 ? (window.late = what, 0) : real(what, ms, ...more); return true; })()`)
	p.goes("Undo Kick-off")
	p.waits(`window.late`)
	p.goes("Back")
	p.find("heading", "Choose a match")
	title := ask[string](p, `document.title = "the list"`)
	ask[bool](p, `(late(), true)`)
	if is := ask[string](p, `document.title`); is != title {
		t.Errorf("the title is %q", is)
	}
}

// TestConsoleTwice: a wet screen that taps Undo twice takes one event back.
func TestConsoleTwice(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	p.shows(".undo", "P10")
	ask[bool](p, `(() => { const undo = document.querySelector(".undo"); undo.click(); undo.click(); return true; })()`)
	p.shows(".recent", "Taken back: goal, Argentina P10, 1′. confirmed")
	p.shows(".queue", "all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "cancel 4")
}

// TestConsoleFast: a tap counts though what the one before it does is not done.
func TestConsoleFast(t *testing.T) {
	t.Parallel()
	_, p, _ := announced(t)
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	ask[bool](p, `(() => { document.querySelector(".turn.halftime").click(); [...document.querySelectorAll(".dockit")].find((b) => b.textContent === "Events").click(); return true; })()`)
	p.shows("dialog.log", "Half-time")
}

// TestConsoleWetScreen: what a wet screen makes of a tap, a second one in the
// same place at once, meets nothing that was not there for the first; and a
// button that asks for two taps gets two of a thumb.
func TestConsoleWetScreen(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t)
	twice := func(name string, between func()) {
		x, y, err := p.aim(p.ctx, p.find("button", name))
		if err == nil {
			err = p.tap(p.ctx, x, y, time.Second)
		}
		if err == nil {
			between()
			err = p.tap(p.ctx, x, y, 80*time.Millisecond)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	twice("Kick-off", func() { p.find("button", "Half-time") })
	p.goes("Foul Argentina")
	p.goes("Close")
	twice("Foul Argentina", func() { p.find("button", "Just the team") })
	p.goes("Just the team", "Half-time", "Second half")
	twice("Full time", func() { p.find("button", "Tap again: Full time") })
	p.goes("Tap again: Full time")
	p.shows(".queue", "Over, all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "foul arg", "halftime", "continue", "stop")
}

// TestConsoleSlowDisk: undo takes back what was tapped before it, even if that
// is not on the disk yet.
func TestConsoleSlowDisk(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t, `const real = IDBObjectStore.prototype.add;
		IDBObjectStore.prototype.add = function (...what) {
			if (!window.slow) return real.apply(this, what);
			const asked = {};
			const spin = (n) => this.count().onsuccess = () => { // the transaction stays open as long
				if (window.slow) return spin(n + 1);
				real.apply(this, what).onsuccess = (event) => { asked.result = event.target.result; asked.onsuccess(event); };
			};
			spin(0);
			return asked;
		};`)
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	ask[bool](p, `window.slow = true`)
	p.goes("Corner France", "Just the team")
	p.click("button", "Undo Goal P10 1′") // what it says until the disk has the corner
	ask[bool](p, `(window.slow = false, true)`)
	p.shows(".undo", "Undone Corner 1′")
	p.shows(".queue", "Live, all confirmed")
	p.goes("Foul France", "Just the team")
	p.shows(".recent", "Foul, France. confirmed")
	if all := strings.Join(s.happened(id)[3:], "; "); all != "goal arg 10; foul fra" && all != "goal arg 10; corner fra; cancel 5; foul fra" {
		t.Errorf("happened: %s", all)
	}
}

// TestConsoleNoHistory: where a tap meets a 412, and what happened cannot be
// read, the console waits, and does not ask without end.
func TestConsoleNoHistory(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t, `const real = fetch;
		window.posts = [];
		window.fetch = (address, how) => {
			if (window.shut && how?.method === "POST") posts.push(performance.now());
			return window.shut && address.endsWith("/history")
				? Promise.resolve(new Response("{}", { status: 503, headers: { "Retry-After": "1" } })) : real(address, how);
		};`)
	p.expects("412")
	p.goes("Kick-off")
	p.shows(".recent", "Kick-off confirmed")
	ask[bool](p, `window.shut = true`)
	s.post(id, `{"kind":"x-drone","height":12}`)
	p.goes("Goal Argentina", "10 Argentina P10")
	p.waits(`posts.length >= 2`)
	if pause := ask[float64](p, `posts[1] - posts[0]`); pause < 1900 {
		t.Errorf("asked again after %v ms", pause)
	}
	ask[bool](p, `(window.shut = false, true)`)
	p.shows(".recent", "Argentina P10. confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "x-drone", "goal arg 10")
}

// TestConsoleAfterAStuckOne: that a server failed at one tap is not said of the
// next, which is on its way.
func TestConsoleAfterAStuckOne(t *testing.T) {
	t.Parallel()
	s, p, id := announced(t, `const real = fetch;
		window.fetch = (address, how) => how?.body?.includes('"foul"') ? Promise.resolve(new Response("{}", { status: 500 }))
			: how?.body?.includes('"corner"') ? new Promise((done) => { window.go = () => done(real(address, how)); }) : real(address, how);`)
	p.goes("Kick-off", "Foul Argentina", "Just the team", "Corner France", "Just the team")
	p.shows(".banners", "Not stored so far: Foul 1′")
	p.click("button", "Not stored so far: Foul 1′ 500")
	p.goes("Drop it")
	p.waits(`window.go`)
	p.shows(".queue", "1 waiting")
	if text := p.text(".banners"); text != "" {
		t.Errorf("the next one is said to be stuck: %s", text)
	}
	ask[bool](p, `(go(), true)`)
	p.shows(".queue", "Live, all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "corner fra")
}

// TestConsoleBesideAFeed: events that no stream tells of are no reason to ask.
func TestConsoleBesideAFeed(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
