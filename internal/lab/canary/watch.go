package canary

import (
	"context"
	"time"

	"matchstream/internal/lab"
)

// leaving is how long one who has left may still count as one who is there.
const leaving = 500 * time.Millisecond

// join watches anew, until the status is there.
func (c *Canary) join(ctx context.Context, due time.Time) {
	c.joining.Lock()
	defer c.joining.Unlock()
	// A server notices a moment later that somebody has gone: it is not to count him twice.
	if rest := time.Until(c.left.Add(leaving)); rest > 0 {
		c.rest(ctx, rest)
		due = time.Now()
	}
	s, err := c.open(ctx)
	if err == nil {
		s.close()
	}
	c.left = time.Now()
	c.joined.is()
	c.done(ctx, &c.mu.felt.Enter, string(c.o.Via), due, c.o.Join, err)
}

// watch stays with the match, and comes back if it is cut off; the end of the match is none.
func (c *Canary) watch(ctx context.Context) {
	for ctx.Err() == nil {
		due := time.Now()
		s, err := c.open(ctx)
		c.watching.is()
		if err != nil {
			c.done(ctx, &c.mu.felt.Enter, string(c.o.Via), due, c.o.Join, err)
			c.rest(ctx, c.o.Join)
			continue
		}
		stopped := false
		for {
			frame, err := s.next()
			if err != nil {
				if !stopped && ctx.Err() == nil {
					c.lost(err)
				}
				break
			}
			stopped = stopped || s.stop(frame)
			if mark, ok := lab.FindMark(frame); ok {
				c.read(mark)
			}
		}
		s.close()
		if stopped {
			return
		}
		c.rest(ctx, c.o.Join)
	}
}

// rest before another try.
func (c *Canary) rest(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// read has one event.
func (c *Canary) read(m lab.Mark) {
	due := time.UnixMicro(m.Due).Add(c.o.Plan.Ahead)
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.Number <= c.mu.last {
		return
	}
	c.mu.last = m.Number
	c.mu.felt.Events++
	c.feel(&c.mu.felt.Event, due)
	close(c.mu.came)
	c.mu.came = make(chan struct{})
}

func (c *Canary) lost(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.felt.Errors[lab.CutOff]++
	c.mu.felt.find(lab.CutOff, string(c.o.Via), "hung up before the end: "+err.Error())
}
