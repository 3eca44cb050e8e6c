package pump

import (
	"runtime"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/poll"
)

// sendsInARow is after how many the loop lets other goroutines run: whoever
// answers the operator would else wait until the runtime interrupts a walk,
// which it does after 10 ms.
const sendsInARow = 512

// few connections are written to by the publisher himself: to wake a loop costs
// more than that many sends, and in ten thousand matches with a watcher or two
// it would be most of the work.
const few = 8

// walkHere walks a small group at once if its loop waits; else, or where a
// connection needs more than a send, that is left to the loop. It never blocks.
func (g *group) walkHere() bool {
	l := g.loop
	if !l.held.TryLock() {
		return false
	}
	defer l.held.Unlock()
	if g.n > few {
		return false
	}
	at := l.pump.time()
	l.now = l.pump.tickAt(at) // the loop's may be from long ago
	l.spread(g)
	l.work.stoodIn(l.pump.time() - at)
	if slow := l.slow; len(slow) > 0 {
		l.slow = nil
		l.post(func() { l.flowAll(slow) })
	}
	return true
}

// pass is what all connections with the same cursor are to be given.
type pass struct {
	view   *feed.View
	offset uint64
	bytes  []byte
	events int64
	plain  bool // false: flow must look at it
}

// walk gives every connection of a group what is new in its lane.
func (l *loop) walk(g *group) {
	l.spread(g)
	slow := l.slow
	l.slow = nil
	l.flowAll(slow)
	l.slow = slow[:0]
}

// flowAll serves those that need more than a send.
func (l *loop) flowAll(slow []uint64) {
	for _, key := range slow {
		l.contain(key, l.flow)
	}
}

// spread is where the time goes: one send for each connection, and a few
// comparisons. Most cursors stand where the one before stood, so what to send
// is found once. Those that need more are put into l.slow.
func (l *loop) spread(g *group) {
	g.dirty.Store(false) // before the view is looked at
	if g.n == 0 {
		return
	}
	var sum sums
	var now pass
	lane := g.stream.Lane
	for i := range g.n {
		if i%sendsInARow == sendsInARow-1 {
			runtime.Gosched()
		}
		c := g.at(i)
		if c.busy != 0 {
			continue
		}
		// The latest view: who comes late in the walk is spared the next one.
		if v := lane.View(); v != now.view || c.offset != now.offset {
			now = l.pass(v, c)
		}
		if len(now.bytes) > 0 {
			n, errno := poll.Send(c.fd, now.bytes)
			sum.writes++
			c.sent += uint64(n)
			if errno != 0 || n < len(now.bytes) {
				l.slow = append(l.slow, l.key(c))
				if errno == 0 && n > 0 {
					l.partly(c, now.view, n, &sum)
				}
				continue
			}
			sum.bytes += uint64(n)
			sum.deliveries += uint64(now.events)
			c.events += uint32(now.events)
			c.offset += uint64(n)
			c.progress = l.now
		}
		if !now.plain {
			l.slow = append(l.slow, l.key(c))
		}
	}
	if sum.deliveries > 0 {
		l.fanout.observe(time.Since(now.view.Since))
		l.delivery.observe(time.Since(now.view.Begun))
	}
	sum.into(g.counts)
}

// pass is what a cursor is to be given of a view.
func (l *loop) pass(v *feed.View, c *conn) pass {
	p := pass{view: v, offset: c.offset, plain: v.End == feed.Open}
	at := feed.Cursor{Offset: c.offset}
	if v.AtEnd(at) {
		return p
	}
	if lag := l.pump.options.Lag; lag > 0 && v.Behind(at) > lag {
		p.plain = false
		return p
	}
	var ok bool
	if p.bytes, ok = v.Pending(at, chunk); !ok {
		p.plain = false
		return p
	}
	after := feed.Cursor{Offset: c.offset + uint64(len(p.bytes))}
	p.events = v.Reached(after) - v.Reached(at)
	p.plain = p.plain && v.AtEnd(after)
	return p
}

// partly notes that only n bytes of what was pending were taken.
func (l *loop) partly(c *conn, v *feed.View, n int, sum *sums) {
	before := v.Reached(feed.Cursor{Offset: c.offset})
	c.offset += uint64(n)
	at := feed.Cursor{Offset: c.offset}
	if v.Border(at) != c.offset {
		c.busy |= cut
	}
	c.progress = l.now
	sum.bytes += uint64(n)
	events := v.Reached(at) - before
	sum.deliveries += uint64(events)
	c.events += uint32(events)
}

// sums are collected over a walk, and put where others see them once.
type sums struct{ deliveries, bytes, writes uint64 }

func (s *sums) into(p *part) {
	p.deliveries.Add(s.deliveries)
	p.bytes.Add(s.bytes)
	p.writes.Add(s.writes)
}
