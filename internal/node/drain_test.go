package node_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	api "matchstream/internal/client"
	"matchstream/internal/follow"
	"matchstream/internal/node"
	"matchstream/internal/store/memory"
)

// crowd is what a node answers who is asked to move watchers.
type crowd struct {
	Node     string
	Watchers int
	Draining bool
	Told     int
}

// asks a node's admin address for something.
func asks(t *testing.T, n *node.Node, method, path string, header ...string) (status int, now crowd, text string) {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+n.AdminAddr()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if a.StatusCode == http.StatusOK {
		if err := json.Unmarshal(body, &now); err != nil {
			t.Fatalf("%s: %v in %q", path, err, body)
		}
	}
	return a.StatusCode, now, string(body)
}

// pair is two nodes over one store that know each other.
func pair(t *testing.T, change func(*node.Config)) (a, b *node.Node) {
	s := memory.New()
	begin := func(name string) *node.Node {
		c := config(t)
		c.Name, c.OperatorToken = name, operator
		change(&c)
		return start(t, node.Over(c, shared{s}))
	}
	a, b = begin("a"), begin("b")
	waits(t, "they know each other", func() bool {
		return len(has[[]listed](t, a, "/1/nodes")) == 2 && len(has[[]listed](t, b, "/1/nodes")) == 2
	})
	return a, b
}

// followers of one match, by all protocols, who all were told of node a.
type followers struct {
	*testing.T
	ctx    context.Context
	mu     sync.Mutex
	seen   []int64 // the last event of each; each follows the one before
	joined atomic.Int64
	lost   atomic.Int64
}

func (f *followers) follow(at *node.Node, id, via string) error {
	server, err := api.New("http://" + at.HTTPAddr())
	if err != nil {
		return err
	}
	server.HTTP = client
	f.mu.Lock()
	i := len(f.seen)
	f.seen = append(f.seen, 0)
	f.mu.Unlock()
	known := false
	_, err = follow.Follow(f.ctx, follow.Options{Server: server, Match: id, Via: via, Clock: api.RealClock{},
		Lost: func(error) { f.lost.Add(1) }, Back: func() {},
		Take: func(frame follow.Frame) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			at := frame.Position.ID
			if frame.Status != nil && at != f.seen[i] {
				return fmt.Errorf("a status at %d, when %d had been seen", at, f.seen[i])
			}
			if frame.Status == nil && at != f.seen[i]+1 {
				return fmt.Errorf("event %d behind %d", at, f.seen[i])
			}
			if !known {
				f.joined.Add(1)
			}
			known, f.seen[i] = true, at
			return nil
		}})
	if err != nil {
		return fmt.Errorf("%s: %w", via, err)
	}
	return nil
}

// TestWatchersMoveAndMissNothing: between two nodes of one store, whatever they
// are written with: drained to the other, back again, and shed, while events go to
// both; each follower gets every event, once, in order.
func TestWatchersMoveAndMissNothing(t *testing.T) {
	for _, pumped := range []string{"epoll", "goroutine"} {
		t.Run(pumped, func(t *testing.T) {
			a, b := pair(t, func(c *node.Config) { c.Pump, c.Drain = pumped, 200*time.Millisecond })
			ra := &counted{T: t, node: a}
			ra.create(goesOn)
			waits(t, "b has the match", func() bool {
				status, _ := get(t, "http://"+b.HTTPAddr()+"/1/match/"+goesOn)
				return status == http.StatusOK
			})
			const each = 2
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			f := &followers{T: t, ctx: ctx}
			var following sync.WaitGroup
			for range each {
				for _, via := range follow.Protocols {
					following.Go(func() {
						if err := f.follow(a, goesOn, via); err != nil {
							t.Error(err)
							cancel()
						}
					})
				}
			}
			waits(t, "all have joined", func() bool { has[[]listed](t, a, "/1/nodes"); return f.joined.Load() == 3*each })
			posted := 0
			post := func(n int) {
				for ; n > 0; n-- {
					at := []*node.Node{a, b}[posted%2]
					(&counted{T: t, node: at}).post(goesOn, `{"kind":"comment","comment":"On it goes."}`)
					posted++
				}
			}
			watch := func(n *node.Node) int { _, now, _ := asks(t, n, "GET", "/crowd"); return now.Watchers }
			post(10)
			if status, now, text := asks(t, b, "POST", "/drain?node=a"); status != 200 || now.Node != "a" || !now.Draining {
				t.Fatalf("%d %s", status, text)
			}
			waits(t, "all are on b", func() bool { post(1); return watch(a) == 0 && watch(b) == 3*each })
			if status, body := get(t, "http://"+a.HTTPAddr()+"/readyz"); status != 503 || !strings.Contains(body, "the node is draining") {
				t.Errorf("readyz: %d %s", status, body)
			}
			if status, _, text := asks(t, a, "POST", "/drain?node=b"); status != http.StatusConflict || !strings.Contains(text, "node b refuses: no other node takes watchers") {
				t.Errorf("the last node: %d %s", status, text)
			}
			post(10) // also to the one that is drained
			if status, now, text := asks(t, a, "POST", "/undrain"); status != 200 || now.Draining {
				t.Fatalf("%d %s", status, text)
			}
			waits(t, "b knows it", func() bool { return len(has[checkin](t, b, "/1/checkin").Nodes) == 2 })
			if status, now, text := asks(t, a, "POST", "/drain?node=b&over=10ms"); status != 200 || now.Node != "b" {
				t.Fatalf("%d %s", status, text)
			}
			waits(t, "all are on a", func() bool { post(1); return watch(b) == 0 && watch(a) == 3*each })
			asks(t, b, "POST", "/undrain")
			lost := f.lost.Load()
			if status, now, text := asks(t, b, "POST", "/shed?node=a&share=50%25&over=50ms"); status != 200 || now.Told != 3*each/2 {
				t.Fatalf("%d %s", status, text)
			}
			waits(t, "half of them are sent away", func() bool { post(1); return f.lost.Load() == lost+3*each/2 && watch(a)+watch(b) == 3*each })
			ra.post(goesOn, `{"kind":"start","home_players":`+seven+`,"visit_players":`+seven+`}`)
			ra.post(goesOn, `{"kind":"abandon"}`)
			following.Wait()
			for i, seen := range f.seen {
				if seen != int64(posted+2) {
					t.Errorf("follower %d has seen %d events of %d", i, seen, posted+2)
				}
			}
		})
	}
}

