package browser

import (
	"testing"

	"github.com/chromedp/cdproto/page"

	"matchstream/matches"
)

// held lets a test say what a page's stream tells, and when the history that it asks
// for comes. While it is held nobody else tells it anything: a page that hears nothing
// for long, on a busy machine, opens another stream.
const held = `
	window.streams = [];
	const Real = EventSource;
	window.EventSource = function (address) {
		const one = window.held ? Object.assign(new EventTarget(), { readyState: Real.OPEN, close() {} }) : new Real(address);
		streams.push(one);
		return one;
	};
	window.EventSource.CLOSED = Real.CLOSED;
	const isHistory = (where) => String(where).endsWith("/history");
	const ask = fetch;
	window.asked = [];
	window.fetch = (...what) => window.held && isHistory(what[0]) ? new Promise((done) => asked.push(() => done(ask(...what)))) : ask(...what);
	window.told = (kind, data) => streams.at(-1).dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));`

func (t *tab) runsFirst(script string) {
	t.Helper()
	call(t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

const argentinas = `{"kind":"goal","team":"arg","player":10}`

// adrift is a page whose stream is the test's to tell, and whose requests wait;
// status is the script that tells it how the match stands.
func adrift(t *testing.T) (s *server, p *tab, id, start, status string) {
	t.Helper()
	s = newServer(t)
	id, lines := s.prepare(matches.Final2022)
	p = newTab(t, s.site())
	p.runsFirst(held)
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	ask[bool](p, `(streams.at(-1).close(), window.held = true)`)
	return s, p, id, string(lines[0].Body),
		`(async () => { const data = await (await ask("/1/match/` + id + `")).json(); told("status", { position: data.position, data }); return true; })()`
}

// TestGap: a page that was told of a status instead of events goes on from it,
// and counts nothing twice when it has got the events.
func TestGap(t *testing.T) {
	t.Parallel()
	s, p, id, start, status := adrift(t)
	s.post(id, start, argentinas, argentinas, argentinas)
	ask[bool](p, status)
	p.shows(".goals", "3 – 0")
	p.waits(`asked.length === 1`) // the history, which is slow
	fifth := string(s.ask("POST", "/1/match/"+id+"/events", argentinas))
	ask[bool](p, `(told("goal", `+fifth+`), true)`)
	if got := p.text(".goals"); got != "4 – 0" {
		t.Errorf("before the history is there: %s", got)
	}
	ask[bool](p, status) // a team was given another name, say
	sixth := string(s.ask("POST", "/1/match/"+id+"/events", argentinas))
	ask[bool](p, `(window.held = false, asked.forEach((go) => go()), true)`)
	p.waits(`document.querySelectorAll(".ticker > .row").length === 6`)
	ask[bool](p, `(told("goal", `+sixth+`), true)`) // the history was faster
	if got := p.text(".goals"); got != "5 – 0" {
		t.Errorf("with the history: %s", got)
	}
	if n := ask[int](p, `document.querySelectorAll(".ticker > .row").length`); n != 6 {
		t.Errorf("%d rows", n)
	}
}

// TestBehind: a history that does not know yet what the status told of, because
// another server gave it, is asked for again, and takes no goal away.
func TestBehind(t *testing.T) {
	t.Parallel()
	s, p, id, start, status := adrift(t)
	s.post(id, start, argentinas, argentinas)
	ask[bool](p, status)
	p.waits(`asked.length === 1`)
	before := quote(string(s.ask("GET", "/1/match/"+id+"/history", "")))
	s.post(id, argentinas)
	ask[bool](p, status)
	p.shows(".goals", "3 – 0")
	ask[bool](p, `(window.fetch = async (...what) => isHistory(what[0]) && (window.late = (window.late ?? 0) + 1) < 2 ? new Response(`+before+`) : ask(...what), true)`)
	p.waits(`window.late >= 1`)
	if got := p.text(".goals"); got != "3 – 0" {
		t.Errorf("with the history of a server that is behind: %s", got)
	}
	p.waits(`document.querySelectorAll(".ticker > .row").length === 4`)
	if got := p.text(".goals"); got != "3 – 0" {
		t.Errorf("with the whole history: %s", got)
	}
}

// TestTakenBack: a kick-off and a final whistle that were taken back.
func TestTakenBack(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.team("elp", "Estudiantes")
	s.team("tig", "Tigre")
	s.ask("POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2026-12-01","kickoff":"2026-12-01T20:30:00Z"}`)
	const id = "elp-tig-2026-12-01"
	p := newTab(t, s.site())
	p.open("/match/" + id)
	p.shows(".connection", "Live")
	p.shows(".goals", "17:30") // where the reader is
	s.post(id, kickOff)
	p.shows(".goals", "0 – 0")
	s.post(id, `{"kind":"cancel","ref":1}`)
	p.shows(".goals", "17:30")
	if title := ask[string](p, `document.title`); title != "Estudiantes v Tigre · MatchStream" {
		t.Errorf("the title is %s", title)
	}
	s.post(id, kickOff, `{"kind":"halftime"}`, `{"kind":"continue"}`, `{"kind":"stop"}`)
	p.shows(".phase", "Full time")
	p.waits(`document.querySelector(".connection").hidden`)
	s.post(id, `{"kind":"cancel","ref":6}`)
	ask[bool](p, `dispatchEvent(new Event("online"))`) // and not in half a minute
	p.shows(".phase", "Second half")
	p.shows(".connection", "Live")
}
