package requests

import (
	"bufio"
	"context"
	"maps"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// two is a load of one user who asks twice, the second time by a method.
func two(base, method string) lab.Load {
	l := load(base)
	l.Requests = append(l.Requests, lab.Request{Name: "second", Method: method, URL: base + "/second"})
	return l
}

// first answers once on a connection that is kept, and then does something.
func first(c *net.TCPConn, then func(r *bufio.Reader)) {
	r := bufio.NewReader(c)
	if heard(r) {
		c.Write([]byte(right))
		then(r)
	}
}

// A connection that was kept may be closed at any time: whoever can just ask again does
// so on a new one, and nothing has failed. A POST cannot.
func TestKept(t *testing.T) {
	bare := "HTTP/1.1 204 No Content\r\n\r\n"
	for how, then := range map[string]func(*net.TCPConn, *bufio.Reader){
		"closed":             func(*net.TCPConn, *bufio.Reader) {},
		"reset":              func(c *net.TCPConn, _ *bufio.Reader) { reset(c) },
		"heard, then closed": func(_ *net.TCPConn, r *bufio.Reader) { heard(r) },
		"heard, then reset":  func(c *net.TCPConn, r *bufio.Reader) { heard(r); reset(c) },
	} {
		for method, again := range map[string]int64{"": 1, "GET": 1, "HEAD": 1, "PUT": 1, "DELETE": 1, "OPTIONS": 1, "POST": 0, "PATCH": 0} {
			a := runs(t, two(wrong(t, func(c *net.TCPConn, n int) {
				if n > 0 {
					says(bare)(c, n)
					return
				}
				first(c, func(r *bufio.Reader) { then(c, r) })
			}), method))
			want := map[string]int64{}
			if again == 0 {
				want[lab.CutOff] = 1
			}
			if !maps.Equal(a.Errors, want) || len(a.Own) > 0 || a.Repeated != again || a.Sent != 2 || a.Latency.Count() != 1+again || len(a.Findings) != int(1-again) {
				t.Errorf("%s, %q: %v of the service's, %v of the lab's, %d repeated, %d sent: %+v", how, method, a.Errors, a.Own, a.Repeated, a.Sent, a.Findings)
			}
		}
	}
}

// It is repeated once: what fails on the new connection has failed, and is called as on
// any that is new. What was begun to be answered, or was only slow, is not repeated.
func TestRepeatedOnce(t *testing.T) {
	for name, one := range map[string]struct {
		then     string // said to the second request on the connection that was kept
		again    func(*net.TCPConn, int)
		want     string
		repeated int64
	}{
		"turned away":   {"", func(c *net.TCPConn, _ int) { reset(c) }, lab.Refused, 1},
		"closed again":  {"", says(""), lab.CutOff, 1},
		"cut then":      {"", says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"), lab.CutOff, 1},
		"no HTTP then":  {"", says("220 smtp.example.org ready\r\n"), lab.Malformed, 1},
		"not found":     {"", says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), lab.Answered, 1},
		"a byte":        {"H", says(right), lab.CutOff, 0},
		"half a body":   {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", says(right), lab.CutOff, 0},
		"no HTTP first": {"220 smtp.example.org ready\r\n", says(right), lab.Malformed, 0},
	} {
		var came atomic.Int64
		a := runs(t, two(wrong(t, func(c *net.TCPConn, n int) {
			came.Add(1)
			if n > 0 {
				one.again(c, n)
				return
			}
			first(c, func(r *bufio.Reader) {
				heard(r)
				c.Write([]byte(one.then))
			})
		}), "GET"))
		if a.Errors[one.want] != 1 || a.Failed() != 1 || a.Repeated != one.repeated || came.Load() != 1+one.repeated {
			t.Errorf("%s: %v, %d repeated, %d connections, expected %s", name, a.Errors, a.Repeated, came.Load(), one.want)
		}
	}
}

// Who is kept waiting on the connection that was kept has lost patience, and not it.
func TestKeptSilent(t *testing.T) {
	l := two(wrong(t, func(c *net.TCPConn, _ int) {
		first(c, func(r *bufio.Reader) {
			heard(r)
			heard(r) // never more
		})
	}), "GET")
	l.Patience = 50 * time.Millisecond
	if a := runs(t, l); a.Errors[lab.TimedOut] != 1 || a.Failed() != 1 || a.Repeated != 0 {
		t.Errorf("%v, %d repeated", a.Errors, a.Repeated)
	}
}

// A repeated request has been due since before it was made for the first time.
func TestRepeatedLatency(t *testing.T) {
	const takes = 50 * time.Millisecond
	a := runs(t, two(wrong(t, func(c *net.TCPConn, n int) {
		if n > 0 {
			says(right)(c, n)
			return
		}
		first(c, func(r *bufio.Reader) {
			heard(r)
			<-time.After(takes)
		})
	}), "GET"))
	if h := a.Routes["second"].Latency; a.Repeated != 1 || h.Count() != 1 || h.Min() < takes*99/100 {
		t.Errorf("%d repeated, answered after %v, expected %v at least", a.Repeated, h.Min(), takes)
	}
}

// Where the lab has no port for the new connection it has failed itself.
func TestRepeatedOwn(t *testing.T) {
	r := prepared(t, two(wrong(t, func(c *net.TCPConn, _ int) { first(c, func(*bufio.Reader) {}) }), "GET"))
	r.dialer.source.Store(lastSource)
	calls := 0
	r.dialer.connect = func(ctx context.Context, _ netip.Addr, to netip.AddrPort, until time.Time) (net.Conn, error) {
		if calls++; calls > 1 {
			return nil, syscall.EADDRNOTAVAIL
		}
		return connect(ctx, netip.Addr{}, to, until)
	}
	if a := r.carry(t.Context(), nil); a.Own[lab.NoPorts] != 1 || a.Failed() != 0 || a.Sent != 1 || !strings.Contains(a.Findings[0].Text, "second") {
		t.Errorf("%+v", a)
	}
}
