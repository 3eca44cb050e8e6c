package node_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"matchstream/internal/node"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// shared is a store that several nodes have, none of which closes it.
type shared struct{ store.Store }

func (shared) Close() error { return nil }

// startOver starts a node over a store.
func startOver(t *testing.T, s store.Store, name string) *node.Node {
	t.Helper()
	c := config(t)
	c.Name, c.OperatorToken = name, operator
	return start(t, node.Over(c, shared{s}))
}

// has is what a node answers, as JSON.
func has[T any](t *testing.T, n *node.Node, path string) (v T) {
	t.Helper()
	status, body := get(t, "http://"+n.HTTPAddr()+path)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, status, body)
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// waits until it is so. Each look asks a node by HTTP, which gives it time.
func waits(t *testing.T, what string, is func() bool) {
	t.Helper()
	for soon := time.Now().Add(30 * time.Second); !is(); {
		if time.Now().After(soon) {
			t.Fatalf("%s: never", what)
		}
	}
}

type place struct {
	Name, Host string
	Port, HTTP int
	URL        string
}

type checkin struct {
	Port  int
	Host  string
	Nodes []place
}

type listed struct {
	Name, Host     string
	HTTP           int
	URL            string
	TCP            []int
	Here, Draining bool
	Limit          int
}

// Two nodes over one store know each other: each lists both and names both to
// clients; when one leaves, nobody is sent there any more.
func TestTwoNodes(t *testing.T) {
	s := memory.New()
	a := startOver(t, s, "a")
	if got := has[checkin](t, a, "/1/checkin"); len(got.Nodes) != 0 || got.Host != "127.0.0.1" {
		t.Errorf("alone it says %+v", got)
	}
	if got := has[[]listed](t, a, "/1/nodes"); len(got) != 1 || !got[0].Here || got[0].Host != "" {
		t.Errorf("alone it lists %+v", got)
	}
	b := startOver(t, s, "b")
	both := func(n *node.Node) bool { return len(has[[]listed](t, n, "/1/nodes")) == 2 }
	waits(t, "a knows b", func() bool { return both(a) })
	waits(t, "b knows a", func() bool { return both(b) })
	ports := map[string]string{"a": a.TCPAddrs()[0], "b": b.TCPAddrs()[0]}
	for _, l := range has[[]listed](t, b, "/1/nodes") {
		at := fmt.Sprintf("127.0.0.1:%d", l.TCP[0])
		if at != ports[l.Name] || l.Here != (l.Name == "b") || l.Here != (l.Host == "") || l.Limit == 0 {
			t.Errorf("b lists %+v", l)
		}
	}
	first := map[string]bool{}
	for len(first) < 2 { // by chance
		got := has[checkin](t, a, "/1/checkin")
		if fmt.Sprintf("127.0.0.1:%d", got.Port) != ports["a"] || len(got.Nodes) != 2 {
			t.Fatalf("a says %+v", got)
		}
		for _, p := range got.Nodes {
			if fmt.Sprintf("%s:%d", p.Host, p.Port) != ports[p.Name] || p.HTTP == 0 {
				t.Errorf("a names %+v", p)
			}
		}
		first[got.Nodes[0].Name] = true
	}
	if err := b.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	waits(t, "b has left", func() bool { return !both(a) })
	if got := has[checkin](t, a, "/1/checkin"); len(got.Nodes) != 0 {
		t.Errorf("when b has left, a says %+v", got)
	}
}

// A node that drains sends clients to the others, and they nobody to it.
func TestWhoDrainsSendsClientsElsewhere(t *testing.T) {
	s := memory.New()
	a, b := startOver(t, s, "a"), startOver(t, s, "b")
	waits(t, "they know each other", func() bool {
		return len(has[[]listed](t, a, "/1/nodes")) == 2 && len(has[[]listed](t, b, "/1/nodes")) == 2
	})
	a.SayDraining(true)
	if got := has[checkin](t, a, "/1/checkin"); fmt.Sprintf("%s:%d", got.Host, got.Port) != b.TCPAddrs()[0] || len(got.Nodes) != 1 {
		t.Errorf("a drains and says %+v", got)
	}
	waits(t, "b knows that a drains", func() bool {
		return slices.ContainsFunc(has[[]listed](t, b, "/1/nodes"), func(l listed) bool { return l.Draining && l.Name == "a" })
	})
	if got := has[checkin](t, b, "/1/checkin"); len(got.Nodes) != 1 || got.Nodes[0].Name != "b" {
		t.Errorf("b says %+v", got)
	}
	a.SayDraining(false)
	waits(t, "a takes clients again", func() bool { return len(has[checkin](t, b, "/1/checkin").Nodes) == 2 })
}

// Two nodes of one name: each is in trouble, and says so on its page.
func TestNodesOfOneName(t *testing.T) {
	s := memory.New()
	a, b := startOver(t, s, "a"), startOver(t, s, "a")
	for _, n := range []*node.Node{a, b} {
		waits(t, "its page says so", func() bool {
			_, page := get(t, "http://"+n.AdminAddr()+"/node")
			return strings.Contains(page, "Another node has the name of this one")
		})
	}
}

