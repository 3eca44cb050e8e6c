package crowd

import (
	"matchstream/internal/lab"
)

// height is the highest event of an epoch, from a time on.
type height struct {
	at    int64 // ns since the crowd's beginning
	id    uint32
	epoch uint16
}

// reached notes that somebody has an event.
func (s *sums) reached(epoch uint16, id uint32, now int64) {
	for int(epoch) >= len(s.top) {
		s.top, s.settled = append(s.top, 0), append(s.settled, 0)
	}
	if id > s.top[epoch] {
		s.top[epoch] = id
		s.heights = append(s.heights, height{now, id, epoch})
	}
}

// settle moves what was reached before a time to what is settled.
func (s *sums) settle(before int64) {
	n := 0
	for n < len(s.heights) && s.heights[n].at <= before {
		s.settled[s.heights[n].epoch] = s.heights[n].id
		n++
	}
	s.heights = append(s.heights[:0], s.heights[n:]...)
}

// stalledNow counts, when nobody waits for a last event, what those lack who are here and
// have waited longer than patience for what others have.
func (l *loop) stalledNow() {
	if l.behind() {
		return
	}
	s := &l.sums
	patient := l.now - int64(l.plan.Patience)
	s.settle(patient)
	for i := range l.watchers {
		w := &l.watchers[i]
		if w.stage != watching || w.does == slow || !w.has(numbered) || w.dialed > patient || int(w.epoch) >= len(s.top) {
			continue
		}
		if w.last < s.settled[w.epoch] {
			l.failed(w, lab.Missing, int64(s.top[w.epoch]-w.last), nil, "nothing came behind event %d for %v, though others were told more", w.last, l.plan.Patience)
		}
	}
}
