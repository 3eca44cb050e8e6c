package pump

import (
	"syscall"

	"matchstream/internal/poll"
)

// hear reads what a client says; dry: until there is nothing more, else until
// a read brings less than there is room for.
func (l *loop) hear(c *conn, dry bool) {
	key := l.key(c)
	c.notes &^= deaf
	for range turns {
		if c.busy&answer != 0 { // or he could make us pile up answers
			c.notes |= deaf
			return
		}
		n, errno := poll.Receive(c.fd, l.buffer)
		switch {
		case errno == syscall.EINTR:
		case errno == syscall.EAGAIN:
			return
		case errno != 0:
			l.lost(c, Left)
			return
		case n == 0:
			l.silenced(c)
			return
		default:
			l.heard(c, l.buffer[:n])
			if c = l.find(key); c == nil || n < len(l.buffer) && !dry {
				return
			}
		}
	}
	c.notes |= deaf
	l.comeBack(c)
}

// heard takes what a client has said.
func (l *loop) heard(c *conn, p []byte) {
	switch c.state {
	case greeting:
		l.greet(c, p, false, false)
	case pondering:
		if c.heard += uint32(len(p)); c.heard > bufferSize {
			l.lost(c, Left)
		}
	case watching:
		if c.reason == Watching {
			l.attend(c, p)
		}
	case parting:
		if c.busy == 0 && c.notes&(beside|finished) == beside && len(l.sides[c.fd].rest) > 0 { // kept back
			c.busy |= rest
			c.progress = l.now
			l.flow(c)
		}
	}
}

// attend has the protocol listen to one who watches.
func (l *loop) attend(c *conn, p []byte) {
	stream := l.groupOf(c).stream
	if stream.Hear == nil {
		if c.heard += uint32(len(p)); int(c.heard) > stream.Talk {
			l.side(c).final = true
			c.reason = TooMuch
			c.busy |= ending
			l.flow(c)
		}
		return
	}
	var h Hearer
	if c.notes&beside != 0 {
		h = l.sides[c.fd].hearer
	}
	if h == nil {
		h = stream.Hear()
	}
	words, why := h.Hear(p)
	if h.Resting() {
		h = nil
	}
	if h == nil && c.notes&beside == 0 && len(words) == 0 && why == Watching {
		return
	}
	s := l.side(c)
	s.hearer = h
	if len(words) > 0 {
		s.answer = words
		c.busy |= answer
	}
	if why != Watching {
		s.final = true
		c.reason = why
		c.busy |= ending
	}
	l.besides(c)
	if c.busy != 0 {
		l.flow(c)
	}
}

// silenced: the client sends no more.
func (l *loop) silenced(c *conn) {
	switch c.state {
	case greeting:
		c.notes |= halfClosed
		l.greet(c, nil, true, false)
	case pondering:
		c.notes |= halfClosed
	case watching:
		if c.reason == Watching && !l.groupOf(c).stream.HalfClose { // who is being told his last may shut down
			l.lost(c, Left)
			return
		}
		c.notes |= halfClosed
	case parting:
		c.notes |= halfClosed
		if c.busy == 0 {
			l.out(c, false)
		}
	}
}
