package node_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"matchstream/internal/auth"
	"matchstream/internal/node"
)

// insideView is what of GET /node/inside these tests look at.
type insideView struct {
	Node     string
	Up       float64 `json:"up_seconds"`
	Watchers struct {
		TCP, SSE, WS, Joins, Deliveries, Bytes int
	}
	Loops []struct {
		Loop, Connections, Lanes int
		Full                     int
		Behind                   int `json:"behind_events"`
		Answered                 bool
		Busy                     float64 `json:"busy_seconds"`
	}
	Portable int `json:"portable_watchers"`
	Matches  struct {
		Open, Over int
		Sort       string
		List       []insideMatchView
		Match      *struct {
			insideMatchView
			Lanes []struct {
				Format                  string
				Watchers, Frames, Bytes int
				Full                    int
				Behind                  int `json:"behind_events"`
				Oldest                  int `json:"oldest_cursor"`
			}
			Last []struct {
				ID   int
				Kind string
			} `json:"last_events"`
		}
	}
	Store struct {
		Kind                     string
		Appends                  int
		Last                     time.Time `json:"last_append"`
		Writable                 *bool
		Bytes, InFlight, Waiting int
	}
	Gates struct {
		Doors []struct {
			Protocol, Address string
			Watchers          int
			Refused           map[string]int
		}
		Connections int
		Refused     map[string]int
	}
	Audience struct{ Matches int }
	Go       struct{ Memory, Heap, Goroutines, Processors int }
	Process  struct{ Resident, Descriptors, Limit int }
}

type insideMatchView struct {
	ID, State    string
	Events       int
	TCP, SSE, WS int
	Memory       int
	Full         int
	Behind       int     `json:"behind_events"`
	Rate         float64 `json:"deliveries_per_second"`
}

func insideOf(t *testing.T, n *node.Node, query string) (v insideView) {
	t.Helper()
	status, body := get(t, "http://"+n.AdminAddr()+"/node/inside"+query)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err, body)
	}
	return v
}

