package gate_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"matchstream/internal/access"
)

// Headers of the PROXY protocol as a proxy sends them, for 192.0.2.1:40001.
const (
	proxyV1    = "PROXY TCP4 192.0.2.1 192.0.2.2 40001 9999\r\n"
	proxyV2    = proxyV2Sig + "\x21\x11\x00\x12" + "\xc0\x00\x02\x01\xc0\x00\x02\x02\x9c\x41\x27\x0f" + "\x04\x00\x03abc"
	proxyV2Sig = "\r\n\r\n\x00\r\nQUIT\n"
	ownV1      = "PROXY UNKNOWN\r\n"
	ownV2      = proxyV2Sig + "\x20\x00\x00\x00"
)

const (
	whoAsks    = "GET /who HTTP/1.1\r\nHost: x\r\n\r\n"
	healthAsks = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
)

// from is a request with what proxies add to it.
func forwarded(asks, added string) string {
	return strings.Replace(asks, "Host: x\r\n", "Host: x\r\n"+added+"\r\n", 1)
}

// Who comes by a proxy is served as anybody is, whatever the pieces in which the
// header and what is behind it come, and is known by his own address.
func TestProxyHeader(t *testing.T) {
	whom := netip.MustParseAddrPort("192.0.2.1:40001")
	asks := map[string]string{"tcp": line + ":IDS:on\n", "sse": sseAsks, "ws": wsAsks, "board": boardAsks, "api": whoAsks, "by net/http": whoAsks + sseAsks}
	eachPump(t, func(t *testing.T, epoll bool) {
		for name, asks := range asks {
			for version, header := range map[string]string{"v1": proxyV1, "v2": proxyV2} {
				for how, say := range map[string]func(*client, string){"whole": (*client).say, "byte by byte": (*client).piecemeal,
					"the header alone first": func(c *client, text string) { c.say(text[:len(header)]); c.say(text[len(header):]) }} {
					t.Run(name+", "+version+", "+how, func(t *testing.T) {
						r, closed := withLog(t, setting{epoll: epoll, proxies: "127.0.0.0/8", perIP: 1})
						r.create(seed)
						c := r.knock(portOf(asks))
						say(c, header+asks)
						want := 1
						if strings.HasPrefix(asks, whoAsks) {
							if status, body := c.answer(); status != 200 || body != "192.0.2.1:40001 x []" {
								t.Errorf("answered %d %q", status, body)
							}
						}
						if asks != whoAsks {
							if got := string(c.get(1)[0]); strings.HasPrefix(got, "ERROR") || strings.HasPrefix(got, "HTTP/1.1 4") {
								t.Fatalf("told %q", got)
							}
						}
						for r.gate.Places() != 1 {
							runtime.Gosched()
						}
						c.Close()
						if strings.HasPrefix(asks, whoAsks) && asks != whoAsks {
							want = 2
						}
						lines := closed()
						if got := len(lines[whom]); got != want || len(lines) != 1 {
							t.Errorf("%d lines of the client, want %d, among %v", got, want, lines)
						}
						if n := r.gate.Places(); n != 0 {
							t.Errorf("%d places are left", n)
						}
					})
				}
			}
		}
	})
}

// portOf is where it is to be said.
func portOf(asks string) int {
	if strings.HasPrefix(asks, "VERSION") {
		return 0
	}
	return 1
}

