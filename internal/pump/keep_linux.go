package pump

import (
	"matchstream/internal/poll"
)

// Where the connections of a loop lie, and how they come and go.

// key of a connection: its descriptor, and which of those that had it.
func (l *loop) key(c *conn) uint64 {
	return uint64(uint32(c.fd)) | uint64(l.places.at(c.fd).generation)<<32
}

// find the connection of a key; nil if it is gone.
func (l *loop) find(key uint64) *conn {
	at := l.places.at(int32(uint32(key)))
	if at.generation != uint32(key>>32) || at.group < 0 {
		return nil
	}
	return l.groups[at.group].at(int(at.at))
}

func (l *loop) groupOf(c *conn) *group { return l.groups[l.places.at(c.fd).group] }

// enroll makes a place for a descriptor, and has its events told with the key.
func (l *loop) enroll(fd, group int32) (key uint64, err error) {
	l.places.grow(fd)
	at := l.places.at(fd)
	at.generation++
	at.group = group
	key = uint64(uint32(fd)) | uint64(at.generation)<<32
	return key, l.poller.Add(fd, key)
}

// forget the place of a descriptor that is about to be closed.
func (l *loop) forget(fd int32) {
	at := l.places.at(fd)
	at.generation++
	at.group = nowhere
}

// begin takes a connection into the hall; nil if that fails, and it is closed.
func (l *loop) begin(fd int32) *conn {
	if _, err := l.enroll(fd, 0); err != nil {
		l.forget(fd)
		poll.Close(fd)
		return nil
	}
	l.came++
	l.inside++
	i := l.groups[0].push(conn{fd: fd, progress: l.now, offset: l.came})
	l.places.at(fd).at = int32(i)
	return l.groups[0].at(i)
}

// move a connection to another group.
func (l *loop) move(c *conn, to *group) *conn {
	copied := *c
	l.takeOut(c)
	i := to.push(copied)
	at := l.places.at(copied.fd)
	at.group, at.at = to.index, int32(i)
	return to.at(i)
}

// takeOut of its group.
func (l *loop) takeOut(c *conn) {
	g, at := l.groupOf(c), l.places.at(c.fd).at
	if moved := g.pull(int(at)); moved != nil {
		l.places.at(moved.fd).at = at
	}
	if g.n == 0 && g.index != 0 {
		l.disband(g)
	}
}

// group of a stream, with this loop subscribed to its lane.
func (l *loop) group(s *Stream) *group {
	if g := l.watched[s]; g != nil {
		return g
	}
	g := &group{loop: l, stream: s, counts: s.Counts.part(l.id)}
	if n := len(l.free); n > 0 {
		g.index, l.free = l.free[n-1], l.free[:n-1]
		l.groups[g.index] = g
	} else {
		g.index = int32(len(l.groups))
		l.groups = append(l.groups, g)
	}
	l.watched[s] = g
	s.Lane.Subscribe(g)
	return g
}

// disband a group without connections.
func (l *loop) disband(g *group) {
	g.stream.Lane.Unsubscribe(g)
	delete(l.watched, g.stream)
	l.groups[g.index] = nil
	l.free = append(l.free, g.index)
}

// side of a connection, made if there is none.
func (l *loop) side(c *conn) *side {
	s := l.sides[c.fd]
	if s == nil {
		s = new(side)
		l.sides[c.fd] = s
		c.notes |= beside
	}
	return s
}

// besides gives up the side of a connection if nothing is in it.
func (l *loop) besides(c *conn) {
	if c.notes&beside == 0 {
		return
	}
	if s := l.sides[c.fd]; s.said == nil && !s.from.IsValid() && s.rest == nil && s.answer == nil && s.hearer == nil && !s.final {
		delete(l.sides, c.fd)
		c.notes &^= beside
	}
}

// out closes a connection; abruptly: what the kernel holds for it is dropped.
// Whatever it was to anybody has ended before.
func (l *loop) out(c *conn, abruptly bool) {
	fd := c.fd
	if c.notes&beside != 0 {
		delete(l.sides, fd)
	}
	l.takeOut(c)
	l.forget(fd)
	l.closed++
	l.inside--
	if abruptly {
		poll.Abort(fd)
	} else {
		poll.Close(fd)
	}
	l.pump.free()
	l.pump.leave()
}

// leave ends what a connection was: a watch, or a call at a door. It is in the
// hall then.
func (l *loop) leave(c *conn, why Reason) *conn {
	switch c.state {
	case greeting:
		c.state = parting // before anybody is told: it is told once
		l.pump.contain(func() { l.door(c).Leave(c.ticket, true) })
	case watching:
		g, ticket, sent := l.groupOf(c), c.ticket, c.given()
		g.counts.closed[why].Add(1)
		c = l.move(c, l.groups[0])
		l.came++
		c.state, c.offset = parting, l.came
		c.notes &^= leaving
		g.stream.Lane.Release()
		l.pump.tell(g.stream, why, sent, ticket)
		l.pump.countOut(&l.pump.watching)
	}
	c.state = parting // who ponders is told when he has done so
	return c
}

// lost ends a connection that is no more, or has to be cut off.
func (l *loop) lost(c *conn, why Reason) {
	if c.state == watching && c.reason != Watching {
		why = c.reason
	}
	l.out(l.leave(c, why), why == TooSlow)
}
