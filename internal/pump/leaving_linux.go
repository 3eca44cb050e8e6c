package pump

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// departure is watchers of one loop who are sent off, one after the other.
type departure struct {
	keys  []uint64 // in the order in which they go
	gone  int
	begun uint32 // tick
	over  uint32 // ticks
	why   Reason
}

// due is how many are to have gone by now.
func (d *departure) due(now uint32) int {
	if now-d.begun >= d.over {
		return len(d.keys)
	}
	return int(uint64(len(d.keys)) * uint64(now-d.begun) / uint64(d.over))
}

// Drain ends all watches: see Pump.
func (p *Epoll) Drain(over time.Duration) {
	p.leaving.Lock()
	defer p.leaving.Unlock()
	p.mu.Lock()
	p.draining.Store(true)
	if p.mu.none != nil {
		close(p.mu.none) // whose time counts no more
	}
	p.mu.none = make(chan struct{})
	p.mu.Unlock()
	p.everywhere(func(l *loop) { l.drain(over) })
}

// Drained waits for the end of a drain: see Pump. Where doors are open still, that
// is when nobody watches; who is at them, or is passed on, goes on. Once they are
// shut it is when no connection is left, and none is spared when ctx is done.
func (p *Epoll) Drained(ctx context.Context) {
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
		p.cutOff(none)
		<-none
	}
}

// cutOff whoever is left of a drain, unless it is over, taken back, or begun anew. None of
// that happens meanwhile.
func (p *Epoll) cutOff(none chan struct{}) {
	p.leaving.Lock()
	defer p.leaving.Unlock()
	p.mu.Lock()
	on, all := p.mu.none == none, !p.openLocked()
	p.mu.Unlock()
	if on {
		p.everywhere(func(l *loop) { l.cutOff(all) })
	}
}

// Undrain takes a drain back, and what is left of a shed: see Pump.
func (p *Epoll) Undrain() {
	p.leaving.Lock()
	defer p.leaving.Unlock()
	p.mu.Lock()
	p.draining.Store(false)
	if p.mu.none != nil {
		close(p.mu.none)
		p.mu.none = nil
	}
	p.mu.Unlock()
	p.everywhere((*loop).undrain)
}

// Shed sends a share of the watchers off: see Pump.
func (p *Epoll) Shed(percent int, over time.Duration) int {
	var mu sync.Mutex
	share := quota{percent: percent}
	p.everywhere(func(l *loop) {
		n := l.staying()
		mu.Lock()
		some := share.of(n)
		mu.Unlock()
		l.sendOff(&lot{n, some}, over, Shed)
	})
	return share.taken
}

// drain sends off everybody; those who were to be sent off otherwise, too.
func (l *loop) drain(over time.Duration) {
	l.stay()
	l.draining = true
	n := l.staying()
	l.sendOff(&lot{n, n}, over, Draining)
}

// undrain keeps who is still there.
func (l *loop) undrain() {
	l.stay()
	l.draining = false
}

// stay: nobody is sent off any more who was to be.
func (l *loop) stay() {
	for i := range l.departures {
		d := &l.departures[i]
		for _, key := range d.keys[d.gone:] {
			if c := l.find(key); c != nil && c.state == watching {
				c.notes &^= leaving
			}
		}
	}
	l.departures = nil
}

// stays says whether one watches who is not to leave.
func (c *conn) stays() bool {
	return c.state == watching && c.reason == Watching && c.notes&leaving == 0
}

// staying is how many those are.
func (l *loop) staying() (n int) {
	l.each(func(c *conn) { n++ })
	return n
}

// each of those who stay. f must not end one.
func (l *loop) each(f func(*conn)) {
	for _, g := range l.groups[1:] {
		if g == nil {
			continue
		}
		for i := range g.n {
			if c := g.at(i); c.stays() {
				f(c)
			}
		}
	}
}

// sendOff those that are drawn from all who stay.
func (l *loop) sendOff(who *lot, over time.Duration, why Reason) {
	if who.wanted == 0 {
		return
	}
	keys := make([]uint64, 0, who.wanted)
	l.each(func(c *conn) {
		if who.draws(rand.IntN) {
			c.notes |= leaving
			keys = append(keys, l.key(c))
		}
	})
	shuffle(keys)
	l.departures = append(l.departures, departure{keys: keys, begun: l.now, over: l.pump.ticks(over), why: why})
	l.depart()
}

// depart ends those whose turn it is.
func (l *loop) depart() {
	for i := 0; i < len(l.departures); {
		d := &l.departures[i]
		for due := d.due(l.now); d.gone < due; d.gone++ {
			l.contain(d.keys[d.gone], func(c *conn) { l.dismiss(c, d.why) })
		}
		if d.gone < len(d.keys) {
			i++
			continue
		}
		l.departures = append(l.departures[:i], l.departures[i+1:]...)
	}
	if len(l.departures) == 0 {
		l.departures = nil
	}
}

// dismiss one at the next border of a frame.
func (l *loop) dismiss(c *conn, why Reason) {
	if c.state == watching && c.reason == Watching {
		c.reason = why
		c.busy |= ending
		l.flow(c)
	}
}
