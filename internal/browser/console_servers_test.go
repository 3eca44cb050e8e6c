package browser

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
)

// overTLS puts a proxy before a server, as one does who lets the console of
// another one operate it. It can be cut off.
func (s *server) overTLS() (p *httptest.Server, cut func(bool)) {
	s.Helper()
	to, err := url.Parse(s.site())
	if err != nil {
		s.Fatal(err)
	}
	away := make(chan bool, 1)
	away <- false
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	p = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		is := <-away
		away <- is
		if is {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	p.Config.ErrorLog = log.New(io.Discard, "", 0)
	p.StartTLS()
	s.Cleanup(p.Close)
	s.Cleanup(p.CloseClientConnections)
	return p, func(is bool) {
		<-away
		away <- is
		if is {
			p.CloseClientConnections()
		}
	}
}

// trusting lets a tab take the tests' certificates.
func (t *tab) trusting() {
	t.Helper()
	call(t, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
}

// TestConsoleServers: one match on two servers, each with its own numbers of
// events; one that is away holds up nothing, and has it all when it is back.
func TestConsoleServers(t *testing.T) {
	t.Parallel()
	const confirmed = `document.querySelector(".queue").textContent.split("all confirmed").length === 3`
	one, two := newServer(t), newServer(t)
	proxy, cut := two.overTLS()
	host := strings.TrimPrefix(proxy.URL, "https://")
	p := newTab(t, one.site())
	p.trusting()
	p.expects("ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_HTTP2|ERR_INCOMPLETE_CHUNKED|404")
	p.viewport(small, false)
	p.signIn()
	p.goes("Servers")
	p.click("DisclosureTriangle", "Add a server")
	p.fills("textbox", "Address", "http://example.org")
	p.goes("Add")
	p.shows("dialog", "it has to be https")
	p.fills("textbox", "Address", host)
	p.goes("Add")
	p.fills("textbox", "Token for "+host, operatorToken)
	p.goes("Sign in")
	p.waits(`[...document.querySelectorAll(".dot")].filter((d) => d.textContent === "signed in").length === 2`)
	p.goes("Close", "New match")
	p.fills("combobox", "Home team", "Argentina")
	p.click("DisclosureTriangle", "Advanced (Home team)")
	p.fills("textbox", "Id of the new team (Home team)", "arg")
	p.fills("combobox", "Visiting team", "France")
	p.click("DisclosureTriangle", "Advanced (Visiting team)")
	p.fills("textbox", "Id of the new team (Visiting team)", "fra")
	p.goes("Create the match")
	p.shows(".phase", "Not started")
	id := ask[string](p, `location.hash.slice(1)`)
	two.post(id, `{"kind":"comment","comment":"only here"}`)
	p.shows(".queue", host+": Live, all confirmed")
	p.announces("Argentina", "France")
	p.goes("Kick-off", "Goal Argentina", "10 Argentina P10")
	p.shows(".recent", "Argentina P10. confirmed")
	p.waits(confirmed)
	cut(true)
	p.goes("Goal France", "9 France P9")
	p.shows(".recent", "France P9. confirmed")
	p.shows(".queue", host+": No network, 1 waiting")
	p.picture("console-two-servers", false)
	p.goes("Undo Goal P9 1′")
	p.shows(".score", "1–0")
	p.reload()
	p.shows(".score", "1–0")
	p.shows(".queue", "2 waiting")
	cut(false)
	p.waits(confirmed)
	one.tells(id, "lineup arg", "lineup fra", "start", "goal arg 10", "goal fra 9", "cancel 5")
	two.tells(id, "comment only here", "lineup arg", "lineup fra", "start", "goal arg 10", "goal fra 9", "cancel 6")
}

// TestConsoleSignIn: whose token is taken, and what the others are told.
func TestConsoleSignIn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := newTab(t, s.site())
	p.expects("401")
	p.open("/operate")
	token := "Token for " + strings.TrimPrefix(s.site(), "http://")
	p.fills("textbox", token, "not the operator's")
	p.goes("Sign in")
	p.shows(".wrong", "Wrong token. Paste all of it.")
	p.fills("textbox", token, operatorToken)
	p.goes("Sign in")
	p.find("heading", "Choose a match")
	for _, where := range []string{`Object.values(localStorage)`, `[location.href]`, `[document.cookie]`} {
		if ask[bool](p, `JSON.stringify(`+where+`).includes(`+quote(operatorToken)+`)`) {
			t.Errorf("the token is in %s", where)
		}
	}
	p.reload()
	p.find("heading", "Choose a match")
	other := p.beside()
	other.open("/operate")
	other.find("heading", "Console")
}

// TestConsoleIsKept: without a network the page is there, with its match.
func TestConsoleIsKept(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := s.newMatch()
	p := newTab(t, s.site())
	p.expects(offline + "|ERR_CONNECTION")
	p.operates(id)
	p.announces("Argentina", "France")
	p.shows(".recent", "France name their line-up, coached by France Coach. confirmed")
	p.waits(`navigator.serviceWorker.controller`)
	s.stop()
	p.do(chromedp.Navigate("about:blank"))
	p.open("/operate?lang=es#" + id)
	p.shows(".phase", "Por comenzar")
	p.goes("Comienza el partido")
	p.shows(".queue", "Sin red, 1 en espera")
	p.open("/operate")
	p.find("heading", "Choose a match")
	s.start()
	p.open("/operate#" + id)
	p.shows(".queue", "Live, all confirmed")
	s.tells(id, "lineup arg", "lineup fra", "start")
	if kept := ask[[]string](p, `caches.keys().then(async (names) => (await Promise.all(names.map(async (n) => (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname)))).flat())`); strings.Contains(strings.Join(kept, " "), "/1/") {
		t.Errorf("the API is kept: %v", kept)
	}
}
