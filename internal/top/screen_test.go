package top

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"matchstream/internal/client"
	"matchstream/internal/inside"
)

// fake is a node's admin address.
type fake struct {
	*client.Client
	mu    sync.Mutex
	asked []string // queries
	fails bool
	up    float64
}

func newFake(t *testing.T, name string) *fake {
	f := &fake{}
	mux := http.NewServeMux()
	mux.HandleFunc("/node/inside", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.asked = append(f.asked, r.URL.RawQuery)
		f.up++
		s := snapshot(name, f.up, 1)
		switch id := r.URL.Query().Get("match"); {
		case f.fails:
			http.Error(w, "{}", http.StatusForbidden)
			return
		case id == "arg-fra-2022-12-18":
			s.Matches.Match = &inside.Detail{Match: s.Matches.List[0], Lanes: []inside.Lane{{Format: "tcp", Watchers: 6000}}}
		case id != "":
			http.Error(w, `{"detail":"no match is known here"}`, http.StatusNotFound)
			return
		}
		json.NewEncoder(w).Encode(s)
	})
	mux.HandleFunc("/debug/pprof/", func(w http.ResponseWriter, r *http.Request) {
		if f.refuses() {
			http.Error(w, `{"detail":"a token of scope admin is needed here"}`, http.StatusForbidden)
			return
		}
		fmt.Fprintf(w, "profile %s", r.URL)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	at, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	f.Client = at
	return f
}

func (f *fake) refuses() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fails
}

func (f *fake) fail(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = yes
}

func (f *fake) last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[len(f.asked)-1]
}

// player is a screen without a terminal.
type player struct {
	*testing.T
	*screen
	time time.Time
}

func newPlayer(t *testing.T, nodes ...*fake) *player {
	p := &player{T: t, time: noon}
	o := Options{Every: time.Hour, Sort: ByLag, Limit: 50, Folder: t.TempDir()}
	for _, n := range nodes {
		o.Nodes = append(o.Nodes, n.Client)
	}
	p.screen = newScreen(t.Context(), o, func() time.Time { return p.time })
	return p
}

func (p *player) says(m tea.Msg) tea.Cmd {
	_, c := p.Update(m)
	return c
}

// ask all nodes and take their answers, without waiting for the next time.
func (p *player) asks(c tea.Cmd) {
	p.Helper()
	if c == nil {
		p.Fatal("nobody is asked")
	}
	all, ok := c().(tea.BatchMsg)
	if !ok {
		all = tea.BatchMsg{c}
	}
	for _, c := range all {
		p.says(c())
	}
}

// press a key.
func (p *player) press(key string) tea.Cmd {
	p.Helper()
	special := map[string]rune{"tab": tea.KeyTab, "enter": tea.KeyEnter, "esc": tea.KeyEscape, "left": tea.KeyLeft, "right": tea.KeyRight,
		"up": tea.KeyUp, "down": tea.KeyDown, "space": tea.KeySpace, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd}
	m := tea.KeyPressMsg{Text: key}
	if code, ok := special[strings.TrimPrefix(key, "shift+")]; ok {
		m = tea.KeyPressMsg{Code: code}
		if strings.HasPrefix(key, "shift+") {
			m.Mod = tea.ModShift
		}
	} else if key == "ctrl+c" {
		m = tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	}
	if m.String() != key {
		p.Fatalf("the key %q is called %q", key, m.String())
	}
	return p.says(m)
}

// shows expects texts on the screen, wherever their lines end.
func (p *player) shows(texts ...string) {
	p.Helper()
	screen := p.shown(unpainted())
	joined := strings.Join(strings.Fields(screen), " ")
	for _, text := range texts {
		if !strings.Contains(joined, strings.Join(strings.Fields(text), " ")) {
			p.Errorf("expected %q on\n%s", text, screen)
		}
	}
}

func quits(c tea.Cmd) bool {
	if c == nil {
		return false
	}
	_, yes := c().(tea.QuitMsg)
	return yes
}

// TestScreen is pressed through.
func TestScreen(t *testing.T) {
	a, b := newFake(t, "node-a"), newFake(t, "node-b")
	p := newPlayer(t, a, b)
	p.says(tea.WindowSizeMsg{Width: 80, Height: 24})
	p.shows("asked…", "0 of 2 nodes answer")
	p.asks(p.askNodes())
	p.asks(p.askNodes())
	p.shows("2 of 2 nodes answer", "▸ all", "[matches]", "by lag", "all nodes")
	if q := a.last(); q != "limit=50&sort=lag" {
		t.Error(q)
	}
	p.asks(p.press("m"))
	p.shows("by memory")
	if q := b.last(); q != "limit=50&sort=memory" {
		t.Error(q)
	}
	for _, by := range []Sort{ByRate, ByWatchers, ByLag} {
		if p.asks(p.press(string(by[0]))); p.State.Sort != by {
			t.Errorf("%c: by %s", by[0], p.State.Sort)
		}
	}
	for _, panel := range []string{"loops", "store", "gates", "node", "matches"} {
		p.press("tab")
		p.shows("[" + panel + "]")
	}
	p.press("shift+tab")
	p.shows("[node]")
	p.press("tab")
	p.press("right")
	p.shows("▸ node-a", "· node-a")
	p.press("down")
	p.shows("▸ ned-arg-2022-12-09")
	p.press("up")
	p.asks(p.press("enter"))
	p.shows("LANE", "· arg-fra-2022-12-18 ·", "8900 watchers")
	if q := a.last(); q != "limit=50&match=arg-fra-2022-12-18&sort=lag" {
		t.Error(q)
	}
	p.asks(p.press("esc"))
	p.shows("[matches]", "▸!arg-fra")
	p.press("?")
	p.shows("keys and columns", "↑        grew for a minute")
	p.press("q") // back, not out
	p.shows("▸ node-a")
	if !quits(p.press("q")) || !quits(p.press("ctrl+c")) {
		t.Error("it goes on")
	}
}

