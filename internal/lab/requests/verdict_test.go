package requests

import (
	"bufio"
	"context"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"matchstream/internal/lab"
)

const (
	right  = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
	closed = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
)

// reset cuts a connection off hard.
func reset(c *net.TCPConn) {
	c.SetLinger(0)
	c.Close()
}

// What a wrong server does is called by its name, once for each time, and what it does
// right is not held against it.
func TestVerdicts(t *testing.T) {
	type counts = map[string]int64
	for name, one := range map[string]struct {
		does func(*net.TCPConn, int)
		want counts
	}{
		"right":           {says(right, right), counts{}},
		"closes politely": {says(closed), counts{}},
		"announces":       {says("HTTP/1.1 100 Continue\r\n\r\n"+right, right), counts{}},
		"reads to close":  {says("HTTP/1.0 200 OK\r\n\r\n{}"), counts{}},
		"turns away":      {func(c *net.TCPConn, _ int) { reset(c) }, counts{lab.Refused: 2}},
		"turns away one": {func(c *net.TCPConn, n int) {
			if n == 0 {
				reset(c)
			}
			says(right, right)(c, n)
		}, counts{lab.Refused: 1}},
		"says nothing": {says(""), counts{lab.CutOff: 2}},
		"hangs up between": {func(c *net.TCPConn, n int) {
			r := bufio.NewReader(c)
			heard(r)
			c.Write([]byte(right))
			heard(r)
			reset(c)
		}, counts{}},
		"half a head":     {says("HTTP/1.1 200 OK\r\nContent-Le"), counts{lab.CutOff: 2}},
		"half a body":     {says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"), counts{lab.CutOff: 2}},
		"half the chunks": {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), counts{lab.CutOff: 2}},
		"no chunks":       {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), counts{lab.Malformed: 2}},
		"no HTTP":         {says("220 smtp.example.org ready\r\n"), counts{lab.Malformed: 2}},
		"too much":        {says(right + "{}"), counts{lab.Malformed: 2}},
		"no JSON":         {says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<p>x", right), counts{lab.Malformed: 1}},
		"half JSON":       {says(right, "HTTP/1.1 200 OK\r\nContent-Type: application/problem+json\r\nContent-Length: 1\r\n\r\n{"), counts{lab.Malformed: 1}},
		"other text":      {says(right, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n{"), counts{}},
		"an upgrade":      {says("HTTP/1.1 101 Switching Protocols\r\n\r\n"), counts{lab.Malformed: 2}},
		"not found":       {says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", right), counts{lab.Answered: 1, "status-404": 1}},
		"busy": {says("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
			counts{lab.Answered: 2, "status-503": 2}},
		"nothing there": {func(c *net.TCPConn, n int) { says("HTTP/1.1 204 No Content\r\n\r\n", right)(c, n) }, counts{}},
	} {
		t.Run(name, func(t *testing.T) {
			l := load(wrong(t, one.does))
			l.Requests = append(l.Requests, lab.Request{Name: "second", URL: strings.Replace(l.Requests[0].URL, "checkin", "second", 1)})
			a := runs(t, l)
			if !maps.Equal(a.Errors, one.want) || len(a.Own) > 0 || a.Sent != 2 || a.OK != 2-a.Failed() {
				t.Errorf("%v of the service's, %v of the lab's, %d of %d, expected %v", a.Errors, a.Own, a.OK, a.Sent, one.want)
			}
			if (len(a.Findings) > 0) != (len(one.want) > 0) {
				t.Errorf("findings: %+v", a.Findings)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	a := runs(t, load("http://"+l.Addr().String()))
	if a.Errors[lab.Refused] != 1 || a.Latency.Count() != 0 {
		t.Errorf("%+v", a)
	}
}

func TestTimedOut(t *testing.T) {
	var a *lab.Answers
	for _, part := range []string{"", "HTTP/1.1 200 OK\r\nCont", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"} {
		l := load(wrong(t, func(c *net.TCPConn, _ int) {
			r := bufio.NewReader(c)
			heard(r)
			c.Write([]byte(part))
			heard(r) // never more
		}))
		l.Patience = 50 * time.Millisecond
		if a = runs(t, l); a.Errors[lab.TimedOut] != 1 || a.Failed() != 1 {
			t.Errorf("behind %q: %+v", part, a)
		}
	}
	f := a.Findings[0]
	if f.Who != "http/user-0" || !strings.HasPrefix(f.Text, "GET http://127.") || !strings.HasPrefix(f.Bytes, "HTTP/1.1 200") {
		t.Errorf("%+v", f)
	}
}

// What the lab lacks is not the service's error, and not an answer.
func TestOwn(t *testing.T) {
	for cause, code := range map[error]string{syscall.EMFILE: lab.NoDescriptors, syscall.ENFILE: lab.NoDescriptors,
		syscall.EADDRNOTAVAIL: lab.NoPorts, syscall.ENOBUFS: lab.NoMemory, syscall.EHOSTUNREACH: lab.OwnFailure} {
		r := prepared(t, load("http://192.0.2.1"))
		r.dialer.connect = func(context.Context, netip.Addr, netip.AddrPort, time.Time) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Err: cause}
		}
		a := r.carry(t.Context(), nil)
		if !maps.Equal(a.Own, map[string]int64{code: 1}) || len(a.Errors) > 0 || a.Sent != 0 {
			t.Errorf("%v: %v of the lab's, %v of the service's, %d sent", cause, a.Own, a.Errors, a.Sent)
		}
	}
}

// When the ports of one address are used up, another of loopback's is called from.
func TestMoreSources(t *testing.T) {
	r := prepared(t, load(service(t, good)))
	r.Users = 3
	var from []string
	r.dialer.connect = func(ctx context.Context, source netip.Addr, to netip.AddrPort, until time.Time) (net.Conn, error) {
		if !source.IsValid() || source == netip.MustParseAddr("127.0.0.2") {
			return nil, &net.OpError{Op: "dial", Err: syscall.EADDRNOTAVAIL}
		}
		c, err := connect(ctx, source, to, until)
		if err == nil {
			from = append(from, c.LocalAddr().(*net.TCPAddr).IP.String())
		}
		return c, err
	}
	if a := r.carry(t.Context(), nil); a.OK != 3 || len(a.Own) > 0 {
		t.Errorf("%+v", a)
	}
	if got := strings.Join(from, " "); got != "127.0.0.3 127.0.0.3 127.0.0.3" {
		t.Errorf("called from %s", got)
	}
	// There is an end of them, too.
	r = prepared(t, load("http://127.0.0.1:1"))
	r.dialer.connect = func(context.Context, netip.Addr, netip.AddrPort, time.Time) (net.Conn, error) {
		return nil, syscall.EADDRINUSE
	}
	if a := r.carry(t.Context(), nil); a.Own[lab.NoPorts] != 1 || a.Failed() != 0 {
		t.Errorf("%+v", a)
	}
}

// A name may stand for several addresses, of which the server listens on one.
func TestOtherAddress(t *testing.T) {
	r := prepared(t, load(service(t, good)))
	at := r.dialer.to[0]
	r.dialer.to = []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr("127.0.0.9"), at.Port()), at}
	tried := 0
	r.dialer.connect = func(ctx context.Context, from netip.Addr, to netip.AddrPort, until time.Time) (net.Conn, error) {
		tried++
		return connect(ctx, from, to, until)
	}
	r.Users = 5
	if a := r.carry(t.Context(), nil); a.OK != 5 || tried != 6 {
		t.Errorf("%d tries: %+v", tried, a)
	}
}

// A certificate that is not trusted here says nothing about the server.
func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(good))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told what the client thinks of it
	s.StartTLS()
	defer s.Close()
	r := prepared(t, load(s.URL))
	if a := r.carry(t.Context(), nil); a.Own[lab.OwnFailure] != 1 || a.Failed() != 0 {
		t.Errorf("%+v", a)
	}
	r = prepared(t, load(s.URL))
	r.tls.RootCAs = s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	if a := r.carry(t.Context(), nil); a.OK != 1 {
		t.Errorf("%+v", a)
	}
	// And a server without TLS is none.
	a := runs(t, load(strings.Replace(service(t, good), "http:", "https:", 1)))
	if a.Errors[lab.Malformed] != 1 {
		t.Errorf("%+v", a)
	}
}
