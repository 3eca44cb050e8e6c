package lab

import (
	"net/http"
	"strings"
	"time"
)

// Request is one kind of request that a load is made of.
type Request struct {
	Name   string `json:"name"` // checkin, matches, history, …
	Method string `json:"method"`
	URL    string `json:"url"`
	Body   string `json:"body,omitempty"`
	JSON   bool   `json:"json,omitempty"` // the answer must be JSON; else it must where it says that it is
}

// Idempotent says whether making a request twice does no more than making it once, so
// that it may be repeated where nobody knows whether it was heard (RFC 9110, 9.2.2).
func (r *Request) Idempotent() bool {
	switch r.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return true
	}
	return false
}

// Load is requests of many users, in an open model: each of N users makes all the
// requests, one behind the other; the users are due evenly over a time whatever the
// answers do, and a latency counts from when its request was due.
type Load struct {
	Users    int           `json:"users"`
	AtOnce   int           `json:"at-once"` // connections at most
	Over     time.Duration `json:"over"`    // the first user is due at once, the last at its end
	Requests []Request     `json:"requests"`
	Patience time.Duration `json:"patience"` // with each answer; 0: 10 s
}

// Answers are what came of a load.
type Answers struct {
	Sent     int64             `json:"sent"`
	OK       int64             `json:"ok"` // 2xx, whole
	Bytes    int64             `json:"bytes"`
	Repeated int64             `json:"repeated"` // of those sent: made again on a new connection, the kept one having been closed
	Errors   map[string]int64  `json:"errors"`   // by code (tally.go); beside answered, which status: status-404 …
	Own      map[string]int64  `json:"own"`
	Findings []Finding         `json:"findings"`
	Latency  *Histogram        `json:"latency"` // of all
	Routes   map[string]*Route `json:"routes"`  // by the requests' names
	Timers   *Histogram        `json:"timers"`  // how much later than due the lab was ready to send, connections permitting
	CPU      time.Duration     `json:"cpu"`
	Wall     time.Duration     `json:"wall"`
}

// StatusCode begins the codes that say which status was answered. Such a code stands
// beside Answered: it is no error of its own.
const StatusCode = "status-"

// Failed is how many requests met an error of the service.
func (a *Answers) Failed() int64 { return failed(a.Errors) }

// Failed is how many requests of this kind met an error of the service.
func (r *Route) Failed() int64 { return failed(r.Errors) }

func failed(errors map[string]int64) (n int64) {
	for code, count := range errors {
		if !strings.HasPrefix(code, StatusCode) {
			n += count
		}
	}
	return n
}

// NewAnswers are empty ones, with their histograms and maps.
func NewAnswers() *Answers {
	return &Answers{Errors: map[string]int64{}, Own: map[string]int64{}, Latency: NewHistogram(),
		Routes: map[string]*Route{}, Timers: NewHistogram()}
}

// Route is what came of one kind of request.
type Route struct {
	Sent    int64            `json:"sent"`
	OK      int64            `json:"ok"`
	Errors  map[string]int64 `json:"errors"`
	Latency *Histogram       `json:"latency"`
}

// Answers puts all of a load in.
func (f Figures) Answers(a *Answers) {
	f.Histogram("http", a.Latency)
	f.Histogram("http.timers", a.Timers)
	f.Counts("http.errors", a.Errors)
	f["http.errors"] += float64(a.Failed() - allOf(a.Errors))
	for code, n := range a.Errors {
		if !strings.HasPrefix(code, StatusCode) {
			f["errors"] += float64(n)
			f["errors."+code] += float64(n)
		}
	}
	f.Counts("own", a.Own)
	f["http.requests"], f["http.ok"] = float64(a.Sent), float64(a.OK)
	f["http.repeated"] = float64(a.Repeated)
	f["http.cpu"] = a.CPU.Seconds()
	for name, r := range a.Routes {
		f.Histogram("http."+name, r.Latency)
		f.Counts("http."+name+".errors", r.Errors)
		f["http."+name+".errors"] = float64(r.Failed()) // statuses stand beside answered
	}
}

func allOf(counts map[string]int64) (n int64) {
	for _, count := range counts {
		n += count
	}
	return n
}

// Add puts in what came of a part of the load that this process made at the same time.
func (a *Answers) Add(other *Answers) {
	a.Sent += other.Sent
	a.OK += other.OK
	a.Bytes += other.Bytes
	a.Repeated += other.Repeated
	sum(a.Errors, other.Errors)
	sum(a.Own, other.Own)
	for _, f := range other.Findings {
		a.Findings = keepSome(a.Findings, f)
	}
	a.Latency.Add(other.Latency)
	a.Timers.Add(other.Timers)
	a.CPU = max(a.CPU, other.CPU)
	a.Wall = max(a.Wall, other.Wall)
	for name, r := range other.Routes {
		if a.Routes[name] == nil {
			a.Routes[name] = &Route{Errors: map[string]int64{}, Latency: NewHistogram()}
		}
		a.Routes[name].add(r)
	}
}

func (r *Route) add(other *Route) {
	r.Sent += other.Sent
	r.OK += other.OK
	sum(r.Errors, other.Errors)
	r.Latency.Add(other.Latency)
}
