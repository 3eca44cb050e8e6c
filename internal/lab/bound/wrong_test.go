package bound

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/crowd"
	"matchstream/internal/lab/faulty"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/record"
	"matchstream/internal/lab/search"
)

// altered carries crowds whose tallies are not what they were.
type altered struct {
	crowd.Carrier
	tally func(t *lab.Tally)
	err   error
}

type alteredCrowd struct {
	lab.Crowd
	by *altered
}

func (a *altered) Gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	if a.err != nil {
		return nil, a.err
	}
	c, err := a.Carrier.Gather(ctx, p)
	return &alteredCrowd{c, a}, err
}

func (c *alteredCrowd) Finish(ctx context.Context, last int, quiet time.Duration) (*lab.Tally, error) {
	t, err := c.Crowd.Finish(ctx, last, quiet)
	c.by.tally(t)
	return t, err
}

// What the lab itself lacks is said of it; the search goes on below that, to the number
// with which the lab still works.
func TestOwnLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tally func(*lab.Tally)
		what  string
	}{
		"ports":   {func(t *lab.Tally) { t.Own[lab.NoPorts] = 3 }, "ports"},
		"readers": {func(t *lab.Tally) { t.Generator.Lateness.Record(time.Minute); t.Arrivals[0].Last = time.Minute }, "late"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick(t, serve(t, faulty.Fault{}))
			o.Expected = expected(t, "complete.p99<20s,errors=0")
			o.Carrier = &altered{tally: func(tally *lab.Tally) {
				if tally.Asked > 16 {
					c.tally(tally)
				}
			}}
			if name == "readers" {
				o.Most = search.Size{Users: 17} // it takes long
			}
			_, found := search1(t, o, Streams)
			if found.Users != 16 || found.Failing != 17 || found.Limit == nil || found.Limit.Of != "generator" || found.Limit.What != c.what {
				t.Errorf("%+v %+v", found, found.Limit)
			}
		})
	}
}

// A lab that cannot go on says why, and keeps what there is.
func TestCannotGoOn(t *testing.T) {
	t.Parallel()
	o := quick(t, serve(t, faulty.Fault{}))
	o.Searches = []string{HTTP, Streams}
	o.Most = search.Size{Users: 16}
	broken := errors.New("no room")
	o.Carrier = &altered{err: broken}
	r, err := Run(t.Context(), o)
	if !errors.Is(err, broken) || len(r.Found) != 1 || r.Found[0].Search != HTTP || r.Interrupted {
		t.Errorf("%+v, %v", r.Found, err)
	}
	o.Operator = func(context.Context) (operator.Operator, error) { return nil, broken }
	if r, err := Run(t.Context(), o); !errors.Is(err, broken) || len(r.Steps) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// One who is interrupted keeps what there is, leaves nothing on the server, and counts
// no try that did not come to its end.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{})
	o := quick(t, s)
	to, err := record.Create(t.TempDir()+"/out", lab.Begin{Stage: "bound"})
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	o.Record, o.Searches = to, []string{Streams}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o.Told = func(p Progress) {
		if p.Step == 3 && p.Doing == "events" {
			cancel()
		}
	}
	r, err := Run(ctx, o)
	if err != nil || !r.Interrupted || len(r.Steps) != 2 || len(r.Found) != 1 || r.Found[0].Users != 32 || r.Found[0].Failing != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	gone, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	if err := s.AwaitGone(gone); err != nil {
		t.Errorf("%d are still there", s.Record().Now)
	}
	kept, err := record.Read(to.Dir())
	if err != nil || len(kept.Steps) != 2 || len(kept.Found) != 1 || kept.Histogram(record.Tag(2, "latency")).Count() != 3*32 {
		t.Errorf("%+v, %v", kept, err)
	}
}

// What goes wrong is found in every part of a try, and is an error that counts.
func TestErrorsOfAllParts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  faulty.Fault
		search string
		figure string
	}{
		"a frame": {faulty.Fault{Do: faulty.Drop, Event: 3, Watchers: 7}, Streams, "errors.missing"},
		// Every second: of every fifth, all may fall to the canary, which asks between four others.
		"an answer":     {faulty.Fault{Fail: map[string]int{"history": 2}}, HTTP, "errors.answered"},
		"both":          {faulty.Fault{Fail: map[string]int{"history": 2}}, Both, "errors.answered"},
		"a person's":    {faulty.Fault{Fail: map[string]int{"checkin": 1}}, Streams, "errors.canary"},
		"an operator's": {faulty.Fault{Fail: map[string]int{"events": 3}}, Streams, "errors.operator"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, c.fault)
			o := quick(t, s)
			o.Plan.Lines, o.Searches = []string{s.Lines()}, []string{c.search} // nobody needs checkin for them
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o.Told = func(p Progress) {
				if p.Ended != nil { // one try tells
					cancel()
				}
			}
			if r, err := Run(ctx, o); err != nil || len(r.Steps) == 0 || r.Steps[0].OK || r.Steps[0].Figures[c.figure] == 0 ||
				r.Steps[0].Limit == nil || !strings.Contains(strings.Join(r.Steps[0].Failed, " "), "errors=0") {
				t.Errorf("%+v, %v", r.Steps, err)
			}
		})
	}
}

// Another service is watched by the canary, too, though there is no match and nobody who
// has events happen.
func TestAnotherService(t *testing.T) {
	t.Parallel()
	s := serve(t, faulty.Fault{})
	o := quick(t, s)
	o.Operator, o.Requests, o.Most = nil, nil, search.Size{Users: 8}
	o.Plan = lab.Plan{Seed: 1, Lines: []string{s.Lines()}, Via: o.Plan.Via, Patience: o.Plan.Patience,
		Service: &lab.Service{Hello: "VERSION:1:CONNECT:other-{i}:MATCH:" + faulty.Match + "\n", Ready: "status:", End: "\n\r\n"}}
	o.Expected = expected(t, "errors=0,canary.enter.max<20s,enter.p99<20s")
	r, found := search1(t, o, Streams)
	if found.Users != 8 || len(r.Steps) != 1 || r.Steps[0].Figures["canary.enter.max"] == 0 {
		t.Errorf("%+v, %+v", found, r.Steps)
	}
}
