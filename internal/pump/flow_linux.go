package pump

import (
	"syscall"

	"matchstream/internal/feed"
	"matchstream/internal/poll"
)

// turns is how many calls one connection may have of the loop before the
// others have theirs.
const turns = 16

// flow gives one connection whatever it can take now, in the order in which it
// has to come: what was begun, then answers, then the end, then the lane. It
// returns when there is nothing to do, or no room; the connection may be gone
// then.
func (l *loop) flow(c *conn) {
	for range turns {
		switch {
		case c.busy&full != 0:
			return
		case c.busy&rest != 0:
			if !l.flowRest(c) {
				return
			}
		case c.state == parting:
			l.part(c)
			return
		case c.state != watching:
			return
		case c.busy&cut != 0:
			if !l.flowLane(c, 0) {
				return
			}
		case c.busy&answer != 0:
			s := l.sides[c.fd]
			s.rest, s.answer = s.answer, nil
			c.busy = c.busy&^answer | rest
			if c.notes&deaf != 0 {
				l.comeBack(c)
			}
		case c.busy&ending != 0:
			c = l.end(c)
		default:
			if !l.flowLane(c, chunk) {
				return
			}
		}
	}
	l.comeBack(c)
}

// flowRest writes what comes before everything else; false: that is all for now.
func (l *loop) flowRest(c *conn) bool {
	s := l.sides[c.fd]
	n, alive := l.send(c, s.rest)
	if !alive {
		return false
	}
	if s.rest = s.rest[n:]; len(s.rest) == 0 {
		s.rest = nil
		c.busy &^= rest
		l.besides(c)
	}
	return true
}

// flowLane writes from the lane, at most about so many bytes; false: that is
// all for now.
func (l *loop) flowLane(c *conn, most int) bool {
	v := l.groupOf(c).stream.Lane.View()
	at := feed.Cursor{Offset: c.offset, Exempt: c.exempt}
	if v.AtEnd(at) {
		c.busy &^= cut
		if v.End == feed.Open {
			return false
		}
		c.reason = reasonOf(v.End)
		c.busy |= ending
		return true
	}
	b, ok := v.Pending(at, most)
	if !ok && c.busy&cut != 0 { // the rest of its frame is gone
		l.lost(c, Broken)
		return false
	}
	if !ok || c.busy&cut == 0 && lags(v, at, l.pump.options.Lag) {
		l.side(c).rest = v.Status(true)
		c.busy |= rest
		join := v.Join()
		c.offset, c.exempt = join.Offset, join.Exempt
		l.refreshed(c)
		return true
	}
	n, alive := l.send(c, b)
	if !alive {
		return false
	}
	var sum sums
	if n > 0 {
		c.busy &^= cut
		l.partly(c, v, n, &sum)
	}
	l.groupOf(c).counts.deliveries.Add(sum.deliveries)
	return true
}

// refreshed counts that a watcher is given a fresh status.
func (l *loop) refreshed(c *conn) {
	g := l.groupOf(c)
	g.counts.refreshes.Add(1)
	if g.stream.Refreshed != nil {
		g.stream.Refreshed(c.ticket)
	}
}

// send writes, and notes that there is no room; not alive: the connection was
// closed.
func (l *loop) send(c *conn, p []byte) (n int, alive bool) {
	if len(p) == 0 {
		return 0, true
	}
	counts := l.groupOf(c).counts
	n, errno := poll.Send(c.fd, p)
	counts.writes.Add(1)
	counts.bytes.Add(uint64(n))
	c.sent += uint64(n)
	switch errno {
	case 0, syscall.EINTR:
	case syscall.EAGAIN, syscall.ENOBUFS, syscall.ENOMEM:
		l.block(c)
		return 0, true
	default:
		l.lost(c, Broken)
		return 0, false
	}
	if n > 0 {
		c.progress = l.now
		c.notes &^= stuck
	}
	return n, true
}

// block notes that there is no room, and has the poller tell when there is.
func (l *loop) block(c *conn) {
	c.busy |= full
	if c.notes&stuck == 0 { // his patience begins now, not when he last took something
		c.notes |= stuck
		c.progress = l.now
	}
	c.unsent = poll.Unsent(c.fd)
	l.fall(c)
	l.groupOf(c).counts.full.Add(1)
	l.at(c, l.now+l.pump.ticks(l.pump.options.SendTimeout/looks))
	if c.notes&forRoom == 0 {
		c.notes |= forRoom
		if err := l.poller.AddWriting(c.fd, l.key(c)); err != nil {
			return // looked at again when the wheel says so
		}
	}
}

// end has the farewell said at a frame border; once that has been written, and
// so is counted, it ends the watch.
func (l *loop) end(c *conn) *conn {
	s := l.groupOf(c).stream
	if final := c.notes&beside != 0 && l.sides[c.fd].final; s.Farewell != nil && !final {
		if last := s.Farewell(c.reason); len(last) > 0 {
			beside := l.side(c)
			beside.rest, beside.final = last, true
			c.busy |= rest
			return c
		}
	}
	c = l.leave(c, c.reason)
	c.busy = 0
	c.progress = l.now
	return c
}

// part shuts our side down, and gives the client a while to read it and to do
// the same: bytes of his on the way would turn our last ones into a reset.
func (l *loop) part(c *conn) {
	if c.notes&halfClosed != 0 {
		l.out(c, false)
		return
	}
	if c.notes&finished == 0 {
		c.notes |= finished
		poll.Finish(c.fd)
		c.progress = l.now
		l.at(c, l.now+l.pump.ticks(goodbyeTime))
	}
}

// lags says whether a cursor is too far behind.
func lags(v *feed.View, c feed.Cursor, most int64) bool {
	return most > 0 && c.Offset >= c.Exempt && v.Behind(c) > most
}
