package crowd

import (
	"bytes"
	"syscall"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

// event is one of the kernel's.
func (l *loop) event(e *poll.Event) {
	key := e.Key()
	if int(uint32(key)) >= len(l.watchers) {
		return // a wake
	}
	w := &l.watchers[uint32(key)]
	if w.life != uint32(key>>32) {
		return // of an earlier connection
	}
	if w.stage == dialing {
		if l.dialed(w); w.life != uint32(key>>32) {
			return
		}
	}
	hung := e.Hung() || e.Dead()
	switch {
	case w.stage == stalled:
		if hung {
			l.depart(w, left)
		}
	case w.does == slow && w.stage == watching && !w.has(closed) && !l.hurry():
		// He reads when it is time.
	case e.Readable() || hung:
		l.hear(w, hung)
	}
}

// hear reads all that is there. An event is told of once, so that is until less comes
// than there is room for; but behind the end of what the service sends there is an end
// to read.
func (l *loop) hear(w *watcher, hung bool) {
	for life := w.life; w.life == life; {
		n, wall, errno := l.receive(w, l.buffer)
		if n <= 0 || errno != 0 {
			if errno == syscall.EINTR {
				continue
			}
			if errno != syscall.EAGAIN {
				l.gone(w, errno)
			}
			return
		}
		l.take(w, l.buffer[:n], wall)
		if n < len(l.buffer) && !hung || w.stage == stalled {
			return
		}
	}
}

// receive reads, and says when it was read, in Unix µs.
func (l *loop) receive(w *watcher, b []byte) (n int, wall int64, errno syscall.Errno) {
	if w.flags&stamped != 0 {
		return l.receiveStamped(w, b)
	}
	n, errno = poll.Receive(w.fd, b)
	_, wall = l.clock()
	return n, wall, errno
}

// receiveStamped also records how long what came has waited for us.
func (l *loop) receiveStamped(w *watcher, b []byte) (n int, wall int64, errno syscall.Errno) {
	n, at, errno := poll.ReceiveStamped(w.fd, b)
	_, wall = l.clock()
	if n > 0 && w.stage == watching && w.does != slow {
		l.sums.sampled++
		if !at.IsZero() {
			l.sums.stamped++
			l.sums.tally.Generator.Lateness.Record(time.Since(at))
		}
	}
	return n, wall, errno
}

// take heeds bytes that came, cut in any way.
func (l *loop) take(w *watcher, b []byte, wall int64) {
	if w.does != stalls {
		l.sums.tally.Bytes += int64(len(b))
	}
	w.flags |= heard
	life, ok := w.life, true
	if w.flags&chunked != 0 {
		if b, ok = l.unchunk(w, b); !ok {
			return
		}
	}
	if w.piece != noPiece {
		b = l.pieces.join(w, b)
	}
	if w.stage == asking {
		b = l.answered(w, b, false)
	}
	if w.life == life && w.stage == greeting {
		b = l.greeted(w, b)
	}
	if w.life == life && w.stage == entering && l.plan.Service != nil {
		b = l.awaitReady(w, b)
	}
	if w.life == life && (w.stage.here() || w.stage == entering && l.plan.Service == nil) {
		b = l.frames(w, b, wall)
	}
	if w.life == life {
		l.pieces.keep(w, b)
	}
	if w.life == life && w.flags&chunked != 0 && l.chunks[w.index].over {
		l.gone(w, 0) // the body has ended, whatever becomes of the connection
	}
}

// awaitReady looks for the bytes after which a watcher of another service is ready.
func (l *loop) awaitReady(w *watcher, b []byte) (rest []byte) {
	ready := l.plan.Service.Ready
	i := bytes.Index(b, []byte(ready))
	if i < 0 {
		if len(b) > most {
			l.notThere(w, lab.NoStatus, "%q did not come in %d bytes", ready, len(b))
		}
		return b
	}
	l.ready(w)
	return b[i+len(ready):]
}

// frames heeds all whole frames of b, and returns what is left.
func (l *loop) frames(w *watcher, b []byte, wall int64) (rest []byte) {
	lane := l.calls.targets[w.target].lanes[w.via]
	for life := w.life; len(b) > 0; {
		if m := lane.known(b, w.last, w.stage == entering || w.flags&altered != 0); m != nil && w.flags&inside == 0 {
			raw := b[:len(m.raw)]
			b = b[len(m.raw):]
			l.heed(w, &m.frame, raw, wall)
		} else {
			n, f, err := l.next(w, b)
			if err != nil {
				l.malformed(w, b, err)
				return nil
			}
			if n == 0 {
				return b
			}
			l.remember(w, lane, b[:n], f)
			l.heed(w, &f, b[:n], wall)
			b = b[n:]
		}
		if w.life != life || w.stage == stalled {
			return nil
		}
	}
	return nil
}

// next cuts a frame off b and parses it; 0: it is not whole yet.
func (l *loop) next(w *watcher, b []byte) (n int, f frame, err error) {
	switch w.via {
	case viaTCP:
		if n, err = l.parser.cutTCP(b); n > 0 {
			f, err = l.parser.parseTCP(b[:n])
		}
	case viaSSE:
		if n, err = cutSSE(b); n > 0 {
			f, err = l.parser.parseSSE(b[:n])
		}
	default:
		if n, err = cutWS(b); n > 0 {
			f, err = l.parser.parseWS(b[:n], w.flags&inside != 0)
		}
		if f.kind == aFragment && err == nil {
			f, err = l.fragment(w, b[:n])
		}
	}
	return n, f, err
}

// remember a frame for the others of its lane.
func (l *loop) remember(w *watcher, lane *lane, raw []byte, f frame) {
	if w.via == viaWS && raw[0]&(bitFin|0xF) != bitFin|opText && !l.parser.foreign {
		return // a part of a message does not say all
	}
	if lane.keep(raw, f) && !l.parser.foreign {
		l.fail(w, lab.Stray, raw, "event %d is not what others were told", f.id)
	}
	if f.mark.Number > 0 {
		l.sums.note(f)
	}
}

// malformed is a frame that is none: an app that is out of step comes back, if it was
// there before.
func (l *loop) malformed(w *watcher, b []byte, err error) {
	if !w.has(been) {
		l.notThereBut(w, b, lab.Malformed, "%v", err)
		return
	}
	l.fail(w, lab.Malformed, b, "%v", err)
	l.comeBack(w)
}
