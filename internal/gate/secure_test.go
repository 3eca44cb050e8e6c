package gate_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// ours is a certificate for tests, and who believes it.
func ours() (server, client *tls.Config) {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	server = &tls.Config{Certificates: s.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
	return server, &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com"}
}

// onBothSecure runs a test with either pump, with doors that are TLS. what is
// said before the handshake is no part of it.
func onBothSecure(t *testing.T, s setting, test func(t *testing.T, r *rig, knock func(port int, before string) *client)) {
	t.Helper()
	server, clients := ours()
	s.secure = server
	onBoth(t, s, func(t *testing.T, r *rig) {
		test(t, r, func(port int, before string) *client {
			c := r.knock(port)
			c.say(before)
			return newClient(t, tls.Client(c.Conn, clients))
		})
	})
}

// Over TLS a watcher gets the same bytes as without, by each protocol, up to the
// end.
func TestOverTLS(t *testing.T) {
	for name, asks := range map[string]string{"tcp": line + ":IDS:on\n", "tcp, resumed": line + ":SINCE:1\n", "sse": sseAsks, "ws": wsAsks,
		"sse, after another request": apiAsks + sseAsks, "no such match": "VERSION:1:CONNECT:ann:MATCH:a-b-2011-09-10\n"} {
		t.Run(name, func(t *testing.T) {
			dialogue := func(r *rig, c *client) string {
				r.create(seed)
				r.post(seed, start)
				r.shown(`"period":"first"`)
				c.say(asks)
				got := ""
				if strings.HasPrefix(name, "no") {
					return c.shown(-1)
				}
				n := map[string]int{"tcp": 1, "tcp, resumed": 0, "sse": 2, "ws": 2, "sse, after another request": 2}[name]
				if strings.HasPrefix(asks, apiAsks) {
					c.hello()
				}
				got += c.shown(n)
				r.post(seed, `{"kind":"comment","comment":"¡Vamos!"}`)
				r.post(seed, `{"kind":"abandon"}`)
				return got + c.shown(-1)
			}
			plain := newRig(t, setting{})
			want := dialogue(plain, plain.knock(portOf(asks)))
			onBothSecure(t, setting{perIP: 1}, func(t *testing.T, r *rig, knock func(int, string) *client) {
				if got := dialogue(r, knock(portOf(asks), "")); got != want {
					t.Errorf("over TLS:\n%s\nwithout:\n%s", got, want)
				}
				for r.gate.Places() > 0 {
					runtime.Gosched()
				}
				if r.polled != nil {
					for r.polled.Open() > 0 {
						runtime.Gosched()
					}
				}
			})
		})
	}
}

// A proxy says for whom it is before the handshake, or within it.
func TestProxiesOverTLS(t *testing.T) {
	onBothSecure(t, setting{proxies: "127.0.0.1", perIP: 1}, func(t *testing.T, r *rig, knock func(int, string) *client) {
		r.create(seed)
		c := knock(1, proxyV1)
		c.say(whoAsks)
		if status, body := c.answer(); status != 200 || body != "192.0.2.1:40001 x []" {
			t.Errorf("answered %d %q", status, body)
		}
		c = knock(1, "")
		for range 2 {
			c.say(forwarded(whoAsks, "X-Forwarded-For: 192.0.2.7"))
			if status, body := c.answer(); status != 200 || body != "192.0.2.7:0 x []" {
				t.Errorf("answered %d %q", status, body)
			}
		}
		c.say(whoAsks)
		if status, _ := c.answer(); status != 400 {
			t.Errorf("a request that is nobody's is answered %d", status)
		}
		c = knock(0, "PROXY TCP4 192.0.2.3 192.0.2.2 40001 9999\r\n")
		c.say(line + "\n")
		if got := string(c.get(1)[0]); strings.HasPrefix(got, "ERROR") {
			t.Errorf("told %q", got)
		}
		for r.gate.Places() != 2 {
			runtime.Gosched()
		}
	})
}

// Each stream of HTTP/2 takes a place by its address, beside the connection's.
func TestPlacesOverHTTP2(t *testing.T) {
	onBothSecure(t, setting{perIP: 3}, func(t *testing.T, r *rig, knock func(int, string) *client) {
		r.create(seed)
		_, clients := ours()
		clients.RootCAs, clients.InsecureSkipVerify = nil, true
		transport := &http.Transport{TLSClientConfig: clients, ForceAttemptHTTP2: true}
		defer transport.CloseIdleConnections()
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		ask := func() *http.Response {
			q, err := http.NewRequestWithContext(ctx, "GET", "https://"+r.at[1].String()+"/1/match/"+seed+"/stream", nil)
			if err != nil {
				t.Fatal(err)
			}
			a, err := transport.RoundTrip(q)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { a.Body.Close() })
			if a.ProtoMajor != 2 {
				t.Fatalf("it is %s", a.Proto)
			}
			return a
		}
		for range 2 {
			a := ask()
			if text, err := bufio.NewReader(a.Body).ReadString('\n'); a.StatusCode != 200 || err != nil {
				t.Fatalf("%d, %q, %v", a.StatusCode, text, err)
			}
		}
		if n := r.gate.Places(); n != 3 {
			t.Errorf("%d places are taken, want one for the connection and one for each stream", n)
		}
		a := ask()
		if body, _ := io.ReadAll(a.Body); a.StatusCode != 503 || !strings.Contains(string(body), "too many connections from your address") {
			t.Errorf("one too many is answered %d %q", a.StatusCode, body)
		}
		leave()
		for r.gate.Places() > 1 {
			runtime.Gosched()
		}
	})
}

// Who speaks HTTP without TLS is told so; who says nothing, or has been
// answered, is closed when somebody else needs the room.
func TestQuietOverTLS(t *testing.T) {
	onBothSecure(t, setting{}, func(t *testing.T, r *rig, knock func(int, string) *client) {
		plain := r.knock(1)
		plain.say(apiAsks)
		if got, _ := io.ReadAll(plain); !strings.HasPrefix(string(got), "HTTP/1.0 400 ") || !strings.Contains(string(got), "HTTP request to an HTTPS server") {
			t.Errorf("told %q", got)
		}
		idle := knock(1, "")
		idle.say(apiAsks)
		idle.hello()
		half := r.knock(0)
		half.say("\x16\x03\x01") // the beginning of a handshake
		closed := 0
		for closed < 2 {
			if r.gate.Yield() {
				closed++
			}
			runtime.Gosched()
		}
		for name, c := range map[string]net.Conn{"one between two requests": idle, "one in the handshake": half} {
			if n, err := c.Read(make([]byte, 1)); err == nil {
				t.Errorf("%s is told %d bytes", name, n)
			}
		}
	})
}
