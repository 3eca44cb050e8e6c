package pump

import (
	"math/rand/v2"
	"time"

	"matchstream/internal/poll"
)

// What happens to a connection because time has passed.

// at has a connection looked at at a tick, unless that happens earlier anyway.
func (l *loop) at(c *conn, tick uint32) {
	tick = max(tick, l.wheel.hand+1)
	if c.due != 0 && c.due <= tick {
		return
	}
	c.due = tick
	l.wheel.add(l.key(c), tick)
}

// meet is called by the wheel.
func (l *loop) meet(a appointment) {
	l.contain(a.key, func(c *conn) {
		if c.due == a.at {
			c.due = 0
			l.look(c)
		}
	})
}

// look at a connection whose time has come, for whatever reason.
func (l *loop) look(c *conn) {
	key := l.key(c)
	switch c.state {
	case greeting:
		l.waited(c)
		return
	case pondering:
		return // Later has its own limit
	case parting:
		if c.busy&full == 0 && l.now-c.progress < l.pump.ticks(goodbyeTime) {
			l.at(c, c.progress+l.pump.ticks(goodbyeTime))
			return
		}
		if c.busy&full == 0 {
			l.out(c, false)
			return
		}
	case watching:
		if c.beat != 0 && l.now >= c.beat {
			l.beat(c)
		}
	}
	if c = l.find(key); c == nil {
		return
	}
	if c.busy&full != 0 {
		l.stuck(c)
	}
	if c = l.find(key); c != nil && c.state == watching && c.beat != 0 {
		l.at(c, c.beat)
	}
}

// beat is the moment of a heartbeat.
func (l *loop) beat(c *conn) {
	c.beat = l.now + l.pump.ticks(l.pump.options.Heartbeat)
	if c.busy == 0 { // else bytes are waiting: sign of life enough
		g := l.groupOf(c)
		g.counts.heartbeats.Add(1)
		l.say(c, g.stream.Heartbeat)
	}
}

// say writes bytes at a frame border. They are kept if there is no room, and
// must not change.
func (l *loop) say(c *conn, p []byte) {
	if n, alive := l.send(c, p); alive && n < len(p) {
		l.side(c).rest = p[n:]
		c.busy |= rest
	}
}

// firstBeat is at a random moment, so that those who joined together are not
// served together for ever.
func (l *loop) firstBeat(c *conn) {
	period := l.pump.options.Heartbeat
	if period <= 0 || l.groupOf(c).stream.Heartbeat == nil {
		c.beat = 0 // the kernel sees whether he is there (poll.Stagger)
		return
	}
	c.beat = l.now + l.within(period)
	l.at(c, c.beat)
}

// within is a random number of ticks up to a duration's.
func (l *loop) within(d time.Duration) uint32 { return rand.N(l.pump.ticks(d) + 1) }

// stuck looks at one whose bytes wait: is there room, is there progress?
func (l *loop) stuck(c *conn) {
	key, before := l.key(c), c.unsent
	c.busy &^= full
	l.flow(c) // notes that it is full again, if so
	if c = l.find(key); c == nil || c.busy&full == 0 {
		return
	}
	if c.unsent < before {
		c.progress = l.now // too little for us to notice, but he takes some
	}
	if l.now-c.progress < l.pump.ticks(l.pump.options.SendTimeout) {
		return // block has asked for the next look
	}
	if c.state != watching {
		l.out(c, true)
		return
	}
	why := TooSlow
	if c.reason != Watching {
		why = c.reason
	}
	if s := l.groupOf(c).stream; c.busy&(rest|cut) == 0 && s.Farewell != nil {
		n, _ := poll.Send(c.fd, s.Farewell(why)) // as much as fits, which is rarely any
		c.sent += uint64(n)
	}
	l.out(l.leave(c, why), true)
}

// cutOff closes every watch, wherever it is; all: every connection.
func (l *loop) cutOff(all bool) {
	for _, g := range l.groups[1:] {
		for g != nil && g.n > 0 {
			l.lost(g.at(g.n-1), Draining)
		}
	}
	for hall := l.groups[0]; all && hall.n > 0; {
		l.lost(hall.at(hall.n-1), Draining)
	}
}
