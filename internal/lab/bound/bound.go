// Package bound finds out how many users a service carries, and what stops it.
//
// # How it works
//
//	Run      searches, one after the other: HTTP alone, streams alone,   (bound.go)
//	         both together; what is tried next is for lab/search
//	try      one try: users come, settle, events happen or requests are  (try.go,
//	         made, all leave. A canary sings meanwhile (lab/canary)      streams.go)
//	sampler  looks at servers, host and lab about once a second           (sampler.go)
//	         (lab/suspects), and takes a profile near the end
//	figures  all that was measured, by name, and what of it does not     (figures.go)
//	         hold
//	limit    what was in the way (lab/suspects)
//	rid      waits until each server has forgotten the users of a try     (rid.go)
//	kept     metrics and profiles of each try; those of the last that    (keep.go)
//	         worked and the first that did not side by side (lab/kept),
//	         and so the two of the last doubling, which differ more
//
// A try that fails is repeated once before it is believed. Where what was in the way was
// the lab itself, the search goes on below: half as many may well say something about the
// server. What was in the way of the fewest that failed is what is told in the end.
package bound

import (
	"context"
	"errors"
	"sync"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/search"
)

// Searches there are.
const (
	HTTP    = "http"    // requests alone
	Streams = "streams" // watchers alone
	Both    = "both"
)

// Result is what was found.
type Result struct {
	Steps       []lab.Step
	Found       []lab.Found
	Compared    map[string]string // by search: the last try that worked beside the first that did not, as text
	Interrupted bool              // ctx has ended: it is what there was until then
	Stopped     bool              // the lab could not go on: likewise
}

// Run searches. The error is one of the lab: it could not go on (Stopped), and the result
// is what there was until then; or something could not be recorded, or tidied up. When ctx ends, so does the try that runs; that one counts nowhere.
func Run(ctx context.Context, o Options) (Result, error) {
	o.fill()
	r := &run{Options: o, began: time.Now(), step: o.After, result: Result{Compared: map[string]string{}}}
	var err error
	for _, name := range o.Searches {
		if ctx.Err() != nil {
			break
		}
		if err = r.search(ctx, name); err != nil {
			break
		}
	}
	if r.result.Interrupted = ctx.Err() != nil; r.result.Interrupted {
		err = nil
	}
	r.result.Stopped = err != nil
	return r.result, errors.Join(err, r.mu.unable)
}

// run is one Run. It belongs to one goroutine.
type run struct {
	Options
	began  time.Time
	step   int       // number of the last try
	base   []float64 // how many watchers each node has without us; negative: not known; nil: not asked yet
	result Result

	// Of the search that runs.
	name   string
	plan   *search.Search
	worked *keptOf // the last that worked
	failed *keptOf // the fewest users that failed, twice
	limit  *lab.Limit
	took   time.Duration // the last try

	mu struct {
		sync.Mutex
		doing  string
		unable error // the first thing that could not be recorded, or tidied up
	}
}

// search once.
func (r *run) search(ctx context.Context, name string) error {
	r.name, r.plan = name, search.New(search.Options{First: r.First, Most: r.Most, Precision: r.Precision})
	r.worked, r.failed, r.limit = nil, nil, nil
	var err error
	for {
		size, more := r.plan.Next()
		if !more {
			break
		}
		var t *try
		if t, err = r.try(ctx, size); err != nil || ctx.Err() != nil {
			break
		}
		again := r.plan.Again()
		r.plan.Tell(t.step.OK, t.carried())
		r.remember(t, again)
	}
	r.conclude()
	return err
}

// remember what a try has left. One failure is not believed yet.
func (r *run) remember(t *try, again bool) {
	switch {
	case t.step.OK:
		r.worked = t.keptOf()
	case again:
		if r.failed == nil && r.worked != nil {
			r.keepFile(r.prefix()+".doubled.txt", []byte(compare(r.worked, t.keptOf())))
		}
		r.failed, r.limit = t.keptOf(), t.step.Limit
	}
}

// conclude a search, also one that was interrupted.
func (r *run) conclude() {
	worked, failing := r.plan.Found()
	found := lab.Found{Search: r.name, Nodes: r.Nodes, Users: worked.Users, AtOnce: worked.AtOnce, Failing: failing.Users}
	if failing.Users > 0 {
		found.Limit = r.limit
	}
	if worked.Users == 0 && failing.Users == 0 {
		return // nothing was tried to its end
	}
	if r.worked != nil && r.failed != nil {
		text := compare(r.worked, r.failed)
		r.result.Compared[r.name] = text
		r.keepFile(r.prefix()+".compared.txt", []byte(text))
	}
	r.result.Found = append(r.result.Found, found)
	if r.Record != nil {
		r.unable(r.Record.Found(found))
	}
}