// TestAMatchOfAnotherNode: who does not know it is asked for the rest.
func TestAMatchOfAnotherNode(t *testing.T) {
	p := newPlayer(t, newFake(t, "node-a"))
	p.asks(p.askNodes())
	p.press("down")
	p.asks(p.press("enter"))
	p.shows("· ned-arg-2022-12-09 ·", "1 of 1 node answers", "node-a does not know the match")
}

// TestANodeThatDoesNotAnswer is shown as such, since when, and why; the others go on.
func TestANodeThatDoesNotAnswer(t *testing.T) {
	a, b := newFake(t, "node-a"), newFake(t, "node-b")
	p := newPlayer(t, a, b)
	p.asks(p.askNodes())
	b.fail(true)
	p.asks(p.askNodes())
	p.time = noon.Add(5 * time.Second)
	p.asks(p.askNodes())
	p.shows("1 of 2 nodes answer", "no answer, 5s", "  node-a", "10.0k")
	p.press("left") // from all to the last one
	p.shows("no answer since 12:00:00 (5s): refused (403 Forbidden); a token", "--token-file")
	b.fail(false)
	p.asks(p.askNodes())
	p.shows("2 of 2 nodes answer", "▸ node-b")
}

// TestAnswersThatAreLate: what was asked before the sort was changed is not shown, and
// does not have the node asked twice as often.
func TestAnswersThatAreLate(t *testing.T) {
	p := newPlayer(t, newFake(t, "node-a"))
	late := p.askNode(0)()
	p.asks(p.askNodes())
	if next := p.says(late); next != nil {
		t.Error("the node is asked again because of it")
	}
	if next := p.says(due{node: 0, turn: p.turn - 1}); next != nil {
		t.Error("the node is asked again")
	}
	if next := p.says(due{node: 0, turn: p.turn}); next == nil {
		t.Error("the node is not asked any more")
	}
}

// TestHold: the screen stays as it is, whatever comes, until it is to go on.
func TestHold(t *testing.T) {
	p := newPlayer(t, newFake(t, "node-a"))
	p.asks(p.askNodes())
	p.press("space")
	before := p.shown(unpainted())
	p.time = noon.Add(time.Minute)
	p.asks(p.askNodes())
	p.says(second{})
	if after := p.shown(unpainted()); after != before || !strings.Contains(after, "HELD") {
		t.Errorf("\n%s\n%s", before, after)
	}
	p.press("space")
	p.asks(p.askNodes())
	p.shows("12:01:00")
}

// TestProfiles go into files of their own, whose names are told.
func TestProfiles(t *testing.T) {
	a := newFake(t, "node/a")
	p := newPlayer(t, a, newFake(t, "node-b"))
	p.asks(p.askNodes())
	p.press("p")
	p.shows("a profile is of one node")
	p.press("right")
	p.press("p")
	p.shows("profile of node/a: c CPU (10 s)  h heap")
	p.press("x")
	p.shows("q quit")
	p.press("p")
	taking := p.press("c")
	p.time = noon.Add(4 * time.Second)
	p.shows("cpu profile of node/a is being taken: 4 of 10 s")
	p.press("p")
	p.shows("is being taken")
	p.says(taking())
	file := filepath.Join(p.Folder, "cpu-node_a-20221218T120000Z.pprof")
	if b, err := os.ReadFile(file); err != nil || string(b) != "profile /debug/pprof/profile?seconds=10" {
		t.Errorf("%s %v", b, err)
	}
	if len(p.written) != 1 || p.written[0] != file || !strings.Contains(p.Note, "go tool pprof "+file) {
		t.Errorf("%q %q", p.written, p.Note)
	}
	p.press("p")
	p.says(p.press("h")())
	if b, err := os.ReadFile(filepath.Join(p.Folder, "heap-node_a-20221218T120004Z.pprof")); err != nil || string(b) != "profile /debug/pprof/heap" {
		t.Errorf("%s %v", b, err)
	}
	p.press("p")
	p.says(p.press("h")()) // in the same second: the file is there
	p.shows("no heap profile of node/a", "file exists")
	a.fail(true)
	p.press("p")
	p.says(p.press("c")())
	p.shows("no cpu profile of node/a", "a token of scope admin is needed here")
	if files, _ := os.ReadDir(p.Folder); len(files) != 2 || len(p.written) != 2 {
		t.Errorf("%d files, %d told of", len(files), len(p.written))
	}
}

// TestAQuestionEndsWithTheScreen.
func TestAQuestionEndsWithTheScreen(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-end
	}))
	defer server.Close()
	defer close(end)
	at, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	s := newScreen(ctx, Options{Nodes: []*client.Client{at}, Every: time.Second}, time.Now)
	answer := make(chan tea.Msg)
	go func() { answer <- s.askNode(0)() }()
	<-asked
	stop()
	if a := (<-answer).(answered); a.err == nil {
		t.Errorf("%+v", a)
	}
}
