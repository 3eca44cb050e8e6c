package bound

import (
	"context"

	"matchstream/internal/lab"
)

// crowdPlan is what the crowd of a try does.
func (t *try) crowdPlan() lab.Plan {
	p := t.Plan
	p.Users, p.AtOnce, p.Match = t.size.Users, t.size.AtOnce, t.match
	return p
}

// gather has the crowd come, and waits until all are there or have given up.
func (t *try) gather(ctx context.Context) (lab.Crowd, error) {
	crowd, err := t.Carrier.Gather(ctx, t.crowdPlan())
	if err != nil {
		return nil, err
	}
	t.crowd = crowd
	t.sampler.watch(crowd)
	select {
	case <-crowd.Settled():
	case <-ctx.Done():
	}
	return crowd, nil
}

// play has the events happen, or as much time pass where there is no operator.
func (t *try) play(ctx context.Context) {
	if t.op != nil {
		t.played = t.op.Play(ctx, 1, t.Events, t.Every)
		return
	}
	wait(ctx, t.Over)
}

// last is the mark of the last event that was made; 0: there is none.
func (t *try) last() int {
	if t.played == nil {
		return 0
	}
	return t.played.Sent
}

// leave has all go, when they have read what was sent.
func (t *try) leave(ctx context.Context, crowd lab.Crowd) {
	last := t.last()
	if last == 0 {
		// Nothing is awaited: who was there until now has seen all that there was.
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		cancel()
	}
	t.sampler.watch(nil)
	tally, err := crowd.Finish(ctx, last, t.Quiet)
	if tally == nil {
		tally = lab.NewTally()
	}
	if t.tally = tally; err != nil && ctx.Err() == nil {
		t.tally.Own[lab.OwnFailure]++
		t.tally.Find(lab.Finding{Code: lab.OwnFailure, Who: "lab", Text: err.Error()})
	}
}

// carried is how many users have been there, for the search to try next; 0: it is not
// known, or all came and something else has failed. Where the canary was turned away,
// which goes and comes again all the while, a user has the place that it had left.
func (t *try) carried() int {
	if t.step.OK || t.tally == nil {
		return 0
	}
	carried := t.tally.Been
	if spread, is := t.crowd.(interface{ Fits() int }); is {
		carried = spread.Fits() // over nodes that do not all let in as many
	}
	if t.felt.Errors[lab.Answered]+t.felt.Errors[lab.Refused] > 0 {
		carried--
	}
	if carried >= t.size.Users {
		return 0
	}
	return carried
}
