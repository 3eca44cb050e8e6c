package pump

import "sync/atomic"

// Counts of one protocol since the start. Each loop of a pump counts in a part
// of its own, so that two never write to the same line of the cache; they are
// summed when somebody asks. The zero value is ready; any goroutine may ask at
// any time.
type Counts struct{ parts [16]part }

// part is what one loop counts.
type part struct {
	opened     atomic.Uint64
	closed     [Reasons]atomic.Uint64
	deliveries atomic.Uint64
	bytes      atomic.Uint64
	writes     atomic.Uint64
	full       atomic.Uint64
	refreshes  atomic.Uint64
	heartbeats atomic.Uint64
	_          [64]byte
}

// part of a loop. Several may share one.
func (c *Counts) part(loop int) *part { return &c.parts[loop%len(c.parts)] }

func (c *Counts) sum(of func(*part) uint64) (n uint64) {
	for i := range c.parts {
		n += of(&c.parts[i])
	}
	return n
}

// Opened is how many watches began.
func (c *Counts) Opened() uint64 { return c.sum(func(p *part) uint64 { return p.opened.Load() }) }

// Closed is how many watches ended for a reason.
func (c *Counts) Closed(why Reason) uint64 {
	return c.sum(func(p *part) uint64 { return p.closed[why].Load() })
}

// Deliveries is how many events were written.
func (c *Counts) Deliveries() uint64 {
	return c.sum(func(p *part) uint64 { return p.deliveries.Load() })
}

// Bytes is how many bytes were written.
func (c *Counts) Bytes() uint64 { return c.sum(func(p *part) uint64 { return p.bytes.Load() }) }

// Writes is how many calls wrote.
func (c *Counts) Writes() uint64 { return c.sum(func(p *part) uint64 { return p.writes.Load() }) }

// WouldBlocks is how many calls found less room than they had bytes.
func (c *Counts) WouldBlocks() uint64 { return c.sum(func(p *part) uint64 { return p.full.Load() }) }

// Refreshes is how many were given a fresh status, being too far behind.
func (c *Counts) Refreshes() uint64 {
	return c.sum(func(p *part) uint64 { return p.refreshes.Load() })
}

// Heartbeats is how many were written.
func (c *Counts) Heartbeats() uint64 {
	return c.sum(func(p *part) uint64 { return p.heartbeats.Load() })
}

// Active is how many watches there are now.
func (c *Counts) Active() uint64 {
	var closed uint64
	for why := range Reasons { // before Opened: never more closed than opened
		closed += c.Closed(why)
	}
	return c.Opened() - closed
}
