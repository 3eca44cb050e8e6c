package e2e

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"matchstream/internal/node"
)

// TestEdgeRefusesWrites: with the address of the origin, and nothing is changed.
func TestEdgeRefusesWrites(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := start(t, config(t))
	id := operatorOf(origin).createSeed(t, "2026-03-06")
	edge := edgeOf(t, ctx, origin.HTTPAddr(), func(c *node.Config) { c.OperatorToken = operatorToken })
	o := operatorOf(edge)
	for _, r := range [][2]string{{"PUT", "/1/team/elp"}, {"POST", "/1/matches"}, {"PATCH", "/1/match/" + id}, {"DELETE", "/1/match/" + id}, {"POST", "/1/match/" + id + "/events"}, {"DELETE", "/1/user/me"}} {
		a, err := o.ask(r[0], r[1], startBody())
		if err != nil {
			t.Fatal(err)
		}
		if a.status != http.StatusMethodNotAllowed || !strings.Contains(a.body, "http://"+origin.HTTPAddr()+r[1]) || a.header.Get("Allow") == "" {
			t.Errorf("%s %s: %d %s %v", r[0], r[1], a.status, a.body, a.header)
		}
	}
	same(t, ctx, at(origin), at(edge), id)
}

// TestEdgeForwardsWrites: what an operator sends to an edge that forwards, and
// what he is told, is as at the origin: his token, his key, his condition, and
// the refusals. A redirect is not followed.
func TestEdgeForwardsWrites(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := start(t, config(t))
	forwards := func(c *node.Config) { c.EdgeWrites = "forward" }
	edge := edgeOf(t, ctx, origin.HTTPAddr(), forwards)
	leaf := edgeOf(t, ctx, edge.HTTPAddr(), forwards)
	o := operatorOf(leaf)
	id := o.createSeed(t, "2026-03-07")
	path := "/1/match/" + id
	first := o.must(t, http.StatusCreated, "POST", path+"/events", startBody(), "Idempotency-Key", "one")
	if again := o.must(t, http.StatusCreated, "POST", path+"/events", startBody(), "Idempotency-Key", "one"); again.body != first.body || !strings.Contains(first.body, `"by":"operator"`) {
		t.Errorf("%s\nagain %s", first.body, again.body)
	}
	o.must(t, http.StatusPreconditionFailed, "POST", path+"/events", `{"kind":"halftime"}`, "If-Match", "7")
	o.must(t, http.StatusConflict, "POST", path+"/events", startBody())
	o.must(t, http.StatusRequestEntityTooLarge, "POST", path+"/events", strings.Repeat(" ", 65<<10))
	o.must(t, http.StatusOK, "GET", "/1/token", "")
	if a := (operator{http: o.http, token: "wrong"}).must(t, http.StatusUnauthorized, "GET", "/1/token", ""); a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%v", a.header)
	}
	until(t, ctx, "it is there", func() bool { return strings.Contains(asked(t, leaf.HTTPAddr(), path).body, `"first"`) })
	same(t, ctx, at(origin), at(leaf), id)
	o.must(t, http.StatusNoContent, "DELETE", path, "")
	until(t, ctx, "it is gone", func() bool { return asked(t, leaf.HTTPAddr(), path).status == http.StatusNotFound })

	var moved atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && moved.Load() {
			http.Redirect(w, r, "http://"+origin.HTTPAddr()+r.URL.Path, http.StatusPermanentRedirect)
			return
		}
		proxyTo(origin.HTTPAddr()).ServeHTTP(w, r)
	}))
	t.Cleanup(elsewhere.Close)
	strange := edgeOf(t, ctx, strings.TrimPrefix(elsewhere.URL, "http://"), forwards)
	moved.Store(true)
	operatorOf(strange).must(t, http.StatusBadGateway, "POST", "/1/matches", `{"home":"elp","visit":"tig","date":"2026-03-08"}`)
	if a := asked(t, origin.HTTPAddr(), "/1/match/elp-tig-2026-03-08"); a.status != http.StatusNotFound {
		t.Errorf("a redirect was followed: %d", a.status)
	}

	c := config(t)
	c.Store, c.EdgeWrites = "http://192.0.2.1", "forward"
	if n, err := node.Start(ctx, c); err == nil {
		n.Shutdown(ctx)
		t.Error("tokens are sent over a network without TLS")
	}
}

func proxyTo(address string) http.Handler {
	p := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	p.FlushInterval = -1
	return p
}

// TestEdgeAsksOnce: a hundred who join at once, on all protocols, and as many who
// ask for matches that there are not, are one stream to the origin.
func TestEdgeAsksOnce(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	origin := start(t, config(t))
	id := operatorOf(origin).createSeed(t, "2026-03-09")
	var mu sync.Mutex
	asked := map[string]int{}
	counting := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.URL.Path]++
		mu.Unlock()
		proxyTo(origin.HTTPAddr()).ServeHTTP(w, r)
	}))
	t.Cleanup(counting.Close)
	edge := edgeOf(t, ctx, strings.TrimPrefix(counting.URL, "http://"), nil)
	var joining sync.WaitGroup
	for i := range 100 {
		for protocol, dial := range protocols {
			joining.Go(func() {
				s, err := dial(ctx, at(edge), id, "")
				if err == nil {
					t.Cleanup(s.close)
					_, err = s.next()
				}
				if err != nil {
					t.Errorf("%s %d: %v", protocol, i, err)
				}
				if s, err = dial(ctx, at(edge), "elp-tig-2030-01-01", ""); err == nil {
					if f, err := s.next(); err == nil {
						t.Errorf("%+v of no match", f)
					}
					s.close()
				}
			})
		}
	}
	joining.Wait()
	mu.Lock()
	defer mu.Unlock()
	for path, n := range asked {
		if strings.HasPrefix(path, "/1/") && path != "/1/nodes" && n != 1 || strings.Contains(path, "2030") {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	if asked["/1/match/"+id+"/stream"] != 1 {
		t.Errorf("asked for %v", asked)
	}
}

// TestEdgeOfItself: two edges of each other notice it, and are never ready.
func TestEdgeOfItself(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ports := freePorts(t)
	c := config(t)
	c.Store, c.HTTP = "http://"+ports[0], ports[0]
	n := start(t, c)
	until(t, ctx, "an edge of itself says so", func() bool { return strings.Contains(asked(t, n.HTTPAddr(), "/readyz").body, "follows this edge") })
	more := freePorts(t)
	a, b := config(t), config(t)
	a.HTTP, a.Store, b.HTTP, b.Store = more[0], "http://"+more[1], more[1], "http://"+more[0]
	both := []*node.Node{start(t, a), start(t, b)}
	until(t, ctx, "two edges of each other say so", func() bool {
		return strings.Contains(asked(t, both[0].HTTPAddr(), "/readyz").body, "follows this edge") &&
			strings.Contains(asked(t, both[1].HTTPAddr(), "/readyz").body, "follows this edge")
	})
}