// TestReach: what a node says of where it is, by where it listens.
func TestReach(t *testing.T) {
	outward := node.Outward()
	for _, c := range []struct {
		advertise, tcp, http, host string
		port                       int
	}{
		{"", "127.0.0.2:9999", "127.0.0.2:8888", "127.0.0.2", 8888},
		{"", "127.0.0.2:9999", "127.0.0.1:8888", "127.0.0.2", 0},
		{"", "127.0.0.2:9999", "[::]:8888", "127.0.0.2", 8888},
		{"", "[::]:9999", "[::]:8888", outward, 8888},
		{"", "0.0.0.0:9999", "127.0.0.1:8888", outward, 0},
		{"", "[2001:db8::1]:9999", "[2001:db8::1]:8888", "2001:db8::1", 8888},
		{"live.example", "127.0.0.2:9999", "127.0.0.1:8888", "live.example", 8888},
		{"live.example:80", "127.0.0.2:9999", "127.0.0.1:8888", "live.example", 80},
		{"[2001:db8::1]:80", "127.0.0.2:9999", "127.0.0.1:8888", "2001:db8::1", 80},
		{"2001:db8::1", "127.0.0.2:9999", "127.0.0.1:8888", "2001:db8::1", 8888},
		{"[2001:db8::1]", "127.0.0.2:9999", "127.0.0.1:8888", "2001:db8::1", 8888},
		{"https://live.example", "127.0.0.2:9999", "127.0.0.1:8888", "live.example", 443},
		{"http://live.example/", "127.0.0.2:9999", "127.0.0.1:8888", "live.example", 80},
		{"https://[2001:db8::1]:8443", "127.0.0.2:9999", "127.0.0.1:8888", "2001:db8::1", 8443},
	} {
		if host, port := node.Reach(c.advertise, c.tcp, c.http); host != c.host || port != c.port {
			t.Errorf("%+v: %s, %d", c, host, port)
		}
	}
}

// TestAdvertise: what is no place is refused, and told what was expected.
func TestAdvertise(t *testing.T) {
	for _, advertise := range []string{"ftp://x", "https://", "http:///", "live.example:http", "live.example:0", "live.example:65536", ":80", "a b", "a,b", "https://me@x", "https://x/live", "https://x?y", "[2001:db8::1", "x]:80"} {
		c := config(t)
		c.Advertise = advertise
		n, err := node.Start(t.Context(), c)
		if err == nil {
			n.Shutdown(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), "expected a host name") {
			t.Errorf("%s: %v", advertise, err)
		}
	}
}

// Nodes say with which scheme they are reached: their own, or that of what is before
// them. So somebody who follows one that speaks TLS can be led to another.
func TestNodesSayTheirScheme(t *testing.T) {
	s := memory.New()
	a := startOver(t, s, "a")
	dir := t.TempDir()
	secure, proxied := config(t), config(t)
	secure.Name, secure.OperatorToken = "secure", operator
	secure.Certificate, secure.Key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certify(t, "x", secure.Certificate, secure.Key)
	b := start(t, node.Over(secure, shared{s}))
	proxied.Name, proxied.OperatorToken, proxied.Advertise = "proxied", operator, "https://live.example"
	p := start(t, node.Over(proxied, shared{s}))
	waits(t, "a knows all", func() bool { return len(has[[]listed](t, a, "/1/nodes")) == 3 })
	waits(t, "the third knows all", func() bool { return len(has[[]listed](t, p, "/1/nodes")) == 3 })
	at := map[string]string{"a": "http://" + a.HTTPAddr(), "secure": "https://" + b.HTTPAddr(), "proxied": "https://live.example"}
	for _, l := range has[[]listed](t, a, "/1/nodes") {
		if l.Here && l.URL != "" || !l.Here && l.URL != at[l.Name] {
			t.Errorf("a lists %+v, want %s", l, at[l.Name])
		}
	}
	for _, n := range []*node.Node{a, p} {
		named := has[checkin](t, n, "/1/checkin").Nodes
		for _, l := range named {
			if l.URL != at[l.Name] {
				t.Errorf("%s is named %+v, want %s", l.Name, l, at[l.Name])
			}
		}
		if len(named) != 3 {
			t.Errorf("named are %+v", named)
		}
	}
}

// audienceOf is what a node says of the audience of the counted tests' match.
type audienceOf struct{ Now, Peak, Connects, Users int }

// The audience is over all nodes, and asked of any of them, or of one that nobody
// watches on.
func TestAudienceOfTwoNodes(t *testing.T) {
	s := memory.New()
	a, b := startOver(t, s, "a"), startOver(t, s, "b")
	rig := &counted{T: t, node: a}
	const match = "elp-tig-2011-09-10"
	rig.create(match)
	waits(t, "b has the match", func() bool {
		status, _ := get(t, "http://"+b.HTTPAddr()+"/1/match/"+match)
		return status == http.StatusOK
	})
	rig.watch("tcp", match, "ann")
	rig.watch("sse", match, "bob")
	rig.node = b
	eve := rig.watch("ws", match, "eve")
	says := func(n *node.Node) audienceOf { return has[audienceOf](t, n, "/1/match/"+match+"/audience") }
	for _, n := range []*node.Node{a, b} {
		waits(t, "all are counted", func() bool { got := says(n); return got == audienceOf{Now: 3, Peak: 3, Connects: 3, Users: 3} })
	}
	eve.Close()
	waits(t, "eve has left", func() bool { return says(a).Now == 2 && says(b).Now == 2 })
	if err := b.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := says(a); got != (audienceOf{Now: 2, Peak: 3, Connects: 3, Users: 3}) {
		t.Errorf("when b has left, a says %+v", got)
	}
}
