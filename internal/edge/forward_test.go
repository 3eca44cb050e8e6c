package edge

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// forwards a write to an origin that is only an address.
func forwards(t *testing.T, o *origin) (status int, detail string) {
	f := &Forward{Store: &Store{log: slog.New(slog.DiscardHandler), origin: o},
		Problem: func(w http.ResponseWriter, r *http.Request, status int, location, detail string) {
			http.Error(w, detail, status)
		}}
	r := httptest.NewRequest("POST", "/1/match/"+theMatch+"/events", strings.NewReader(`{"kind":"comment"}`))
	r.Header.Set("Idempotency-Key", "once")
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// A write that an origin has read is never said not to be stored, even where the
// origin is gone for the second try, which the HTTP client makes by itself.
func TestWrittenAndThenGone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan int, 1)
	go func() {
		n := 0
		defer func() { read <- n }()
		defer l.Close()
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		for in := bufio.NewReader(c); n < 2; n++ {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			io.Copy(io.Discard, r.Body)
			if n == 0 {
				io.WriteString(c, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
			} else {
				l.Close() // before the connection breaks
			}
		}
	}()
	o := newOrigin("http://"+l.Addr().String(), "edge.x", nil)
	defer o.close()
	if status, _ := forwards(t, o); status != http.StatusCreated {
		t.Fatalf("the first: %d", status)
	}
	if status, detail := forwards(t, o); status != http.StatusGatewayTimeout || !strings.Contains(detail, "perhaps") {
		t.Errorf("what was read and not answered: %d %s", status, detail)
	}
	if n := <-read; n != 2 {
		t.Fatalf("the origin has read %d requests", n)
	}
	if status, detail := forwards(t, o); status != http.StatusServiceUnavailable || !strings.Contains(detail, "nothing was stored") {
		t.Errorf("what cannot be sent: %d %s", status, detail)
	}
}

// The origin is told for whom a write is, by which edges it comes and whose token it has:
// else one client's wrong tokens would slow all who come by the same edge. What he says
// of that himself goes no further.
func TestForWhomAWriteIs(t *testing.T) {
	var got http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.Header }))
	defer s.Close()
	o := newOrigin(s.URL, "edge.x", nil)
	defer o.close()
	for _, c := range []struct{ from, claims, via, want, by string }{
		{"192.0.2.7:4711", "", "", "192.0.2.7", "edge.x"},
		{"[2001:db8::1]:4711", "203.0.113.9", "leaf.y", "2001:db8::1", "leaf.y,edge.x"},
		{"[::ffff:192.0.2.8]:1", "", "leaf.z, leaf.y", "192.0.2.8", "leaf.z,leaf.y,edge.x"},
	} {
		f := &Forward{Store: &Store{log: slog.New(slog.DiscardHandler), origin: o}}
		r := httptest.NewRequest("PUT", "/1/team/a", strings.NewReader(`{"name":"A"}`))
		r.RemoteAddr = c.from
		if c.claims != "" {
			r.Header.Set("X-Forwarded-For", c.claims)
		}
		if c.via != "" {
			r.Header.Set("Match-Stream-Via", c.via)
		}
		f.ServeHTTP(httptest.NewRecorder(), r)
		if whom, by := got["X-Forwarded-For"], got.Get("Match-Stream-Via"); len(whom) != 1 || whom[0] != c.want || by != c.by {
			t.Errorf("from %s: for %q by %q, want %s by %s", c.from, whom, by, c.want, c.by)
		}
	}
}
