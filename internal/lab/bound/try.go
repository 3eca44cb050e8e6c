package bound

import (
	"context"
	"fmt"
	"sync"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/canary"
	"matchstream/internal/lab/kept"
	"matchstream/internal/lab/operator"
	"matchstream/internal/lab/search"
)

// try is one try with so many users.
type try struct {
	*run
	size    search.Size
	step    lab.Step
	match   string
	op      operator.Operator // nil: none
	canary  *canary.Canary
	sampler *sampler
	kept    *kept.Kept
	of      int // which node is kept of, by its place in Look.Nodes

	// What came of it.
	crowd   lab.Crowd  // nil: no streams
	tally   *lab.Tally // nil: no streams
	before  *lab.Tally // as it stood when the events began
	after   *lab.Tally // and when the last had happened
	played  *operator.Played
	answers *lab.Answers // nil: no load
	felt    canary.Felt
}

func (t *try) streams() bool { return t.name != HTTP }
func (t *try) load() bool    { return t.name != Streams }

// try once. The error is one of the lab; if ctx has ended, what came of it is worth nothing.
func (r *run) try(ctx context.Context, size search.Size) (_ *try, err error) {
	r.step++
	t := &try{run: r, size: size, match: r.Plan.Match, kept: &kept.Kept{Users: size.Users}}
	t.step = lab.Step{Number: r.step, At: r.at(), Search: r.name, Nodes: r.Nodes, Users: size.Users, AtOnce: size.AtOnce}
	began := time.Now()
	t.tell("coming", 0)
	if r.Operator != nil {
		if t.op, err = r.Operator(ctx); err != nil {
			return nil, fmt.Errorf("try %d, with %d users: %w", r.step, size.Users, err)
		}
		t.match = t.op.Match()
	}
	err = t.run1(ctx)
	if t.op != nil {
		// Also if ctx has ended: nothing is left on the server.
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.Plan.Patience)
		t.unable(t.op.Close(closing))
		cancel()
	}
	if err != nil || ctx.Err() != nil {
		return t, err
	}
	t.tell("resting", 0)
	t.rid(ctx)
	t.judge()
	t.took = time.Since(began)
	t.step.Took = t.took.Seconds()
	t.keep(began)
	t.result.Steps = append(t.result.Steps, t.step)
	t.ended()
	return t, nil
}

// run1 has it happen: the crowd comes, what is to happen happens, all leave.
func (t *try) run1(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t.sampler = newSampler(ctx, t)
	t.canary = canary.Start(ctx, t.canaryOptions())
	t.sampler.start(ctx)
	t.canary.Settle(ctx) // it has its place before anybody comes who could take it
	var crowd lab.Crowd
	if t.streams() {
		if crowd, err = t.gather(ctx); err != nil {
			t.canary.Finish(ctx, 0, 0)
			t.sampler.end()
			return fmt.Errorf("%d users: %w", t.size.Users, err)
		}
	}
	t.sampler.playing(ctx)
	if crowd != nil {
		t.before = crowd.Tally()
	}
	both := sync.WaitGroup{}
	both.Go(t.canary.Sing)
	if t.load() {
		t.tell("requests", 0)
		both.Go(func() { err = t.request(ctx) })
	}
	if crowd != nil {
		t.tell("events", t.before.Ready)
		t.play(ctx)
	}
	both.Wait()
	t.sampler.played(ctx)
	if crowd != nil {
		t.after = crowd.Tally()
		t.tell("leaving", t.before.Ready)
		t.leave(ctx, crowd)
	}
	t.felt = t.canary.Finish(ctx, t.last(), t.Quiet)
	t.sampler.end()
	return err
}

// request makes the load.
func (t *try) request(ctx context.Context) (err error) {
	load := lab.Load{Users: t.size.Users, AtOnce: t.size.AtOnce, Over: t.Over, Requests: t.Requests(t.match), Patience: t.Plan.Patience}
	t.answers, err = t.Ask(ctx, load, nil)
	return err
}

func (t *try) canaryOptions() canary.Options {
	o := canary.Options{Plan: t.crowdPlan()}
	if t.Requests != nil {
		o.Requests = t.Requests(t.match)
	}
	// It watches also while only requests are made, if there is what to watch: who is
	// there feels them.
	if len(t.Plan.Via) > 0 && (t.match != "" || t.Plan.Service != nil) {
		o.Via = t.Plan.Via[0].Via
	}
	return o
}
