package crowd

import (
	"time"

	"matchstream/internal/poll"
)

const (
	// slowBuffer is what the kernel takes for one who reads slowly.
	slowBuffer = 4 << 10
	// slowSip is what he reads at once.
	slowSip = 256
	// sips is how often he does in the mean time between deeds.
	sips = 10
	// underground is which part of the mean time between deeds a tunnel lasts.
	underground = 4
)

// nextDeed says when a watcher does what he does.
func (l *loop) nextDeed(w *watcher) {
	if l.hurry() && w.does != slow {
		l.lookAt(w, 0)
		return
	}
	switch w.does {
	case plain:
		l.lookAt(w, 0)
	case slow:
		l.lookAt(w, l.plan.Every/sips)
	default:
		l.lookAt(w, max(1, l.some(w)))
	}
}

// some is a time as long as the mean one between deeds, more or less.
func (l *loop) some(w *watcher) time.Duration {
	w.deeds++
	return about(l.plan.Every, dice(l.plan.Seed, l.number(w), w.deeds))
}

// deed is done.
func (l *loop) deed(w *watcher) {
	switch w.does {
	case tunnels: // no farewell: the connection is lost
		l.abort(w)
		if w.flags |= resume; l.plan.Service != nil { // which has no positions to resume from
			w.anew()
		}
		l.to(w, away)
		l.lookAt(w, max(1, l.some(w)/underground))
	case leaves:
		l.farewell(w)
		l.depart(w, left)
	case returns:
		l.farewell(w)
		l.hangUp(w)
		w.anew()
		_, w.since = l.clock() // nothing is owed to one who is not here
		l.to(w, away)
		l.lookAt(w, max(1, l.some(w)))
	case slow:
		l.sip(w)
	}
}

// anew makes a watcher one who was never here.
func (w *watcher) anew() {
	w.flags &^= resume | resumes | told | numbered | altered
	w.epoch = 0
}

// farewell is what an app says before it closes.
func (l *loop) farewell(w *watcher) {
	if w.via == viaWS {
		l.scratch = appendMasked(l.scratch[:0], opClose, []byte{1001 >> 8, 1001 & 0xFF}, l.random.Uint32())
		poll.Send(w.fd, l.scratch) // where it does not go, the close of the connection says it
	}
}

// abort closes a connection with a reset and no farewell: the other side learns that it is
// gone, which of a break in the network it would not.
func (l *loop) abort(w *watcher) {
	if w.fd >= 0 {
		fd := w.fd
		w.fd = -1
		w.life++
		poll.Abort(fd)
	}
	l.hangUp(w)
}

// sip is a little of what is there.
func (l *loop) sip(w *watcher) {
	life := w.life
	n, wall, errno := l.receive(w, l.buffer[:slowSip])
	if w.flags &^= choked; n == slowSip {
		w.flags |= choked
	}
	switch {
	case n > 0:
		l.take(w, l.buffer[:n], wall)
	case errno == 0 || !again(errno):
		l.gone(w, errno)
	}
	switch {
	case w.life != life:
	case w.stage == watching && !w.has(closed):
		l.nextDeed(w)
	case w.stage.here(): // what was told of while he did not listen is not told again
		l.hear(w, true)
	}
}
