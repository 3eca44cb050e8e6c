package pump

import (
	"context"
	"math/rand/v2"
	"time"
)

// leave is when a watch of the portable pump is to end, and why; Watching: it is
// not to.
type leave struct {
	why Reason
	at  time.Time
}

// tell a connection when it is to leave. Called with Goroutine.mu held.
func (c *connection) tell(why Reason, at time.Time) {
	c.leave = leave{why, at}
	select {
	case c.told <- struct{}{}:
	default: // it has yet to hear that there is something new
	}
}

// leaves is what a connection was told last.
func (c *connection) leaves() leave {
	c.pump.mu.Lock()
	defer c.pump.mu.Unlock()
	return c.leave
}

// Drain ends all connections: see Pump.
func (p *Goroutine) Drain(over time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.none != nil {
		close(p.mu.none) // whose time counts no more
	}
	p.mu.none = make(chan struct{})
	p.mu.drains = true
	now := time.Now()
	for _, c := range p.mu.all {
		c.tell(Draining, now.Add(rand.N(over+1)))
	}
}

// Drained waits for the end of a drain: see Pump.
func (p *Goroutine) Drained(ctx context.Context) {
	p.mu.Lock()
	p.empty()
	none := p.mu.none
	p.mu.Unlock()
	if none == nil {
		return
	}
	select {
	case <-none:
	case <-ctx.Done():
		p.mu.Lock()
		if p.mu.none == none { // it was neither taken back meanwhile nor begun anew
			p.mu.cut()
		}
		p.mu.Unlock()
		<-none
	}
}

// Undrain takes a drain back, and what is left of a shed: see Pump.
func (p *Goroutine) Undrain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.closed {
		return
	}
	p.mu.drains = false
	if p.mu.none != nil {
		close(p.mu.none)
		p.mu.none = nil
	}
	if p.mu.force.Err() != nil { // who was cut off stays so
		p.mu.force, p.mu.cut = context.WithCancel(context.Background())
	}
	for _, c := range p.mu.all {
		if c.leave.why != Watching {
			c.tell(Watching, time.Time{})
		}
	}
}

// Shed sends a share of the watchers off: see Pump.
func (p *Goroutine) Shed(percent int, over time.Duration) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	stay := 0
	for _, c := range p.mu.all {
		if c.leave.why == Watching {
			stay++
		}
	}
	share := quota{percent: percent}
	who, now := lot{stay, share.of(stay)}, time.Now()
	for _, c := range p.mu.all {
		if c.leave.why == Watching && who.draws(rand.IntN) {
			c.tell(Shed, now.Add(rand.N(over+1)))
		}
	}
	return share.taken
}

// due comes when it is time to leave; nil: it is not to.
func (c *connection) due() <-chan time.Time {
	l := c.leaves()
	if l.why == Watching {
		return nil
	}
	return time.After(time.Until(l.at))
}

// age comes when a connection is too old; nil: it never is.
func (c *connection) age() <-chan time.Time {
	most := c.pump.options.MaxAge
	if most <= 0 {
		return nil
	}
	return time.After(most/2 + rand.N(most/2+1))
}
