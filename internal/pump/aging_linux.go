package pump

// hand goes over a loop's table of descriptors, once round in MaxAge, and ends
// the watches it meets: see leaving.go.
type hand struct {
	at    uint32 // the descriptor it meets next
	moved uint32 // tick
	rest  uint64 // of the way to the next one, in parts of MaxAge
}

// handMoves is how often the hand moves on in one round, or once a tick if that
// is less often.
const handMoves = 4096

// untilAging is in how many ticks the hand is to move on; negative: never.
func (l *loop) untilAging() int {
	if l.pump.maxAge == 0 || len(l.watched) == 0 {
		return -1
	}
	return max(1, int(l.agingEvery())-int(l.now-l.hand.moved))
}

func (l *loop) agingEvery() uint32 { return l.pump.maxAge/handMoves + 1 }

// age moves the hand on. Where nobody watched it has not moved, and goes on from
// there.
func (l *loop) age() {
	if l.pump.maxAge == 0 {
		return
	}
	h, every := &l.hand, l.agingEvery()
	since := l.now - h.moved
	if since < every {
		return
	}
	h.moved = l.now
	if len(l.watched) == 0 {
		return
	}
	// The loop may have slept for hours, with nobody to be met: that way is not
	// made up for.
	since = min(since, 2*every)
	table := uint64(len(l.places)) << pieceBits
	h.rest += uint64(since) * table
	for steps := h.rest / uint64(l.pump.maxAge); steps > 0; steps-- {
		h.at = (h.at + 1) % uint32(table)
		l.meetOld(int32(h.at))
	}
	h.rest %= uint64(l.pump.maxAge)
}

// meetOld ends the watch of a descriptor, if it is one that stays.
func (l *loop) meetOld(fd int32) {
	if l.places[fd>>pieceBits] == nil {
		return
	}
	at := l.places.at(fd)
	if at.group <= 0 { // nobody's, a listener, in the hall
		return
	}
	if c := l.groups[at.group].at(int(at.at)); c.stays() {
		l.contain(l.key(c), func(c *conn) { l.dismiss(c, Shed) })
	}
}
