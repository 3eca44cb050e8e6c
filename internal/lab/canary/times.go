package canary

import (
	"context"
	"time"
)

// each does something again and again, when it is due, or as soon as what was due before
// is done.
func each(ctx context.Context, every time.Duration, do func(ctx context.Context, due time.Time)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for due := time.Now(); ; due = due.Add(every) {
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
			do(ctx, due)
		case <-ctx.Done():
			return
		}
	}
}

// beat counts for each moment at which it was due how late it was: a stall of a second
// is a hundred of them.
func (c *Canary) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	due := time.Now().Add(beatEvery)
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := time.Now()
		c.mu.Lock()
		for ; !due.After(now); due = due.Add(beatEvery) {
			c.mu.felt.Timers.Record(now.Sub(due))
		}
		c.mu.Unlock()
	}
}
