package browser

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestConsolesAtOnce: two operators of one match. A tap that met what the
// other did is shown beside it, to send or to drop; nothing is lost.
func TestConsolesAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	a, b := newTab(t, s.site()), newTab(t, s.site())
	a.expects(offline + "|412")
	a.operates(id)
	a.announces("Argentina", "France")
	a.goes("Kick-off")
	b.operates(id)
	b.shows(".phase", "First half")

	a.offline(true)
	a.goes("Goal Argentina", "10 Argentina P10")
	a.goes("Corner France", "Just the team")
	b.goes("Goal Argentina", "9 Argentina P9")
	b.shows(".recent", "Argentina P9. confirmed")
	a.offline(false)
	a.shows(".banner", "Something happened meanwhile: Goal P10")
	a.shows(".queue", "2 waiting for you")
	a.shows(".score", "1–0")
	a.click("button", "Something happened meanwhile: Goal P10 1′ Look, then send it or drop it.")
	a.shows("dialog .since", "Goal for Argentina! Argentina P9. operator")
	a.picture("console-overtaken", false)
	a.accessible("overtaken")
	a.goes("Drop it")
	a.shows(".queue", "all confirmed") // the corner behind it went by itself
	a.goes("Foul Argentina", "Just the team")
	a.shows(".queue", "all confirmed")
	b.shows(".recent", "Foul, Argentina. operator")
	// While one chooses the player, the other has tapped the same goal.
	a.goes("Goal France")
	b.goes("Goal France", "8 France P8")
	a.shows(".score", "1–1")
	a.goes("7 France P7")
	a.click("button", "Something happened meanwhile: Goal P7 1′ Look, then send it or drop it.")
	a.goes("Drop it")
	a.shows(".queue", "all confirmed")
	b.goes("Foul France", "Just the team")
	a.shows(".recent", "Foul, France. operator")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 9", "corner fra", "foul arg", "goal fra 8", "foul fra")
}

// TestConsoleInTwoTabs: of one device, of which one sends for both; with the
// browser's locks, and where it has none.
func TestConsoleInTwoTabs(t *testing.T) {
	t.Parallel()
	t.Run("locks", func(t *testing.T) { inTwoTabs(t, func(*tab) {}) })
	t.Run("leases", func(t *testing.T) {
		inTwoTabs(t, func(p *tab) {
			p.runsFirst(`Object.defineProperty(navigator, "locks", { value: undefined })`)
		})
	})
}

func inTwoTabs(t *testing.T, prepare func(*tab)) {
	s := newServer(t)
	id := s.newMatch()
	a := newTab(t, s.site())
	prepare(a)
	a.operates(id)
	a.announces("Argentina", "France")
	b := a.beside()
	prepare(b)
	b.operates(id)
	a.goes("Kick-off")
	b.shows(".phase", "First half")
	b.goes("Foul Argentina", "Just the team")
	a.shows(".recent", "Foul, Argentina. confirmed")
	a.goes("Corner France", "Just the team")
	b.shows(".recent", "Corner for France. confirmed")
	a.do(chromedp.Navigate("about:blank")) // now the other sends
	b.goes("Shot France", "Just the team")
	b.shows(".recent", "Shot by France. confirmed")
	b.shows(".queue", "all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "foul arg", "corner fra", "shot fra")
}

// TestConsoleRefused: what the rules doubt can be sent anyway, what is wrong
// corrected; the queue waits meanwhile.
func TestConsoleRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	a := newTab(t, s.site())
	a.expects(offline + "|409|412")
	a.operates(id)
	a.announces("Argentina", "France")
	a.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	a.shows(".recent", "Goal for Argentina! Argentina P10. confirmed")
	a.offline(true)
	a.goes("Goal Argentina", "10 Argentina P10", "Corner France", "Just the team")
	s.post(id, `{"kind":"substitution","team":"arg","player_out":10,"player_in":12}`)
	a.offline(false)
	a.click("button", "Something happened meanwhile: Goal P10 1′ Look, then send it or drop it.")
	a.goes("Send it all the same")
	a.click("button", "Not taken: Goal P10 1′ Argentina P10 (10) is not on the pitch")
	a.picture("console-refused", false)
	a.goes("Send it anyway")
	a.shows(".queue", "all confirmed")
	a.shows(".score", "2–0")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "substitution arg 10 12", "goal arg 10", "corner fra")
}

// TestConsoleCorrects: an earlier event is amended, of which only what was
// changed is sent; one is taken back with a reason.
func TestConsoleCorrects(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	a := newTab(t, s.site())
	a.operates(id)
	a.announces("Argentina", "France")
	a.goes("Kick-off", "Goal Argentina", "10 Argentina P10", "Corner France", "Just the team")
	a.shows(".recent", "Corner for France. confirmed")
	a.goes("Events", "1′ Goal for Argentina! Argentina P10. confirmed")
	a.choose("combobox", "How", "penalty")
	a.fills("textbox", "Minute", "7")
	a.accessible("edit")
	a.goes("Save")
	a.shows(".recent", "Corrected: goal, Argentina P10, 7′. confirmed")
	a.goes("Events", "1′ Corner for France. confirmed")
	a.click("DisclosureTriangle", "Take it back")
	a.fills("textbox", "Reason", "goal kick")
	a.goes("Take back: Corner 1′")
	a.shows(".recent", "Taken back: corner, France, 1′. Reason: goal kick confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "corner fra", "amend penalty 4", "cancel 5 goal kick")
}

// choose takes a choice of a list, by its value.
func (t *tab) choose(role, name, value string) {
	t.Helper()
	t.click(role, name)
	t.presses("\x1b") // the list of choices is the browser's own, and no page
	if !ask[bool](t, `(() => {
		const list = [...document.querySelectorAll("select")].find((s) => s.labels[0].textContent === `+quote(name)+`);
		list.value = `+quote(value)+`;
		list.dispatchEvent(new Event("change", { bubbles: true }));
		return list.value === `+quote(value)+`;
	})()`) {
		t.Errorf("%s has no choice %s", name, value)
	}
}

// TestConsoleLosesAnswers: what was stored, and the answer never came, is
// repeated with its key and is there once.
func TestConsoleLosesAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	to, err := url.Parse(s.site())
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	var posts atomic.Int64
	through := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && posts.Add(1)%2 == 1 {
			proxy.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(through.Close)
	t.Cleanup(through.CloseClientConnections)
	p := newTab(t, through.URL)
	p.expects("ERR_EMPTY_RESPONSE|ERR_CONNECTION")
	p.operates(id)
	p.announces("Argentina", "France")
	p.goes("Kick-off", "Goal France", "9 France P9", "Foul France", "Just the team", "Shot France", "Just the team")
	p.shows(".recent", "Shot by France. confirmed")
	p.shows(".queue", "all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start", "goal fra 9", "foul fra", "shot fra")
	if n := posts.Load(); n != 12 {
		t.Errorf("%d requests for six events, each lost once", n)
	}
}
