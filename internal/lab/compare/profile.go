package compare

import (
	"slices"
	"strings"
	"time"
)

// Summary is how much a log has.
type Summary struct {
	Name        string `json:"name"`
	Format      Format `json:"format"`
	Users       int    `json:"users"`
	Requests    int    `json:"requests"`
	Connections int    `json:"connections"`
	Bad         int    `json:"bad"`             // lines that could not be read
	First       string `json:"first,omitempty"` // of those, why
	Left        int    `json:"left"`            // lines of operators and monitors
}

// profile is what is counted of a log: of each user one value, or none.
type profile struct {
	summary Summary
	users   int
	watch   int // users who have watched

	does  map[string]int            // how many do a step at all
	after map[string]map[string]int // what they do behind their first step of a kind
	paths map[string]int            // their whole ways
	via   map[string]int            // the protocol of their first connection
	ends  map[string]int            // why their last connection ended

	resume, back, slow int // how many came back by a position, came back anew, were too slow

	requests, pauses, lasted, stayed, came []float64 // sorted; seconds or numbers
	left                                   []float64 // seconds: how long those stayed who left in the end
}

// ending stands behind the last step of a way.
const ending = "nothing more"

// newProfile counts what is in a log; without knows, only what any format tells.
func newProfile(l *Log, knows bool) *profile {
	p := &profile{does: map[string]int{}, after: map[string]map[string]int{}, paths: map[string]int{}, via: map[string]int{}, ends: map[string]int{}}
	p.summary = Summary{Name: l.Name, Format: l.Format, Bad: l.Bad, Left: l.left}
	if l.First != nil {
		p.summary.First = harmless(l.First.Error())
	}
	ways := l.gather()
	if !knows {
		for i, w := range ways {
			ways[i] = w.blur()
		}
	}
	first := time.Time{}
	for _, w := range ways {
		if first.IsZero() || w[0].when.Before(first) {
			first = w[0].when
		}
	}
	for _, w := range ways {
		p.came = append(p.came, w[0].when.Sub(first).Seconds())
		p.steps(w, knows)
		p.streams(w)
	}
	p.users = len(ways)
	p.summary.Users = p.users
	for _, values := range [][]float64{p.requests, p.pauses, p.lasted, p.stayed, p.came} {
		slices.Sort(values)
	}
	return p
}

// steps counts what a user does, and in which order.
func (p *profile) steps(w way, knows bool) {
	seen := map[string]bool{}
	var path []string
	var pauses []float64
	requests := 0
	for i, e := range w {
		behind := ending
		if i+1 < len(w) {
			behind = w[i+1].what
			// Where a stream's line tells when it ended, the pause before it is not known.
			if !e.stream && (knows || !w[i+1].stream) {
				pauses = append(pauses, max(w[i+1].when.Sub(e.when.Add(e.lasted)), 0).Seconds())
			}
		}
		if !seen[e.what] {
			seen[e.what] = true
			p.does[e.what]++
			if p.after[e.what] == nil {
				p.after[e.what] = map[string]int{}
			}
			p.after[e.what][behind]++
		}
		if !e.stream {
			requests++
		}
		path = appendStep(path, e.what)
	}
	p.summary.Requests += requests
	p.summary.Connections += len(w) - requests
	p.requests = append(p.requests, float64(requests))
	if len(pauses) > 0 {
		p.pauses = append(p.pauses, median(pauses))
	}
	p.paths[strings.Join(path, " → ")]++
}

const (
	again   = " again"
	longWay = 8 // steps of a way that are told apart
	andSoOn = "…"
)

// appendStep adds a step to a way; what is done again and again is one.
func appendStep(path []string, what string) []string {
	n := len(path)
	switch {
	case n > 0 && (path[n-1] == what+again || path[n-1] == andSoOn):
		return path
	case n > 0 && path[n-1] == what:
		return append(path[:n-1], what+again)
	case n == longWay:
		return append(path, andSoOn)
	}
	return append(path, what)
}

// median of values, which it sorts.
func median(values []float64) float64 {
	slices.Sort(values)
	return quantile(values, 0.5)
}

// quantile of sorted values, at least one.
func quantile(sorted []float64, q float64) float64 {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
