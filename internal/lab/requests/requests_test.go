package requests

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/lab"
)

// Each user makes all the requests in order over one connection of his own, no more of
// them are there at once than was said, and a right server is not blamed.
func TestRightServer(t *testing.T) {
	var mu sync.Mutex
	asked, most, now := map[string][]string{}, 0, 0
	base := service(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.RemoteAddr] = append(asked[r.RemoteAddr], r.Method+" "+r.URL.Path)
		now++
		most = max(most, now)
		mu.Unlock()
		good(w, r)
		mu.Lock()
		now--
		mu.Unlock()
	})
	l := load(base)
	l.Users, l.AtOnce = 200, 7
	l.Requests = append(l.Requests,
		lab.Request{Name: "matches", URL: base + "/1/matches"},
		lab.Request{Name: "post", Method: "POST", URL: base + "/1/post", Body: "{}"})
	a := runs(t, l)
	if a.Sent != 600 || a.OK != 600 || len(a.Errors)+len(a.Own)+len(a.Findings) > 0 || a.Latency.Count() != 600 {
		t.Errorf("%+v", a)
	}
	for name, r := range a.Routes {
		if r.Sent != 200 || r.OK != 200 || r.Latency.Count() != 200 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if len(asked) != 200 || most > 7 {
		t.Errorf("%d connections, %d at once", len(asked), most)
	}
	for who, what := range asked {
		if want := []string{"GET /1/checkin", "GET /1/matches", "POST /1/post"}; !slices.Equal(what, want) {
			t.Errorf("%s asked for %q", who, what)
		}
	}
	if a.Bytes < 600*int64(len(`{"port":9999}`)) || a.Wall <= 0 {
		t.Errorf("%d bytes in %v", a.Bytes, a.Wall)
	}
}

// Whoever waits because all connections are busy waits for the server: it is in his
// latency, and not in the lab's lateness.
func TestWaitCounts(t *testing.T) {
	const takes = 100 * time.Millisecond
	base := service(t, func(w http.ResponseWriter, r *http.Request) {
		<-time.After(takes)
		good(w, r)
	})
	l := load(base)
	l.Users = 3
	l.Requests = append(l.Requests, lab.Request{Name: "second", URL: base + "/second"})
	a := runs(t, l)
	first, second := a.Routes["checkin"].Latency, a.Routes["second"].Latency
	// The last user comes behind four answers, and his second request is due then.
	if first.Min() < takes*99/100 || first.Max() < 5*takes*99/100 || second.Max() > first.Max() {
		t.Errorf("first from %v to %v, second up to %v", first.Min(), first.Max(), second.Max())
	}
	if a.Timers.Count() != 1 {
		t.Errorf("%d of 3 users could have come at once, expected 1", a.Timers.Count())
	}
}

// Users are due evenly over the time, the last just before its end.
func TestDue(t *testing.T) {
	r := prepared(t, load(service(t, good)))
	r.Users, r.AtOnce, r.Over = 4, 4, time.Hour
	var due []time.Time
	r.waiting = func(_ context.Context, until time.Time) { due = append(due, until) }
	a := r.carry(t.Context(), nil)
	for k := range due {
		if got := due[k].Sub(due[0]); got != time.Duration(k)*15*time.Minute {
			t.Errorf("user %d is due after %v", k, got)
		}
	}
	if a.OK != 4 {
		t.Errorf("%+v", a)
	}
}

// A lab that wakes up late says so, and its lateness is in the latencies.
func TestLateLab(t *testing.T) {
	const late = 50 * time.Millisecond
	r := prepared(t, load(service(t, good)))
	r.Users, r.AtOnce, r.Over = 5, 5, 5*time.Millisecond
	r.waiting = func(ctx context.Context, until time.Time) { wait(ctx, until.Add(late)) }
	a := r.carry(t.Context(), nil)
	if a.Timers.Count() != 5 || a.Timers.Min() < late*99/100 || a.Latency.Min() < late*99/100 {
		t.Errorf("late by %v to %v, latency at least %v", a.Timers.Min(), a.Timers.Max(), a.Latency.Min())
	}
}

// An end by ctx keeps what there is, and blames nobody for what was under way.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var n atomic.Int64
	l := load(service(t, func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) <= 3 {
			good(w, r)
			return
		}
		cancel()
		<-r.Context().Done() // the client has gone
	}))
	l.Users, l.Patience = 100, time.Hour
	a, err := Run(ctx, l, nil)
	if err != nil || a.Sent != 3 || a.OK != 3 || len(a.Errors)+len(a.Own) > 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

// Who waits for his time does not keep the end waiting.
func TestInterruptedWhileNobodyIsDue(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := load(service(t, func(w http.ResponseWriter, r *http.Request) {
		good(w, r)
		cancel()
	}))
	l.Users, l.Over = 2, 10*time.Hour
	if a, err := Run(ctx, l, nil); err != nil || a.Sent > 1 {
		t.Errorf("%+v, %v", a, err)
	}
}

// Progress is told while it runs; what is told does not change any more.
func TestProgress(t *testing.T) {
	told := make(chan struct{})
	l := load(service(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-told
		}
		good(w, r)
	}))
	l.Requests = append(l.Requests, lab.Request{Name: "slow", URL: strings.TrimSuffix(l.Requests[0].URL, "/1/checkin") + "/slow"})
	var seen *lab.Answers
	a, err := Run(t.Context(), l, func(a *lab.Answers) {
		if seen == nil {
			seen = a
			close(told)
		}
	})
	if err != nil || a.OK != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	if seen.OK != 1 || seen.Latency.Count() != 1 || seen.Routes["slow"].Sent != 0 {
		t.Errorf("%+v", seen)
	}
}

func TestNoLoad(t *testing.T) {
	right := load("http://127.0.0.1:1")
	for want, change := range map[string]func(*lab.Load){
		"at least one user":            func(l *lab.Load) { l.Users = 0 },
		"one connection":               func(l *lab.Load) { l.AtOnce = 0 },
		"no negative time":             func(l *lab.Load) { l.Over = -1 },
		"at least one request":         func(l *lab.Load) { l.Requests = nil },
		"an http:// or https://":       func(l *lab.Load) { l.Requests[0].URL = "ftp://x/" },
		"xxxxx@127.0.0.1:1/: expected": func(l *lab.Load) { l.Requests[0].URL = "http://me:secret@127.0.0.1:1/" },
		"expected a name":              func(l *lab.Load) { l.Requests[0].Name = "" },
		"a method":                     func(l *lab.Load) { l.Requests[0].Method = "G T" },
		"to go to one server":          func(l *lab.Load) { l.Requests = append(l.Requests, lab.Request{Name: "x", URL: "http://127.0.0.1:2/"}) },
		"a port from 1 to":             func(l *lab.Load) { l.Requests[0].URL = "http://127.0.0.1:70000/" },
		"the name or the address of":   func(l *lab.Load) { l.Requests[0].URL = "http://nobody.invalid/" },
	} {
		l := right
		l.Requests = slices.Clone(right.Requests)
		change(&l)
		if _, err := Run(t.Context(), l, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, expected: %s", err, want)
		}
	}
}
