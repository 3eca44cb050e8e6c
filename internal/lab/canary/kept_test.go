package canary

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/faulty"
)

// closing is a server that answers the first request on a connection, and closes it when
// it has heard the second: the one that was kept is always gone when it is used.
func closing(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	serve := func(c net.Conn) {
		defer c.Close()
		r := bufio.NewReader(c)
		for n := range 2 {
			q, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			io.Copy(io.Discard, q.Body)
			if n == 0 {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
			}
		}
	}
	all.Go(func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				t.Error(err)
				return
			}
			all.Go(func() { serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return "http://" + l.Addr().String()
}

// askUntil has a canary make one kind of request, until something holds.
func askUntil(t *testing.T, method string, holds func(c *Canary, f *Felt) bool) Felt {
	t.Helper()
	base := closing(t)
	c := Start(t.Context(), Options{Plan: lab.Plan{Server: base, Patience: tooLong}, Every: time.Millisecond,
		Requests: []lab.Request{{Name: "x", Method: method, URL: base + "/x", Body: "{}"}}})
	cage := &cage{t, nil, c}
	cage.until("repeated, or failed", func(f *Felt) bool { return holds(c, f) })
	return c.Finish(t.Context(), 0, 0)
}

// What may be repeated is, where the connection that was kept is closed, and nothing has
// failed; what may not be has failed.
func TestKept(t *testing.T) {
	for _, method := range []string{"", "GET", "PUT", "DELETE"} {
		f := askUntil(t, method, func(c *Canary, f *Felt) bool { return c.kept.repeated.Load() >= 3 || len(f.Errors) > 0 })
		if len(f.Errors)+len(f.Own) > 0 || f.Repeated < 3 {
			t.Errorf("%q: %d repeated, %v, %v: %+v", method, f.Repeated, f.Errors, f.Own, f.Findings)
		}
		figures := lab.Figures{}
		if f.Put(figures); figures["canary.repeated"] != float64(f.Repeated) {
			t.Errorf("%q: %v", method, figures["canary.repeated"])
		}
	}
	f := askUntil(t, "POST", func(_ *Canary, f *Felt) bool { return len(f.Errors) > 0 })
	if f.Errors[lab.CutOff] == 0 || len(f.Errors)+len(f.Own) > 1 || f.Repeated != 0 {
		t.Errorf("%d repeated, %v, %v: %+v", f.Repeated, f.Errors, f.Own, f.Findings)
	}
}

// A redirection is another request, not the same again.
func TestRedirected(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/a", http.RedirectHandler("/b", http.StatusFound))
	mux.HandleFunc("/b", func(http.ResponseWriter, *http.Request) {})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: mux}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	base := "http://" + l.Addr().String()
	c := Start(t.Context(), Options{Plan: lab.Plan{Server: base, Patience: tooLong}, Every: time.Millisecond, Requests: []lab.Request{{URL: base + "/a"}}})
	cage := &cage{t, nil, c}
	cage.until("rounds", func(f *Felt) bool { return f.HTTP.Count() >= 3 })
	if f := c.Finish(t.Context(), 0, 0); f.Repeated != 0 || len(f.Errors) > 0 {
		t.Errorf("%d repeated, %v", f.Repeated, f.Errors)
	}
}

// A right server that closes connections between two requests is not blamed, and what
// else it does wrong still is.
func TestStale(t *testing.T) {
	stale := map[string]int{"checkin": 2, "matches": 3}
	cage := sing(t, faulty.Fault{Stale: stale}, "")
	cage.until("rounds", func(f *Felt) bool { return f.HTTP.Count() >= 20 })
	if f := cage.finish(0); len(f.Errors)+len(f.Own) > 0 {
		t.Errorf("%v, %v: %+v", f.Errors, f.Own, f.Findings)
	}
	cage = sing(t, faulty.Fault{Stale: stale, Fail: map[string]int{"history": 4}}, "")
	cage.until("failures", func(f *Felt) bool { return f.Errors[lab.Answered] >= 3 })
	if f := cage.finish(0); len(f.Errors)+len(f.Own) > 1 {
		t.Errorf("%v, %v: %+v", f.Errors, f.Own, f.Findings)
	}
}