// TestInside: what is told of a node is what is so, with both pumps.
func TestInside(t *testing.T) {
	for _, pump := range []string{"epoll", "goroutine"} {
		t.Run(pump, func(t *testing.T) {
			c := config(t)
			c.Pump, c.OperatorToken, c.Name = pump, operator, "node-a"
			r := &counted{T: t, node: start(t, c)}
			for _, m := range []string{goesOn, ends, goes} {
				r.create(m)
			}
			for range 2 {
				r.watch("tcp", goesOn, "a")
			}
			r.watch("sse", goesOn, "b")
			r.watch("ws", ends, "c")
			refusedAt(t, r.node.TCPAddrs()[0])
			r.post(goesOn, `{"kind":"comment","comment":"one"}`)
			r.post(goesOn, `{"kind":"comment","comment":"two"}`)
			in := insideOf(t, r.node, "?sort=watchers&limit=2&match="+goesOn)
			if w := in.Watchers; in.Node != "node-a" || in.Up <= 0 || w.TCP != 2 || w.SSE != 1 || w.WS != 1 || w.Joins != 4 {
				t.Errorf("%s, up %v, watchers %+v", in.Node, in.Up, w)
			}
			lanes, connections := 0, 0
			for _, l := range in.Loops {
				lanes, connections = lanes+l.Lanes, connections+l.Connections
				if !l.Answered || l.Busy < 0 {
					t.Errorf("a loop: %+v", l)
				}
			}
			if pump == "epoll" && (lanes < 3 || connections < 4 || in.Portable != 0) || pump == "goroutine" && (len(in.Loops) != 0 || in.Portable != 4) {
				t.Errorf("loops %+v, and of the portable pump %d", in.Loops, in.Portable)
			}
			m := in.Matches
			if m.Open != 3 || m.Sort != "watchers" || len(m.List) != 2 || m.List[0].ID != goesOn || m.List[1].ID != ends {
				t.Fatalf("%+v", m)
			}
			if one := m.List[0]; one.State != "open" || one.Events != 2 || one.TCP != 2 || one.SSE != 1 || one.WS != 0 || one.Memory == 0 || one.Rate < 0.1 || one.Rate > 1.2 { // over a minute, and over 5 s
				t.Errorf("%+v", one)
			}
			if m.Match == nil || m.Match.ID != goesOn || len(m.Match.Lanes) != 2 || len(m.Match.Last) != 2 || m.Match.Last[0].ID != 2 {
				t.Fatalf("%+v", m.Match)
			}
			for _, l := range m.Match.Lanes {
				if l.Watchers == 0 || l.Frames != 2 || l.Bytes == 0 || l.Oldest != l.Bytes {
					t.Errorf("%+v", l)
				}
			}
			if s := in.Store; s.Kind != "embedded" || s.Appends != 2 || time.Since(s.Last) > time.Hour || s.Writable == nil || !*s.Writable || s.Bytes == 0 {
				t.Errorf("%+v", s)
			}
			g := in.Gates
			if len(g.Doors) != 2 || g.Doors[0].Protocol != "tcp" || g.Doors[0].Address != r.node.TCPAddrs()[0] || g.Doors[0].Watchers != 2 ||
				g.Doors[1].Protocol != "http" || g.Doors[1].Watchers != 2 || g.Connections < 4 || len(g.Refused) != 5 {
				t.Errorf("%+v", g)
			}
			if g.Refused["handshake"] != 1 || g.Doors[0].Refused["handshake"] != 1 || g.Doors[1].Refused["handshake"] != 0 {
				t.Errorf("refused are %v, at the doors %+v", g.Refused, g.Doors)
			}
			if in.Audience.Matches == 0 || in.Go.Heap == 0 || in.Go.Memory < in.Go.Heap || in.Go.Goroutines == 0 || in.Go.Processors == 0 || in.Process.Descriptors == 0 {
				t.Errorf("%+v %+v %+v", in.Audience, in.Go, in.Process)
			}
		})
	}
}

// TestInsideKnowsWhoIsBehind: a watcher who takes nothing is found in his match, his lane
// and his loop, and his match is the first.
func TestInsideKnowsWhoIsBehind(t *testing.T) {
	c := config(t)
	c.Pump, c.OperatorToken, c.SendTimeout = "epoll", operator, time.Hour
	r := &counted{T: t, node: start(t, c)}
	r.create(goesOn)
	r.create(ends)
	for range 3 {
		r.watch("tcp", ends, "a crowd")
	}
	r.watch("sse", goesOn, "takes nothing").(*net.TCPConn).SetReadBuffer(1 << 10)
	long := strings.Repeat("ä", 500)
	var in insideView
	for deadline := time.Now().Add(time.Minute); ; {
		for range 20 {
			r.post(goesOn, `{"kind":"comment","comment":"`+long+`"}`)
		}
		if in = insideOf(t, r.node, "?match="+goesOn); in.Matches.Match.Behind > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nobody is behind: %+v", in.Matches.Match)
		}
	}
	m := in.Matches.Match
	if in.Matches.List[0].ID != goesOn || in.Matches.List[1].Behind != 0 || m.Full != 1 || len(m.Lanes) != 1 {
		t.Fatalf("%+v", in.Matches)
	}
	if l := m.Lanes[0]; l.Behind != m.Behind || l.Bytes-l.Oldest < m.Behind*len(long) || l.Full != 1 {
		t.Errorf("%+v, of %+v", l, m)
	}
	slow := 0
	for _, l := range in.Loops {
		if l.Full == 1 && l.Behind == m.Behind {
			slow++
		}
	}
	if slow != 1 {
		t.Errorf("%+v", in.Loops)
	}
}

// refusedAt a door of the line protocol, for what he says.
func refusedAt(t *testing.T, door string) {
	t.Helper()
	c, err := net.Dial("tcp", door)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, "HELLO\n"); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(c); err != nil || !strings.Contains(string(b), "ERROR") {
		t.Fatalf("%s %v", b, err)
	}
}

