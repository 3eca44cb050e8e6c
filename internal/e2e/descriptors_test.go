package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// TestDescriptors: a process that may have few descriptors says to those who
// do not fit that it is full, and keeps some for itself: operators still post,
// and the journal is written. When who is in leaves, others come in.
func TestDescriptors(t *testing.T) {
	for _, pump := range pumps {
		t.Run(pump, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.wrap = []string{"bash", "-c", `ulimit -n 256 && exec "$@"`, "bash"}
			p.args = []string{"--pump", pump}
			p.start(t, ctx)
			o := p.operator()
			o.keys = new(atomic.Int64)
			id := o.createSeed(t, "2026-01-01")
			fit := figure(t, `(?m)^matchstream_watchers_fit (\d+)$`, o.metrics(t, p.admin))
			if fit < 100 || fit > 250 {
				t.Fatalf("%d watchers are said to fit", fit)
			}
			in := crowd(t, p, id, fit)
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
			for range 3 { // who is refused takes no room
				for protocol := range protocols {
					p.refuses(t, protocol, id)
				}
			}

			p.exhausted(t, id)
			other := o.createSeed(t, "2026-01-02") // files are opened, too
			o.must(t, http.StatusCreated, "POST", "/1/match/"+other+"/events", startBody())

			const leave = 90
			for _, w := range in[:leave] {
				w.Close()
			}
			for p.usage(t).watchers > fit-leave {
				if ctx.Err() != nil {
					t.Fatalf("%d are still there", p.usage(t).watchers)
				}
				o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"Anybody there?"}`)
			}
			in = append(in[leave:], crowd(t, p, id, leave)...)
			p.refuses(t, "tcp", id)
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"stop"}`)
			for _, w := range in {
				if err := w.toTheEnd(); err != nil {
					t.Error(err)
				}
			}
			if last := int64(len(o.history(t, id))); in[0].last != last || in[fit-1].last != last {
				t.Errorf("they saw up to %d and %d of %d events", in[0].last, in[fit-1].last, last)
			}
		})
	}
}

// refuses: who comes now is told that there is no room, as his protocol does.
func (p *process) refuses(t *testing.T, protocol, id string) {
	t.Helper()
	w, err := call(protocol, p.addresses, id)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if protocol == "tcp" {
		if told, err := io.ReadAll(w.r); err != nil || string(told) != "ERROR: the server is full, try again later\n\r\n" {
			t.Errorf("tcp: told %q, %v", told, err)
		}
		return
	}
	a, err := http.ReadResponse(w.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(a.Body); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || err != nil || !strings.Contains(string(body), "the server is full") {
		t.Errorf("%s: %s %s, %v", protocol, a.Status, body, err)
	}
}

// exhausted has so many connect who ask nothing that they would fill what the
// watchers have left. An operator whose connection is there posts on, as if
// nothing were, and so does one who comes now: they make room for him. Some are
// kept for the journal all the same.
func (p *process) exhausted(t *testing.T, id string) {
	t.Helper()
	keeps := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	defer keeps.CloseIdleConnections()
	keys := 0
	post := func(c *http.Client) {
		t.Helper()
		r, err := http.NewRequest("POST", "http://"+p.addresses.http+"/1/match/"+id+"/events", strings.NewReader(`{"kind":"comment","comment":"it is full"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+operatorToken)
		keys++ // net/http repeats what an idle connection took along that had to make room
		r.Header.Set("Idempotency-Key", fmt.Sprint("full-", keys))
		a, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		if text, err := io.ReadAll(a.Body); err != nil || a.StatusCode != http.StatusCreated {
			t.Errorf("%s %s, %v", a.Status, text, err)
		}
	}
	post(keeps)
	for range 100 {
		c, err := net.Dial("tcp", p.addresses.http)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	for range 5 {
		post(keeps)
		post(client)
	}
	if open := p.open(t); open >= 256 {
		t.Errorf("%d are open: none is kept for the journal", open)
	}
}
