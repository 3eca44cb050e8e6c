// Package compare says in which ways simulated users differ from people, by the access
// logs of both.
//
//	Read      the lines of a log, ours or nginx's, as entries      (read.go, ours.go,
//	                                                                combined.go, route.go)
//	gather    which entries are one user's: his way                (users.go, shared.go)
//	profile   what is counted of all ways                          (profile.go, watching.go)
//	Compare   what differs, by more than chance, and how much      (compare.go, measures.go,
//	                                                                connections.go, chance.go)
//
// # Users are what is counted
//
// All tests of chance want things that do not depend on each other. Two requests of one
// user do, and so whatever is compared is one value for each user: whether he did
// something, what he did behind his first checkin, the median of his pauses.
//
// # The rules
//
// Shares differ when the Wilson intervals (99%) of both do not overlap, and by
// leastShare at least. Times and numbers differ when a Kolmogorov-Smirnov test gives
// less than one in a thousand for chance, the curves are leastApart from each other at
// least, and times are so by a second and a tenth. Both are careful, since many things are compared: what is told is there.
package compare

import (
	"cmp"
	"fmt"
	"slices"
)

// leastUsers of each log: with less, nothing but chance can be seen.
const leastUsers = 8

// Report is what a comparison has found.
type Report struct {
	People     Summary `json:"people"`
	Simulators Summary `json:"simulators"`
	// Differences, the gravest first.
	Differences []Difference `json:"differences"`
	// Paths are the most frequent ways of users, of both logs.
	Paths []Path `json:"paths"`
	// CannotTell is what the logs do not show, in words.
	CannotTell []string `json:"cannot-tell"`
	// Visible is the smallest difference of shares (0 to 1) that so many users can show.
	Visible float64 `json:"visible"`
}

// Alike says that nothing was found in which they differ.
func (r *Report) Alike() bool {
	return len(r.Differences) == 0 && !slices.ContainsFunc(r.Paths, func(p Path) bool { return p.Differs })
}

// Difference is one way in which they differ.
type Difference struct {
	About      string  `json:"about"` // requests, order, protocols, durations, …
	Text       string  `json:"text"`  // a sentence with the figures of both
	Gravity    float64 `json:"gravity"`
	Option     string  `json:"option,omitempty"` // of lab simulate, which would make them alike
	People     Measure `json:"people"`
	Simulators Measure `json:"simulators"`
}

// Measure is a share of users, or the middle and the end of a distribution over users.
type Measure struct {
	Count int     `json:"count"`         // so many
	Of    int     `json:"of"`            // of so many
	P50   float64 `json:"p50,omitempty"` // seconds, or a number
	P90   float64 `json:"p90,omitempty"`
}

// Share is 0 to 1.
func (m Measure) Share() float64 { return float64(m.Count) / float64(max(m.Of, 1)) }

// Path is one way that users go.
type Path struct {
	Steps      string  `json:"steps"`
	People     Measure `json:"people"`
	Simulators Measure `json:"simulators"`
	Differs    bool    `json:"differs"` // by more than chance
}

// Compare finds out in which ways simulators differ from people. The error says that
// there is too little to tell.
func Compare(people, simulators *Log) (*Report, error) {
	unsaid := []string{}
	knows := people.knows && simulators.knows
	if !knows {
		unsaid = append(unsaid, "how long connections lasted, why they ended, whether they were resumed, who watches by the line protocol: nginx's log does not say. There a line stands where a request, or a stream, ended, to the second; the order of what is done is told by that.")
	}
	a, b := newProfile(people, knows), newProfile(simulators, knows)
	if a.users < leastUsers || b.users < leastUsers {
		return nil, fmt.Errorf("too little to tell: %d users of the first log, %d of the second; expected at least %d of each", a.users, b.users, leastUsers)
	}
	r := &Report{People: a.summary, Simulators: b.summary, Differences: []Difference{}, CannotTell: append(unsaid, loose(people, simulators)...),
		Visible: wilsonWidth(a.users) + wilsonWidth(b.users)}
	c := comparison{a: a, b: b, report: r}
	c.requests()
	c.order()
	c.connections(knows)
	c.times(knows)
	c.paths()
	slices.SortStableFunc(r.Differences, func(x, y Difference) int { return cmp.Compare(y.Gravity, x.Gravity) })
	return r, nil
}

// loose tells of requests that are nobody's.
func loose(logs ...*Log) (all []string) {
	for _, l := range logs {
		if l.loose > 0 {
			all = append(all, fmt.Sprintf("whose %d requests of %s are: they come from addresses of several users.", l.loose, l.Name))
		}
	}
	return all
}
