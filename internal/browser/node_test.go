package browser

import (
	"bufio"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/auth"
	"matchstream/internal/live"
	"matchstream/internal/vitals"
	"matchstream/internal/web"
	"matchstream/matches"
)

// watch joins by TCP, and has read the status when it returns.
func (s *server) watch(id string) net.Conn {
	s.Helper()
	c, err := net.Dial("tcp", s.config.TCP)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "VERSION:1:CONNECT:somebody:MATCH:%s\r\n", id)
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		s.Fatal(err)
	}
	return c
}

// row of the page of the node, by its name: what is in its cells.
func row(name, part string) string {
	return `[...document.querySelectorAll(".panel tbody tr")].find((r) => r.querySelector("th").textContent === ` + quote(name) + `).querySelector("` + part + `")`
}

// TestNode: the page of a node shows who comes, by itself, and draws it.
func TestNode(t *testing.T) {
	s := newServer(t)
	id, lines := s.prepare(matches.Final2022)
	p := newTab(t, "http://"+s.config.Admin)
	p.open("/")
	p.shows(".connection", "Live")
	p.shows("#state", "")
	p.waits(row("Watchers", ".now") + `.textContent === "0"`)
	for range 3 {
		s.watch(id)
	}
	p.waits(row("Watchers", ".now") + `.textContent === "3"`)
	p.waits(row("By TCP", ".now") + `.textContent === "3"`)
	p.waits(row("Watchers", ".line") + `.getAttribute("d").endsWith(" 2")`) // the line is at its top
	for _, l := range lines[:30] {
		s.post(id, string(l.Body))
	}
	p.waits(row("Events stored", ".note") + `.textContent === "30 in 15 min"`)
	p.waits(row("Last watcher, p99", ".now") + `.textContent !== "–"`)
	p.shows(".matches tbody", "Argentina")
	if to := ask[string](p, `document.querySelector(".matches a").href`); to != s.site()+"/match/"+id {
		t.Errorf("the match leads to %s", to)
	}
	live := ask[[]string](p, `[...document.querySelectorAll(".line")].map((l) => l.getAttribute("d").split("L").length < 40 ? "" : l.getAttribute("d"))`)
	if strings.Join(live, "") != "" {
		t.Errorf("lines of a few seconds have many points: %v", live)
	}
	p.everywhere("node", func(what string) { p.accessible(what); p.within(what); p.picture(what, true) })
	p.viewport(screen{"narrow", 320, 640, true}, false)
	p.open("/?lang=es")
	p.shows(".connection", "En vivo")
	p.within("in Spanish, narrow")
}

// TestNodeDrawsAlike: what the script draws is what the server draws.
func TestNodeDrawsAlike(t *testing.T) {
	s := newServer(t)
	p := newTab(t, "http://"+s.config.Admin)
	p.open("/node")
	p.waits(row("Goroutines", ".line") + `.getAttribute("d").length > 8`)
	same := ask[bool](p, `(async () => {
		const paths = (d) => JSON.stringify([...d.querySelectorAll("tr[data-at] path")].map((p) => p.getAttribute("d")));
		for (let i = 0; i < 100; i++) { // both of one second
			const page = await (await fetch("/node")).text();
			if (paths(new DOMParser().parseFromString(page, "text/html")) === paths(document)) return true;
			await new Promise((done) => setTimeout(done, 50));
		}
		return false;
	})()`)
	if !same {
		t.Error("the script's lines are never the server's")
	}
}

// TestNodeFromOutside: on an address that others reach it asks for a token.
func TestNodeFromOutside(t *testing.T) {
	s := newServer(t)
	s.stop()
	const admin, operator = "the-administrator-of-these-tests", "an-operator-who-is-curious"
	_, port, _ := net.SplitHostPort(s.config.Admin)
	s.config.Admin, s.config.OperatorToken, s.config.Tokens = "0.0.0.0:"+port, "", t.TempDir()+"/tokens"
	if err := os.WriteFile(s.config.Tokens, []byte(auth.Line("root", admin, []string{"admin"})+"\n"+auth.Line("ann", operator, []string{"operator"})+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	p := newTab(t, "http://127.0.0.1:"+port)
	p.expects("40[13]")
	p.open("/node")
	p.find("heading", "How is this node?")
	p.everywhere("node-shut", func(what string) { p.accessible(what); p.picture(what, true) })
	p.fills("textbox", "Token of scope admin", operator)
	p.click("button", "Show me")
	p.shows(".signin .wrong", "scope admin")
	p.fills("textbox", "Token of scope admin", admin)
	p.click("button", "Show me")
	p.shows(".connection", "Live")
	p.shows(".about", "test")
	p.reload() // the tab remembers
	p.shows(".connection", "Live")
	if kept := ask[string](p, `document.cookie + localStorage.length`); kept != "0" {
		t.Errorf("kept beyond the tab: %s", kept)
	}
}

// TestNodeShowsTheOthers: who comes and who goes stands on the page, by itself.
func TestNodeShowsTheOthers(t *testing.T) {
	t.Parallel()
	chart := vitals.New()
	chart.Add(vitals.Series{Name: "watchers", Panel: "now", Read: vitals.Gauge(func() float64 { return 3 })})
	chart.Start()
	t.Cleanup(chart.Close)
	var nodes atomic.Pointer[[]web.OtherNode]
	one := web.OtherNode{Name: "one", Version: "1.2", Here: true, Watchers: 3, Limit: 20_000}
	two := web.OtherNode{Name: "two.of-the-longest-names.that-there-are.example", Version: "1.2", Host: "2001:db8:85a3:8d3:1319:8a2e:370:7348", HTTP: 8888, Watchers: 12_345, Limit: 20_000}
	nodes.Store(&[]web.OtherNode{one})
	site := httptest.NewServer(web.NewNode(web.NodeOptions{Chart: chart, Nodes: func() []web.OtherNode { return *nodes.Load() }, Name: "one", Version: "1.2",
		Most: func(int) []live.Watched { return nil }, Names: strings.ToUpper, Match: func(host, id string) string { return host + id }}))
	t.Cleanup(site.Close)
	p := newTab(t, site.URL)
	p.open("/node")
	p.shows(".connection", "Live")
	p.waits(`document.querySelector(".nodes").hidden`)
	nodes.Store(&[]web.OtherNode{one, two})
	p.shows(".nodes tbody tr:nth-child(2)", two.Name)
	p.waits(`!document.querySelector(".nodes").hidden`)
	p.shows(".nodes tbody tr:nth-child(1) .how", "this one")
	p.shows(".nodes tbody tr:nth-child(2) .where", "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:8888")
	p.everywhere("node-others", func(what string) { p.accessible(what); p.within(what); p.picture(what, true) })
	two.Lagging = true
	nodes.Store(&[]web.OtherNode{one, two})
	p.shows(".nodes .lagging .how", "lagging")
	two.Gone = 7 * time.Second
	nodes.Store(&[]web.OtherNode{one, two})
	p.shows(".nodes .gone .how", "gone for 7 s")
	p.accessible("with one that is gone")
}
