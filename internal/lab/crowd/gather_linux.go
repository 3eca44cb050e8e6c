package crowd

import (
	"context"
	"errors"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

// spare is how many descriptors the rest of the process may need.
const spare = 64

// gather starts the loop of a crowd.
func gather(ctx context.Context, p lab.Plan) (lab.Crowd, error) {
	c, err := newCalls(ctx, &p)
	if err != nil {
		return nil, err
	}
	from, err := newSources(&p)
	if err != nil {
		return nil, err
	}
	// Grown beforehand, so that no thread waits for it in the middle of a kick-off; where
	// there are not so many, it is found out one by one.
	if n := p.Users + p.Stalled + spare; n < poll.Descriptors() {
		if err := poll.GrowTable(n); err != nil {
			return nil, err
		}
	}
	l, err := newLoop(p, c, newParser(&p))
	if err != nil {
		return nil, err
	}
	l.ctx, l.sources = ctx, from
	go l.run(ctx)
	return &crowd{l}, nil
}

// crowd is a loop as others see it.
type crowd struct{ loop *loop }

func (c *crowd) Settled() <-chan struct{} { return c.loop.settled }

// Tally asks the loop, or, when that has ended, looks itself.
func (c *crowd) Tally() *lab.Tally {
	answer := make(chan *lab.Tally, 1)
	if c.loop.post(func() { answer <- c.loop.tally() }) {
		return <-answer
	}
	<-c.loop.ended
	return c.loop.final
}

func (c *crowd) Finish(ctx context.Context, last int, quiet time.Duration) (*lab.Tally, error) {
	l := c.loop
	l.post(func() { l.finish(last, quiet) })
	stop := context.AfterFunc(ctx, func() { l.post(func() { l.leaveEarly(ctx, last) }) })
	defer stop()
	<-l.ended
	return l.final, l.err
}

// leaveEarly has a crowd leave since ctx has ended, which may be just what was wanted.
func (l *loop) leaveEarly(ctx context.Context, last int) {
	switch {
	case l.over:
	case last == 0:
		l.stalledNow()
		l.disperse(nil)
	case errors.Is(context.Cause(ctx), lab.ErrQuiet): // nothing has come to anybody, elsewhere neither
		l.missing(last, true)
		l.disperse(nil)
	default:
		l.disperse(ctx.Err())
	}
}
