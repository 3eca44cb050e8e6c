package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// pair is two nodes behind a proxy, with one match. Each has a journal of its
// own, so the epoch tells which of them somebody has met.
type pair struct {
	*proxy
	nodes  [2]*process
	epochs [2]string
	id     string
}

func startPair(t *testing.T, ctx context.Context, kind string, changes ...string) *pair {
	t.Helper()
	p := &pair{}
	var at []addresses
	for i := range p.nodes {
		n := newProcess(t)
		n.args = []string{"--trust-proxy", "127.0.0.1", "--drain-delay", "10m", "--heartbeat", "1h"}
		n.start(t, ctx)
		p.nodes[i], at = n, append(at, n.addresses)
		p.id = n.bench().createSeed(t, "2026-01-01")
		var m struct{ Position string }
		if err := json.Unmarshal([]byte(n.bench().must(t, 200, "GET", "/1/match/"+p.id, "").body), &m); err != nil {
			t.Fatal(err)
		}
		_, p.epochs[i], _ = strings.Cut(m.Position, "-")
	}
	p.proxy = startProxy(t, ctx, kind, at, changes...)
	return p
}

// meets joins the match over a protocol, and says which node that was.
func (p *pair) meets(t *testing.T, ctx context.Context, protocol string) (*raw, int) {
	t.Helper()
	w := open(t, ctx, protocol, p.addresses, p.id)
	status, err := w.frame()
	if err != nil {
		t.Fatalf("%s: %v after %q\n%s", protocol, err, status, p.said.String())
	}
	for i, epoch := range p.epochs {
		if strings.Contains(status, epoch) {
			return w, i
		}
	}
	t.Fatalf("%s: %q is of none of the nodes", protocol, status)
	return nil, 0
}

// asks a node for the match.
func (p *pair) asks(t *testing.T) (node int) {
	t.Helper()
	o := operator{http: func() string { return p.addresses.http }, token: operatorToken}
	body := o.must(t, 200, "GET", "/1/match/"+p.id, "").body
	if strings.Contains(body, p.epochs[1]) {
		return 1
	}
	return 0
}

// TestProxySpreads: those who stay are shared among the nodes, or, with the other
// line that the file names, all of one address meet the same.
func TestProxySpreads(t *testing.T) {
	t.Parallel()
	byAddress := map[string][]string{
		"nginx":   {"least_conn;      # or ip_hash", "ip_hash; #", "least_conn;  # or hash $remote_addr consistent", "hash $remote_addr consistent; #"},
		"haproxy": {"balance leastconn", "balance source"},
	}
	for kind := range proxies {
		for name, changes := range map[string][]string{"least": nil, "by address": byAddress[kind]} {
			t.Run(kind+" "+name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				p := startPair(t, ctx, kind, changes...)
				for protocol := range protocols {
					var met [2]int
					for range 12 {
						_, node := p.meets(t, ctx, protocol)
						met[node]++
					}
					if same := met[0] == 0 || met[1] == 0; same != (changes != nil) {
						t.Errorf("%s: the nodes got %v of 12", protocol, met)
					}
				}
			})
		}
	}
}

