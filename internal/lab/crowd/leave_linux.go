package crowd

import (
	"time"

	"matchstream/internal/lab"
)

// leave is how all are to leave.
type leave struct {
	last   int
	quiet  time.Duration
	since  int64 // ns: quiet counts from here, or from what came later
	looked int64 // when it was last looked at
}

// lookEvery is how often it is looked whether all may leave.
const lookEvery = int64(20 * time.Millisecond)

// hurry says whether all are only waiting for the last events: nobody does anything else.
func (l *loop) hurry() bool { return l.leave != nil && l.leave.last > 0 }

// finish has all leave when they have the event with mark last.
func (l *loop) finish(last int, quiet time.Duration) {
	if l.leave != nil {
		return
	}
	l.leave = &leave{last: last, quiet: quiet, since: l.now}
	for i := range l.watchers {
		w := &l.watchers[i]
		switch {
		case last == 0: // till the end, deeds and all
		case w.stage == away && w.has(resume): // out of the tunnel
			l.lookAt(w, 1)
		case w.stage == watching && w.does == slow:
			l.hear(w, true)
		case w.stage == watching:
			l.lookAt(w, 0)
		}
	}
}

// mayLeave looks now and then whether all may leave.
func (l *loop) mayLeave() {
	v := l.leave
	if v == nil || l.over || l.now-v.looked < lookEvery {
		return
	}
	v.looked = l.now
	if v.last == 0 {
		if l.count[watching]+l.count[ending]+l.count[lost]+l.count[queued]+l.count[away]+l.coming() == 0 && !l.more() {
			l.disperse(nil)
		}
		return
	}
	quiet := l.now-max(v.since, l.came) >= int64(v.quiet)
	if quiet || l.allHave(v.last) {
		l.missing(v.last, quiet)
		l.disperse(nil)
	}
}

// reads says whether somebody is one from whom it is expected to have all events.
func (w *watcher) reads() bool {
	return w.has(been) && w.does != stalls && w.stage != left && (w.stage != away || w.has(resume))
}

// allHave says whether each reader who is here or comes back has the event of a mark.
func (l *loop) allHave(mark int) bool {
	known := l.sums.id(mark) > 0
	for i := range l.watchers {
		w := &l.watchers[i]
		if !w.reads() || w.stage == failed || w.stage == over {
			continue
		}
		if l.sums.lacks(w, mark) > 0 {
			return false
		}
		known = true
	}
	return known
}

// missing counts what readers do not have of the events up to a mark. quiet: nothing
// comes any more, so half a frame is one that will not be whole.
func (l *loop) missing(mark int, quiet bool) {
	for i := range l.watchers {
		w := &l.watchers[i]
		if !w.reads() {
			continue
		}
		if part := l.pieces.of(w); quiet && l.plan.Service == nil && w.stage.here() && len(part) > 0 {
			l.fail(w, lab.Malformed, part, "half a frame, and then nothing")
		}
		if n := l.sums.lacks(w, mark); n > 0 {
			l.failed(w, lab.Missing, int64(n), nil, "the last events never came, behind event %d", w.last)
		}
	}
}

// id is that of the event with a mark; 0: nobody has seen it.
func (s *sums) id(mark int) uint32 {
	if mark > len(s.ids) {
		return 0
	}
	return s.ids[mark-1]
}

// lacks is how many of the events up to a mark are behind a watcher's last; of one who
// was told no number yet, since another service has no status, those due since he is here.
func (s *sums) lacks(w *watcher, mark int) int {
	if !w.has(numbered) {
		return s.dueSince(w.since, mark)
	}
	behind := false // somebody has seen one that he has not
	for n := min(mark, len(s.ids)); n > 0; n-- {
		switch id := s.ids[n-1]; {
		case id > 0 && id <= w.last && behind:
			return mark - n
		case id > 0 && id <= w.last: // of those behind it nobody knows the ids: his status may have had them
			return max(0, mark-n-int(w.last-id))
		case id > 0:
			behind = true
		}
	}
	if !behind && w.last >= uint32(mark) {
		return 0 // the status may have had it: nobody here knows its id
	}
	return mark
}

// disperse has all leave now. A reset leaves nothing behind: no port that waits.
func (l *loop) disperse(err error) {
	if l.over {
		return
	}
	l.over, l.err = true, err
	l.final = l.tally()
	for i := range l.watchers {
		w := &l.watchers[i]
		if w.stage.here() {
			l.farewell(w)
		}
		l.abort(w)
	}
	if l.unsettled > 0 {
		l.unsettled = 0
		close(l.settled)
	}
}
