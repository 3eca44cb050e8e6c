package e2e

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// visitor is the address of who comes to nodes and proxies; that of proxies,
// which the nodes trust, is 127.0.0.1.
const visitor = "127.0.0.7"

// fromVisitor dials as he does.
var fromVisitor = &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(visitor)}}

// visitorsClient asks as he does.
var visitorsClient = &http.Client{Transport: &http.Transport{DialContext: fromVisitor.DialContext, DisableKeepAlives: true, DisableCompression: true}}

// bench is the operator of a node that trusts who is on this machine.
func (p *process) bench() operator {
	o := p.operator()
	o.client = "192.0.2.1"
	return o
}

// eachProxy runs a test before one node.
func eachProxy(t *testing.T, args []string, test func(t *testing.T, ctx context.Context, p *process, x *proxy)) {
	for kind := range proxies {
		t.Run(kind, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = append(args, "--trust-proxy", "127.0.0.1", "--heartbeat", "1h")
			p.start(t, ctx)
			test(t, ctx, p, startProxy(t, ctx, kind, []addresses{p.addresses}))
		})
	}
}

// TestProxyStreams watches through a proxy and beside it: the same bytes come
// while the stream stays open, over each protocol.
func TestProxyStreams(t *testing.T) {
	eachProxy(t, nil, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		o := p.bench()
		id := o.createSeed(t, "2026-01-01")
		for protocol := range protocols {
			near, far := open(t, ctx, protocol, p.addresses, id), open(t, ctx, protocol, x.addresses, id)
			for n := range 3 {
				if n > 0 {
					o.must(t, 201, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"again"}`)
				}
				a, err := near.frame()
				if err != nil {
					t.Fatal(protocol, err)
				}
				b, err := far.frame()
				if err != nil || a != b {
					t.Errorf("%s: through %s %q comes (%v), from the node %q", protocol, x.kind, b, err, a)
				}
			}
		}
	})
}

// open joins a match, by HTTP/1.1 in full: a proxy may send it in chunks.
func open(t *testing.T, ctx context.Context, protocol string, at addresses, id string) *raw {
	t.Helper()
	if protocol != "sse" {
		address := at.http
		if protocol == "tcp" {
			address = at.tcp
		}
		c, err := fromVisitor.DialContext(ctx, "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		context.AfterFunc(ctx, func() { c.Close() })
		if _, err := io.WriteString(c, asks(protocol, id)); err != nil {
			t.Fatal(err)
		}
		w := newRaw(c, protocol)
		if protocol == "ws" {
			if head, err := w.lines(); err != nil || !strings.HasPrefix(head, "HTTP/1.1 101") {
				t.Fatalf("%q, %v", head, err)
			}
		}
		return w
	}
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+at.http+"/1/match/"+id+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip") // which no stream may heed
	a, err := visitorsClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Body.Close() })
	if e := a.Header.Get("Content-Encoding"); a.StatusCode != 200 || e != "" {
		t.Fatalf("the stream is answered %s, encoded %q", a.Status, e)
	}
	w := &raw{protocol: protocol, r: bufio.NewReader(a.Body)}
	if retry, err := w.frame(); err != nil || !strings.HasPrefix(retry, "retry:") {
		t.Fatalf("%q, %v", retry, err)
	}
	return w
}

// TestProxyPacks: pages and JSON come compressed, once.
func TestProxyPacks(t *testing.T) {
	eachProxy(t, nil, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		for path, want := range map[string]string{"/": "<!doctype html>", "/1/openapi.json": "{"} {
			if text := unpacked(t, "http://"+x.addresses.http+path); !strings.HasPrefix(strings.ToLower(text), want) {
				t.Errorf("%s is %.40q", path, text)
			}
		}
	})
}

// TestNginxPacksWhatComesBare: a server behind it that packs nothing.
func TestNginxPacksWhatComesBare(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(strings.Repeat("bare ", 1000))
	}))
	defer bare.Close()
	at := strings.TrimPrefix(bare.URL, "http://")
	x := startProxy(t, ctx, "nginx", []addresses{{http: at, tcp: nobody}})
	if text := unpacked(t, "http://"+x.addresses.http+"/1/matches"); !strings.HasPrefix(text, `"bare bare`) {
		t.Errorf("it is %.40q", text)
	}
}

// unpacked is an answer that has to be compressed.
func unpacked(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if e := a.Header.Values("Content-Encoding"); !slices.Equal(e, []string{"gzip"}) {
		t.Fatalf("%s: Content-Encoding %q, want gzip", url, e)
	}
	z, err := gzip.NewReader(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestProxyOutlivesQuiet: with the patience of the file, and a node's heartbeat,
// both a hundredth, a stream on which nothing happens stays open.
func TestProxyOutlivesQuiet(t *testing.T) {
	t.Parallel()
	shorter := map[string][]string{
		"nginx":   {"proxy_read_timeout 60s;", "proxy_read_timeout 600ms;", "send_timeout 60s;", "send_timeout 600ms;"},
		"haproxy": {"timeout client 60s", "timeout client 600ms", "timeout server 60s", "timeout server 600ms", "timeout tunnel 60s", "timeout tunnel 600ms"},
	}
	for kind := range proxies {
		t.Run(kind, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.args = []string{"--heartbeat", "150ms"}
			p.start(t, ctx)
			id := p.bench().createSeed(t, "2026-01-01")
			x := startProxy(t, ctx, kind, []addresses{p.addresses}, shorter[kind]...)
			var all sync.WaitGroup
			for _, protocol := range []string{"sse", "ws"} {
				w := open(t, ctx, protocol, x.addresses, id)
				all.Go(func() {
					for n := range 20 {
						if f, err := w.frame(); err != nil {
							t.Errorf("%s: %v after %d signs of life: %q", protocol, err, n, f)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
}

// TestProxyLog: what docs/DEPLOY.md says of a proxy's log is in it, and the
// query, which may name a user, is not.
func TestProxyLog(t *testing.T) {
	fields := map[string][]string{
		"nginx":       {"bytes", "from", "method", "node", "node_status", "path", "seconds", "status", "when"},
		"nginx tcp":   {"bytes", "from", "node", "seconds", "status", "when"},
		"haproxy":     {"bytes", "ended", "from", "method", "ms", "node", "path", "status", "when"},
		"haproxy tcp": {"bytes", "ended", "from", "ms", "node", "when"},
	}
	eachProxy(t, nil, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		id := p.bench().createSeed(t, "2026-01-01")
		a, err := client.Get("http://" + x.addresses.http + "/1/match/" + id + "?user=somebody")
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		w, err := join("tcp", x.addresses, id)
		if err != nil {
			t.Fatal(err)
		}
		p.bench().must(t, 204, "DELETE", "/1/match/"+id, "") // which ends the stream
		if err := w.toTheEnd(); err != nil {
			t.Error(err)
		}
		w.Close()
		for kind, is := range map[string]func(map[string]any) bool{
			x.kind:          func(l map[string]any) bool { return l["path"] == "/1/match/"+id },
			x.kind + " tcp": func(l map[string]any) bool { return l["path"] == nil },
		} {
			line, got := x.log(t, ctx, is)
			if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, fields[kind]) {
				t.Errorf("%s: the line has %q, want %q", kind, keys, fields[kind])
			}
			if strings.Contains(line, "somebody") {
				t.Errorf("%s: %s names the user", kind, line)
			}
		}
	})
}

// TestProxyTellsWhoComes: a node's access log has the visitor's address, not the
// proxy's, and not what he says of himself.
func TestProxyTellsWhoComes(t *testing.T) {
	log := filepath.Join(t.TempDir(), "access.log")
	eachProxy(t, []string{"--access-log", log}, func(t *testing.T, ctx context.Context, p *process, x *proxy) {
		if err := os.Truncate(log, 0); err != nil {
			t.Fatal(err)
		}
		o := p.bench()
		id := o.createSeed(t, "2026-01-01")
		var all []*raw
		for protocol := range protocols {
			w := open(t, ctx, protocol, x.addresses, id)
			if _, err := w.frame(); err != nil {
				t.Fatal(protocol, err)
			}
			all = append(all, w)
		}
		r, err := http.NewRequest("GET", "http://"+x.addresses.http+"/match/"+id, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, claim := range []string{"X-Forwarded-For", "X-Forwarded-Host"} {
			r.Header.Set(claim, "203.0.113.9")
		}
		a, err := visitorsClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(a.Body)
		if a.Body.Close(); err != nil || strings.Contains(string(page), "203.0.113.9") || !strings.Contains(string(page), x.addresses.http) {
			t.Errorf("the page (%s, %v) should name the host that was asked, and no other:\n%s", a.Status, err, page)
		}
		o.must(t, 204, "DELETE", "/1/match/"+id, "") // which ends the streams
		for _, w := range all {
			if err := w.toTheEnd(); err != nil {
				t.Error(w.protocol, err)
			}
		}
		if code := p.end(syscall.SIGTERM); code != 0 {
			t.Errorf("it ended with %d\n%s", code, p.stderr.String())
		}
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		saw := map[string]string{}
		for line := range strings.Lines(string(text)) {
			var l struct{ From, Protocol, Path string }
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			if l.Protocol != "http" || l.Path == "/match/"+id {
				saw[l.Protocol], _, _ = strings.Cut(l.From, ":")
			}
		}
		if want := map[string]string{"tcp": visitor, "sse": visitor, "ws": visitor, "http": visitor}; !maps.Equal(saw, want) {
			t.Errorf("they come from %v, want %v:\n%s", saw, want, text)
		}
	})
}