// TestInsideRefuses what cannot be meant, and says what was expected.
func TestInsideRefuses(t *testing.T) {
	n := start(t, config(t))
	for query, want := range map[string]string{
		"?sort=size":    "422 sort: expected lag, memory, rate or watchers",
		"?limit=-1":     "422 limit: expected a whole number from 0 to 1000",
		"?limit=1001":   "422 limit: expected",
		"?limit=ten":    "422 limit: expected",
		"?match=no-one": "404 no match",
		"?sort=%":       "422 expected name=value pairs",
	} {
		status, body := get(t, "http://"+n.AdminAddr()+"/node/inside"+query)
		wanted, text, _ := strings.Cut(want, " ")
		if wanted != strconv.Itoa(status) || !strings.Contains(body, text) {
			t.Errorf("%s: %d %s, want %s", query, status, body, want)
		}
	}
}

const opsText = "the-token-of-ops-who-are-admins"

// TestInsideIsForAdmins where others reach the admin address; and here not for pages of
// other sites.
func TestInsideIsForAdmins(t *testing.T) {
	c := config(t)
	c.Admin = "0.0.0.0:0"
	c.Tokens = filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(c.Tokens, []byte(auth.Line("ops", opsText, []string{"admin"})+"\n"+auth.Line("ann", annsText, []string{"operator"})+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	n := start(t, c)
	at := "http://127.0.0.1:" + n.AdminAddr()[strings.LastIndexByte(n.AdminAddr(), ':')+1:] + "/node/inside"
	for token, want := range map[string]int{"": 401, annsText: 403, opsText: 200} {
		var header []string
		if token != "" {
			header = []string{"Authorization", "Bearer " + token}
		}
		if status, body := get(t, at, header...); status != want {
			t.Errorf("%q: %d %s, want %d", token, status, body, want)
		}
	}
	here := start(t, config(t))
	r, err := http.NewRequest("GET", "http://"+here.AdminAddr()+"/node/inside", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "elsewhere.example"
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("for another name: %d", a.StatusCode)
	}
}

// TestInsideWhileAllChanges: it is asked by many while watchers come and go, events are
// posted and the node stops. (The race detector looks on.)
func TestInsideWhileAllChanges(t *testing.T) {
	c := config(t)
	c.OperatorToken = operator
	c.Log = slog.New(slog.DiscardHandler)
	n, err := node.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	r := &counted{T: t, node: n}
	r.create(goesOn)
	var asking sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		asking.Go(func() {
			for asked := 0; ; asked++ {
				select {
				case <-stop:
					if asked > 0 {
						return
					}
				default:
				}
				a, err := client.Get("http://" + n.AdminAddr() + "/node/inside?match=" + goesOn)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := io.Copy(io.Discard, a.Body); err != nil || a.StatusCode != http.StatusOK {
					t.Error(a.Status, err)
				}
				a.Body.Close()
			}
		})
	}
	for range 20 {
		for _, protocol := range []string{"tcp", "sse", "ws"} {
			r.watch(protocol, goesOn, "a").Close()
		}
		r.post(goesOn, `{"kind":"comment","comment":"more"}`)
	}
	close(stop)
	asking.Wait()
	if err := n.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// FuzzInsideQuery: whatever is asked for is refused with a reason, or within its bounds.
func FuzzInsideQuery(f *testing.F) {
	for _, seed := range []string{"", "sort=lag&limit=50&match=arg-fra-2022-12-18", "limit=+1", "limit=1e3", "sort=LAG", "%", "a;b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		limit, field, err := node.CheckInsideQuery(text)
		if err != nil && (err.Error() == "" || field != "" && !strings.Contains(err.Error(), field)) || err == nil && (limit < 0 || limit > 1000) {
			t.Errorf("%q: limit %d, %s: %v", text, limit, field, err)
		}
	})
}