// TestMovingIsGuarded: what is asked for has to be meant, by who may.
func TestMovingIsGuarded(t *testing.T) {
	c := config(t)
	c.Name = "one"
	n := start(t, c)
	for _, q := range []struct {
		method, path string
		header       []string
		want         int
		says         string
	}{
		{"POST", "/drain", nil, 409, "node one refuses: no other node takes watchers, so they would have nowhere to go"},
		{"POST", "/drain?force=2", nil, 422, "force: expected 1"},
		{"POST", "/drain?over=x", nil, 422, `over: expected a time from 0s to 24h, like 30s or 5m, got \"x\"`},
		{"POST", "/drain?over=-1s", nil, 422, "over: expected"},
		{"POST", "/drain?node=two", nil, 404, `no node called \"two\" is alive; there are: one`},
		{"POST", "/shed", nil, 422, "share: expected a whole number of hundredths from 1% to 100%"},
		{"POST", "/shed?share=101%25", nil, 422, "share: expected"},
		{"POST", "/shed?share=10%", nil, 422, "URL encoding (% itself is %25)"},
		{"POST", "/drain?force=1", []string{"Origin", "http://evil.example"}, 403, "not for pages of other sites"},
		{"POST", "/drain?force=1", []string{"Sec-Fetch-Site", "cross-site"}, 403, "not for pages of other sites"},
		{"POST", "/drain?force=1", []string{"Sec-Fetch-Site", "same-site"}, 403, "not for pages of other sites"},
		{"GET", "/drain?force=1", nil, 405, ""},
	} {
		status, _, text := asks(t, n, q.method, q.path, q.header...)
		if status != q.want || !strings.Contains(text, q.says) {
			t.Errorf("%s %s: %d %s", q.method, q.path, status, text)
		}
	}
	if status, body := get(t, "http://"+n.HTTPAddr()+"/readyz"); status != 200 {
		t.Errorf("it drains: %s", body)
	}
	if status, now, text := asks(t, n, "POST", "/shed?share=10&over=1ms"); status != 200 || now.Told != 0 {
		t.Errorf("%d %s", status, text)
	}
}

// TestADrainIsTakenBackInItsDelay, and a node that is drained stops as any other.
func TestADrainIsTakenBackInItsDelay(t *testing.T) {
	a, b := pair(t, func(c *node.Config) {
		if c.Name == "a" {
			c.DrainDelay = time.Hour
		}
	})
	r := &counted{T: t, node: a}
	r.create(goesOn)
	r.watch("sse", goesOn, "early")
	if status, _, text := asks(t, b, "POST", "/drain?node=a"); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if status, body := get(t, "http://"+a.HTTPAddr()+"/readyz"); status != 503 {
		t.Fatalf("readyz: %d %s", status, body)
	}
	r.watch("tcp", goesOn, "late") // until load balancers have taken note
	if status, now, _ := asks(t, a, "POST", "/undrain"); status != 200 || now.Watchers != 2 || now.Draining {
		t.Errorf("%d %+v", status, now)
	}
	asks(t, a, "POST", "/drain") // with a delay again
	if status, _, _ := asks(t, a, "POST", "/drain?over=0s"); status != 200 {
		t.Error(status)
	}
	waits(t, "asked twice, it waits no longer", func() bool { _, now, _ := asks(t, a, "GET", "/crowd"); return now.Watchers == 0 })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := a.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}
