package requests

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// outcome is what came of one request.
type outcome struct {
	user    int
	request *request
	status  int
	err     error
	latency time.Duration // since it was due
	bytes   int64
	start   []byte // of what came

	repeated bool // on a new connection
}

// tally counts for all users. Any goroutine may call its methods.
type tally struct {
	began time.Time
	cpu   time.Duration // before
	mu    struct {
		sync.Mutex
		lab.Answers
		findings *lab.Tally // keeps the first of each code
	}
}

func newTally(load lab.Load) *tally {
	t := &tally{}
	t.mu.Answers = *lab.NewAnswers()
	t.mu.findings = lab.NewTally()
	for _, r := range load.Requests {
		t.mu.Routes[r.Name] = newRoute()
	}
	return t
}

func newRoute() *lab.Route {
	return &lab.Route{Errors: map[string]int64{}, Latency: lab.NewHistogram()}
}

func (t *tally) begin() { t.began, t.cpu = time.Now(), cpu() }

// late notes by how much the lab itself was late for a user.
func (t *tally) late(by time.Duration) {
	t.mu.Lock()
	t.mu.Timers.Record(by)
	t.mu.Unlock()
}

// answer counts a request. own: it has failed by the lab's own fault, and counts as not
// sent. Whatever was answered whole has a latency, of any status; what was not has none.
func (t *tally) answer(o outcome) (own bool) {
	code := ""
	switch {
	case o.err != nil:
		code, own = verdict(o.err)
	case o.status/100 != 2:
		code = lab.Answered
		o.err = fmt.Errorf("%d %s", o.status, http.StatusText(o.status))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.err != nil {
		t.mu.findings.Find(o.finding(code))
	}
	if own {
		t.mu.Own[code]++
		return true
	}
	route := t.mu.Routes[o.request.Name]
	t.mu.Sent++
	if o.repeated {
		t.mu.Repeated++
	}
	t.mu.Bytes += o.bytes
	route.Sent++
	if code == "" {
		t.mu.OK++
		route.OK++
	} else {
		t.mu.Errors[code]++
		route.Errors[code]++
	}
	if code == lab.Answered {
		status := lab.StatusCode + strconv.Itoa(o.status)
		t.mu.Errors[status]++
		route.Errors[status]++
	}
	if o.status != 0 {
		t.mu.Latency.Record(o.latency)
		route.Latency.Record(o.latency)
	}
	return false
}

func (o *outcome) finding(code string) lab.Finding {
	return lab.Finding{Code: code, When: time.Now(), Who: "http/user-" + strconv.Itoa(o.user),
		Text: o.request.Method + " " + o.request.URL + ": " + o.err.Error(), Bytes: strings.ToValidUTF8(string(o.start), "\uFFFD")}
}

// answers is a copy of how it stands.
func (t *tally) answers() *lab.Answers {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.mu.Answers
	a.Errors, a.Own = maps.Clone(a.Errors), maps.Clone(a.Own)
	a.Findings = slices.Clone(t.mu.findings.Findings)
	a.Latency, a.Timers = copyOf(a.Latency), copyOf(a.Timers)
	a.Routes = make(map[string]*lab.Route, len(t.mu.Routes))
	for name, r := range t.mu.Routes {
		a.Routes[name] = &lab.Route{Sent: r.Sent, OK: r.OK, Errors: maps.Clone(r.Errors), Latency: copyOf(r.Latency)}
	}
	a.CPU, a.Wall = cpu()-t.cpu, time.Since(t.began)
	return &a
}

func copyOf(h *lab.Histogram) *lab.Histogram {
	c := lab.NewHistogram()
	c.Add(h)
	return c
}
