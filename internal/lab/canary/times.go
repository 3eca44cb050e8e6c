package canary

import (
	"context"
	"time"
)

// each does something again and again, when it is due. A user has one wait at a time: what
// was due while he waited he does not make up for, else each wait would be longer than
// the one before.
func each(ctx context.Context, every time.Duration, do func(ctx context.Context, due time.Time)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for due := time.Now(); ; due = next(due, every, time.Now()) {
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
			do(ctx, due)
		case <-ctx.Done():
			return
		}
	}
}

// next is the first due time that has not passed.
func next(due time.Time, every time.Duration, now time.Time) time.Time {
	due = due.Add(every)
	if late := now.Sub(due); late > 0 {
		due = due.Add((late + every - 1) / every * every)
	}
	return due
}

// beat counts for each moment at which it was due how late it was: a stall of a second
// is a hundred of them.
func (c *Canary) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	due := time.Now().Add(beatEvery)
	for c.beats(due); ; c.beats(due) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := time.Now()
		c.mu.Lock()
		c.mu.stalls.add(now, now.Sub(due))
		for ; !due.After(now); due = due.Add(beatEvery) {
			c.mu.felt.Timers.Record(now.Sub(due))
		}
		c.mu.Unlock()
	}
}

// beats says when the next beat is due.
func (c *Canary) beats(due time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.beat = due
}

// late is how long the canary itself was late at worst since then, a stall of now
// included. mu is held.
func (c *Canary) late(since time.Time) time.Duration {
	worst := c.mu.stalls.worst(since)
	if !c.mu.beat.IsZero() {
		worst = max(worst, time.Since(c.mu.beat))
	}
	return worst
}
