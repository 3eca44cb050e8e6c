package pump

import "time"

// wheel remembers at which tick a connection is to be looked at. It is coarse,
// and it forgets nothing: an entry that was replaced by an earlier one is told
// apart when its time comes. An entry is 16 bytes; a watcher that needs no
// timer has none.
type wheel struct {
	spokes [spokes][]appointment
	hand   uint32 // the last tick that was gone through
	n      int
	empty  [][]appointment // to be used again
}

const (
	// spokes of the wheel: what lies further ahead goes round more than once.
	spokes = 512
	// kept: larger lists than of so many appointments are left to the garbage
	// collector.
	kept = 256
)

type appointment struct {
	key uint64
	at  uint32
}

// add an appointment, which must lie ahead of the hand.
func (w *wheel) add(key uint64, at uint32) {
	at = max(at, w.hand+1)
	s := &w.spokes[at%spokes]
	if n := len(w.empty); *s == nil && n > 0 {
		*s, w.empty = w.empty[n-1], w.empty[:n-1]
	}
	*s = append(*s, appointment{key, at})
	w.n++
}

// turn the wheel to now; whoever is due is met.
func (w *wheel) turn(now uint32, meet func(appointment)) {
	if now-w.hand > spokes {
		w.hand = now - spokes // once round meets all
	}
	for w.hand < now {
		w.hand++
		s := &w.spokes[w.hand%spokes]
		if len(*s) == 0 {
			continue
		}
		due := *s
		*s = nil
		w.n -= len(due)
		for _, a := range due {
			if a.at > now { // a round later
				w.add(a.key, a.at)
			} else {
				meet(a)
			}
		}
		if cap(due) <= kept && len(w.empty) < spokes {
			w.empty = append(w.empty, due[:0])
		}
	}
}

// next is how many ticks lie before the next appointment; negative: there is
// none.
func (w *wheel) next() int {
	if w.n == 0 {
		return -1
	}
	for i := uint32(1); i <= spokes; i++ {
		if len(w.spokes[(w.hand+i)%spokes]) > 0 {
			return int(i)
		}
	}
	return -1
}

// grain is the length of a tick for timeouts of these lengths: an eighth of
// the shortest, within what is worth waking for.
func grain(timeouts ...time.Duration) time.Duration {
	tick := 100 * time.Millisecond
	for _, t := range timeouts {
		if t > 0 {
			tick = min(tick, t/8)
		}
	}
	return max(tick, time.Millisecond)
}