// A proxy that does not say for whom it is, is refused; so is who speaks for
// others and is not believed. Each is told why.
func TestRefusedProxies(t *testing.T) {
	const (
		noHeader   = "expected a header of the PROXY protocol (version 1 or 2) first"
		badHeader  = "expected a well-formed header of the PROXY protocol"
		noTrust    = "a header of the PROXY protocol is taken only from the networks of --trust-proxy"
		noForwards = "expected the client's address, or a header of the PROXY protocol"
	)
	for _, c := range []struct {
		name    string
		proxies string
		says    string
		port    int
		told    string
	}{
		{"a line without a header", "127.0.0.1", line + "\n", 0, noHeader},
		{"a malformed header before a line", "127.0.0.1", "PROXY TCP4 192.0.2.1\r\n" + line + "\n", 0, badHeader},
		{"a header that is too long", "127.0.0.1", proxyV2Sig + "\x21\x11\xff\xff", 0, badHeader},
		{"two headers before a line", "127.0.0.1", proxyV1 + proxyV1 + line + "\n", 0, noTrust},
		{"a header from elsewhere", "10.0.0.0/8", proxyV1 + line + "\n", 0, noTrust},
		{"a binary one from elsewhere", "10.0.0.0/8", proxyV2 + line + "\n", 0, noTrust},
		{"a header where nobody is believed", "", proxyV1 + line + "\n", 0, noTrust},
		{"a request without either", "127.0.0.1", whoAsks, 1, noForwards},
		{"a stream without either", "127.0.0.1", sseAsks, 1, noForwards},
		{"a malformed header before a request", "127.0.0.1", "PROXY TCP4 192.0.2.1\r\n" + whoAsks, 1, badHeader},
		{"two headers before a request", "127.0.0.1", proxyV1 + proxyV2 + whoAsks, 1, noTrust},
		{"a header from elsewhere before a request", "10.0.0.0/8", proxyV1 + whoAsks, 1, noTrust},
		{"a binary one from elsewhere before a request", "10.0.0.0/8", proxyV2 + sseAsks, 1, noTrust},
		{"a header before a request where nobody is believed", "", proxyV1 + whoAsks, 1, noTrust},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachPump(t, func(t *testing.T, epoll bool) {
				r, closed := withLog(t, setting{epoll: epoll, proxies: c.proxies, perIP: 1})
				r.create(seed)
				knocks := r.knock(c.port)
				knocks.say(c.says)
				if c.port == 1 {
					if status, body := knocks.answer(); status != 400 || !strings.Contains(body, c.told) {
						t.Errorf("answered %d %q, want %q", status, body, c.told)
					}
				} else if got := string(knocks.rest()); !strings.HasPrefix(got, "ERROR: "+c.told) {
					t.Errorf("told %q, want %q", got, c.told)
				}
				if n := r.gate.Refused.Proxy.Load(); n != 1 {
					t.Errorf("%d are counted, want 1", n)
				}
				for _, lines := range closed() {
					for _, l := range lines {
						if s, ok := l.(*access.Connection); ok && s.Why != "proxy" && s.Why != "malformed" {
							t.Errorf("the access log says %q", s.Why)
						}
					}
				}
				if n := r.gate.Places(); n != 0 {
					t.Errorf("%d places are left", n)
				}
			})
		})
	}
}

// A proxy that speaks for itself, to see whether we are there, needs no
// client's address, and takes no client's place.
func TestHealthChecks(t *testing.T) {
	onBoth(t, setting{proxies: "127.0.0.1", perIP: 1}, func(t *testing.T, r *rig) {
		r.create(seed)
		var open []*client
		for range 3 {
			for _, header := range []string{ownV1, ownV2, "PROXY TCP4 127.0.0.1 127.0.0.1 40001 9999\r\n"} {
				for _, asks := range []string{line + "\n", whoAsks, sseAsks, healthAsks} {
					c := r.knock(portOf(asks))
					c.say(header + asks)
					if got := string(c.get(1)[0]); strings.HasPrefix(got, "ERROR") || strings.HasPrefix(got, "HTTP/1.1") && !strings.HasPrefix(got, "HTTP/1.1 200 ") {
						t.Errorf("%q: told %q", header+asks, got)
					}
					open = append(open, c)
				}
			}
			c := r.knock(1)
			c.say(healthAsks) // by HTTP alone
			if status, body := c.answer(); status != 200 || !strings.HasPrefix(body, "127.0.0.1:") {
				t.Errorf("answered %d %q", status, body)
			}
		}
		for _, c := range open {
			c.Close()
		}
	})
}

// The requests on one connection of a proxy are each of whom it says; what a
// client claims himself is not believed.
func TestForwarded(t *testing.T) {
	onBoth(t, setting{proxies: "127.0.0.1,10.0.0.0/8"}, func(t *testing.T, r *rig) {
		c := r.knock(1)
		for _, q := range []struct{ added, want string }{
			{"X-Forwarded-For: 192.0.2.1", "192.0.2.1:0 x []"},
			{"x-forwarded-for: 203.0.113.9, 192.0.2.2:4000, 10.1.1.1\r\nX-Forwarded-Proto: HTTPS\r\nX-Forwarded-Host: matches.example:8443", "192.0.2.2:4000 matches.example:8443 [https]"},
			{"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 2001:db8::1", "[2001:db8::1]:0 x []"},
			{"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https, http\r\nX-Forwarded-Host: a, b", "192.0.2.1:0 x []"},
			{"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Host: <b>", "192.0.2.1:0 x []"},
			{"X-Forwarded-For: unknown", c.LocalAddr().String() + " x []"},
		} {
			c.say(forwarded(whoAsks, q.added))
			if status, body := c.answer(); status != 200 || body != q.want {
				t.Errorf("%q: answered %d %q, want %q", q.added, status, body, q.want)
			}
		}
		c.say(proxyV1) // not in the middle
		if status, _ := c.answer(); status != 400 {
			t.Errorf("a header between two requests is answered %d", status)
		}
	})
	for name, s := range map[string]setting{"from elsewhere": {proxies: "10.0.0.0/8"}, "where nobody is believed": {}} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, s, func(t *testing.T, r *rig) {
				c := r.knock(1)
				c.say(forwarded(whoAsks, "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example"))
				if status, body := c.answer(); status != 200 || body != c.LocalAddr().String()+" x []" {
					t.Errorf("answered %d %q", status, body)
				}
			})
		})
	}
}