// TestHAProxyShunsWhoDrains: a node that says on /readyz that it leaves gets
// nobody any more, while those it has go on.
func TestHAProxyShunsWhoDrains(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := startPair(t, ctx, "haproxy")
	staying := map[string]*raw{}
	for protocol := range protocols {
		for staying[protocol] == nil {
			if w, node := p.meets(t, ctx, protocol); node == 0 {
				staying[protocol] = w
			}
		}
	}
	leaves := p.nodes[0]
	if err := syscall.Kill(leaves.cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.says(t, ctx, "Server nodes/node1 is DOWN")
	p.says(t, ctx, "Server lines/node1 is DOWN")
	for protocol := range protocols {
		for range 10 {
			if _, node := p.meets(t, ctx, protocol); node == 0 {
				t.Errorf("somebody was sent to it over %s", protocol)
			}
		}
	}
	for range 10 {
		if p.asks(t) == 0 {
			t.Error("it was asked for the match")
		}
	}
	leaves.bench().must(t, 201, "POST", "/1/match/"+p.id+"/events", `{"kind":"comment","comment":"to the last"}`)
	for protocol, w := range staying {
		if f, err := w.frame(); err != nil || !strings.Contains(f, "to the last") {
			t.Errorf("%s: who stayed got %q, %v", protocol, f, err)
		}
	}
}

// TestProxyWhereNoneIsReady: nodes that say on /readyz that they are not, all of
// them, as when the store is gone, tell what they know all the same. HAProxy asks
// them; nginx never looked.
func TestProxyWhereNoneIsReady(t *testing.T) {
	for kind := range proxies {
		t.Run(kind, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := startPair(t, ctx, kind)
			for i, n := range p.nodes {
				if err := syscall.Kill(n.cmd.Process.Pid, syscall.SIGTERM); err != nil {
					t.Fatal(err)
				}
				if kind == "haproxy" {
					p.says(t, ctx, fmt.Sprintf("Server nodes/node%d is DOWN", i+1))
					p.says(t, ctx, fmt.Sprintf("Server lines/node%d is DOWN", i+1))
				}
			}
			met := map[int]bool{}
			for range 10 {
				met[p.asks(t)] = true
			}
			if !met[0] || !met[1] {
				t.Errorf("only %v were asked", met)
			}
			for protocol := range protocols {
				p.meets(t, ctx, protocol)
			}
		})
	}
}

// TestProxyPassesOverTheDead: whoever comes right after a node was killed meets
// the other.
func TestProxyPassesOverTheDead(t *testing.T) {
	t.Parallel()
	for kind := range proxies {
		t.Run(kind, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := startPair(t, ctx, kind)
			met := map[int]bool{}
			for range 10 {
				met[p.asks(t)] = true
			}
			if !met[0] || !met[1] {
				t.Fatalf("only %v were met before: the test shows nothing", met)
			}
			p.nodes[0].kill()
			for range 10 {
				if p.asks(t) != 1 {
					t.Error("the dead answers")
				}
			}
			for protocol := range protocols {
				p.meets(t, ctx, protocol)
			}
		})
	}
}

// TestProxyCrowd: 200 streams at once, and each gets the event.
func TestProxyCrowd(t *testing.T) {
	eachProxy(t, nil, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		const crowd = 200
		o := p.bench()
		id := o.createSeed(t, "2026-01-01")
		var all []*raw
		for i := range crowd {
			w := open(t, ctx, protocolOf(i), x.addresses, id)
			if f, err := w.frame(); err != nil {
				t.Fatalf("%s: %v after %q", w.protocol, err, f)
			}
			all = append(all, w)
		}
		o.must(t, 201, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"to all"}`)
		var mu sync.Mutex
		var hearing sync.WaitGroup
		got := map[string]map[string]int{"tcp": {}, "sse": {}, "ws": {}}
		for _, w := range all {
			hearing.Go(func() {
				f, err := w.frame()
				if err != nil || !strings.Contains(f, "to all") {
					t.Errorf("%s: %q, %v", w.protocol, f, err)
				}
				mu.Lock()
				defer mu.Unlock()
				got[w.protocol][f]++
			})
		}
		hearing.Wait()
		for protocol, frames := range got {
			if len(frames) != 1 {
				t.Errorf("%s: not all got the same: %v", protocol, maps.Keys(frames))
			}
		}
	})
}

// TestProxyHalfClosed: who has said all (echo … | nc) goes on listening.
func TestProxyHalfClosed(t *testing.T) {
	eachProxy(t, nil, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		o := p.bench()
		id := o.createSeed(t, "2026-01-01")
		c, err := net.Dial("tcp", x.addresses.tcp)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		defer context.AfterFunc(ctx, func() { c.Close() })()
		if _, err := io.WriteString(c, asks("tcp", id)); err != nil {
			t.Fatal(err)
		}
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		w := newRaw(c, "tcp")
		for n := range 3 {
			if f, err := w.frame(); err != nil {
				t.Fatalf("%v after %d frames: %q", err, n, f)
			}
			o.must(t, 201, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"again"}`)
		}
	})
}
