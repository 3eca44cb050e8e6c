package pump

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"matchstream/internal/poll"
)

// Room for those who come when there is no descriptor for them: somebody is
// closed whom nobody serves. That may be one of those passed on (Door.Yield),
// or one in the hall: who has not said what he wants, or has been told all. It
// is done only when somebody waits at a listener, and one at a time; so who comes
// with a request is served before it is his turn to go.
//
// Who is one of few from his address has a moment first, since between coming
// and asking there is always one. Many from one address do not have it: else
// whoever comes faster than that would keep the others waiting.
//
// Loops do not see into each other's halls. One that has nobody to close asks
// the others, one after the other.

// sampleSize is how many in the hall are looked at to find one who is in the
// way. If more are there, who has most of them has most of these, too.
const sampleSize = 256

// moment is how many ticks it takes at most, and one less at least.
const moment = 2

// sample of the hall.
type sample struct {
	all    []sampled
	crowds map[netip.Addr]int
	fresh  bool // some were left out: they have hardly come
}

type sampled struct {
	key   uint64
	from  netip.Addr
	came  uint64 // number in the hall
	since uint32 // tick
}

// givesWay says whether nobody serves a connection: it is somebody's who has
// not said what he wants, or who has been told all, or will be once he asks.
func (c *conn) givesWay() bool { return c.state == greeting || c.state == parting && c.busy == 0 }

// makeRoomAt makes room for somebody who waits at a listener, if there is one.
func (l *loop) makeRoomAt(li *listener) bool { return poll.Queued(li.fd) > 0 && l.makeRoom() }

// makeRoom closes one who is most in the way; false: there is nobody, or there
// may be somebody soon.
func (l *loop) makeRoom() bool {
	for range turns {
		key, most := l.inTheWay()
		for _, way := range *l.pump.doors.Load() {
			yields := false
			l.pump.contain(func() { yields = way.Yield(most) })
			if yields {
				return true
			}
		}
		if most.Crowd == 0 {
			return false
		}
		if l.giveUp(key) {
			return true
		}
	}
	return false
}

// inTheWay finds the one in the hall who is to be closed first.
func (l *loop) inTheWay() (key uint64, most Quiet) {
	s := &l.sample
	s.take(l)
	var first sampled
	for _, one := range s.all {
		n := s.crowds[one.from]
		if n <= Few && l.now-one.since <= moment {
			continue
		}
		if n > most.Crowd || n == most.Crowd && one.came < first.came {
			first, most.Crowd = one, n
		}
	}
	if hall := l.groups[0].n; most.Crowd > Few && hall > sampleSize {
		// It is compared with crowds that are known whole. Of few in a sample
		// there may be no more.
		most.Crowd = most.Crowd * hall / sampleSize
	}
	if most.Crowd > 0 {
		most.Since = l.pump.began.Add(time.Duration(first.since-1) * l.pump.tick)
	}
	return first.key, most
}

// take those that may be closed. One of whom the poller has not been asked yet
// may have said everything already.
func (s *sample) take(l *loop) {
	s.all, s.fresh = s.all[:0], false
	if s.crowds == nil {
		s.crowds = make(map[netip.Addr]int)
	}
	clear(s.crowds)
	hall := l.groups[0]
	start := 0
	if hall.n > sampleSize {
		start = rand.IntN(hall.n)
	}
	for i := range min(hall.n, sampleSize) {
		c := hall.at((start + i) % hall.n)
		switch {
		case !c.givesWay():
		case c.offset > l.asked:
			s.fresh = true
		default:
			from := Network(l.from(c).Addr())
			s.crowds[from]++
			s.all = append(s.all, sampled{l.key(c), from, c.offset, c.progress})
		}
	}
}

// giveUp one, unless it turns out that he has just said what he wants, or has
// left by himself. It says whether there is room.
func (l *loop) giveUp(key uint64) bool {
	before := l.closed
	l.contain(key, func(c *conn) {
		l.hear(c, true)
		if c = l.find(key); c != nil && c.givesWay() {
			l.pump.yielded.Add(1)
			l.lost(c, Left)
		}
	})
	return l.closed != before
}

// wait has a listener wait for descriptors, if somebody waits there: else the
// poller will tell when he comes. final: nobody was found who makes room.
func (l *loop) wait(li *listener, final bool) {
	queue := poll.Queued(li.fd)
	if queue == 0 {
		li.queue, li.found = 0, 0
		return
	}
	if final && l.sample.fresh {
		li.more = true // asked again as soon as it is known what they have said
		return
	}
	l.stall(li) // before others are asked, who then wake this loop
	switch {
	case !final || li.asked == l.now:
		return
	case li.found == 0:
		li.found = l.now
	case l.now-li.found > 2*moment: // all have had their moment, and stayed
		l.pump.starved.Add(uint64(max(0, queue-li.queue)))
		li.queue = queue
	}
	li.asked = l.now
	if !l.asking.Swap(true) {
		l.askOthers(l, len(l.pump.loops)-1)
	}
}

// askOthers asks so many of the loops behind this one to make room for a listener
// of the asking one: each the next, if it has nobody. All at once would close one
// each.
func (l *loop) askOthers(asking *loop, left int) {
	for other := l; left > 0; left-- {
		other = l.pump.loops[other.id%len(l.pump.loops)] // ids begin with 1
		if other.hall.Load() > 0 && other.post(func() {
			if l.pump.stalled.Load() > 0 && !other.makeRoom() {
				other.askOthers(asking, left-1)
				return
			}
			asking.asking.Store(false)
		}) {
			return
		}
	}
	asking.asking.Store(false)
}