// A client behind a proxy that speaks HTTP to us is not believed either: he is
// known by the proxy's header, and what he adds to his request is his own.
func TestForwardedBehindProxyHeader(t *testing.T) {
	onBoth(t, setting{proxies: "127.0.0.1,10.0.0.0/8"}, func(t *testing.T, r *rig) {
		for header, want := range map[string]string{
			proxyV1: "192.0.2.1:40001 x []",
			ownV1:   "", // of somebody without an address
			ownV2:   "",
			"PROXY TCP4 10.1.1.1 192.0.2.2 40001 9999\r\n": "203.0.113.9:0 x [https]", // a proxy behind the proxy
		} {
			c := r.knock(1)
			if want == "" {
				want = c.LocalAddr().String() + " x []"
			}
			c.say(header + forwarded(whoAsks, "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https"))
			if status, body := c.answer(); status != 200 || body != want {
				t.Errorf("%q: answered %d %q, want %q", header, status, body, want)
			}
		}
	})
}

// --max-connections-per-ip counts those for whom the proxy is, and not the
// proxy.
func TestPerAddressByProxy(t *testing.T) {
	for name, by := range map[string]struct {
		says func(host, asks string) string
		asks []string // two that each take a place
	}{
		"PROXY protocol": {func(host, asks string) string { return "PROXY TCP4 " + host + " 127.0.0.1 4000 80\r\n" + asks },
			[]string{line + "\n", whoAsks, sseAsks, wsAsks}},
		"X-Forwarded-For": {func(host, asks string) string { return forwarded(asks, "X-Forwarded-For: "+host) },
			[]string{sseAsks, wsAsks}},
	} {
		t.Run(name, func(t *testing.T) {
			test := func(t *testing.T, r *rig) {
				r.create(seed)
				r.post(seed, start)
				for round := range 2 {
					var open []*client
					for i := range 5 {
						host := fmt.Sprintf("192.0.2.%d", i+1)
						for n := range 2 {
							asks := by.asks[(i+n)%len(by.asks)]
							c := r.knock(portOf(asks))
							c.say(by.says(host, asks))
							if got := string(c.get(1)[0]); strings.HasPrefix(got, "ERROR") || strings.HasPrefix(got, "HTTP/1.1 503") {
								t.Fatalf("round %d: number %d of %s is told %q", round, n+1, host, got)
							}
							open = append(open, c)
						}
						for _, asks := range by.asks {
							c := r.knock(portOf(asks))
							c.say(by.says(host, asks))
							if got := string(c.rest()); !strings.Contains(got, "too many connections from your address") {
								t.Errorf("round %d: one too many of %s is told %q", round, host, got)
							}
						}
					}
					for _, c := range open {
						c.Close()
					}
					for r.gate.Places() > 0 {
						r.post(seed, `{"kind":"comment","comment":"Anybody there?"}`) // over TCP only a write tells
					}
				}
			}
			onBoth(t, setting{proxies: "127.0.0.1", perIP: 2}, test)
			eachPump(t, func(t *testing.T, epoll bool) {
				r, closed := withLog(t, setting{epoll: epoll, proxies: "127.0.0.0/8", perIP: 2})
				test(t, r)
				closed()
			})
		})
	}
}

// Who is one too many for his address, behind a proxy, and says nothing, is not kept for
// as long as others may be silent: he counts nowhere.
func TestCrowdedAndSilent(t *testing.T) {
	onBoth(t, setting{proxies: "127.0.0.1", perIP: 1, handshake: time.Hour}, func(t *testing.T, r *rig) {
		r.create(seed)
		header := "PROXY TCP4 192.0.2.1 127.0.0.1 4000 80\r\n"
		first := r.knock(1)
		first.say(header + sseAsks)
		first.get(1)
		second := r.knock(1)
		second.say(header)
		if got := string(second.rest()); got != "" && !strings.Contains(got, "too many connections from your address") {
			t.Errorf("told %q", got)
		}
	})
}
