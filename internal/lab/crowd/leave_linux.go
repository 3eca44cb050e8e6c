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
	l.sums.settle(l.now - int64(l.plan.Patience))
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
	return w.has(been) && !w.has(failedByUs) && w.does != stalls && w.stage != left && (w.stage != away || w.has(resume))
}

// allHave says whether each reader who is here or comes back has the event of a mark.
func (l *loop) allHave(mark int) bool {
	known := l.sums.id(mark) > 0
	for i := range l.watchers {
		w := &l.watchers[i]
		if !w.reads() || w.stage == failed || w.stage == over {
			continue
		}
		if l.sums.lacks(w, w.since, mark) > 0 {
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
		if n := l.sums.lacks(w, l.owedSince(w), mark); n > 0 {
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

// owedSince is since when what is due is owed to a watcher. A service of lines that says
// nothing to who has come has as long as patience lasts to let him in.
func (l *loop) owedSince(w *watcher) int64 {
	if s := l.plan.Service; s != nil && s.Ready == "" && w.via == viaTCP {
		return w.since + l.plan.Patience.Microseconds()
	}
	return w.since
}

// lacks is how many of the events up to a mark are behind a watcher's last; of one who
// was told no number yet, since another service has no status, those due since a time.
// Of events that nobody has seen, as many may have been in his status as there are ids.
func (s *sums) lacks(w *watcher, since int64, mark int) int {
	if !w.has(numbered) {
		return s.dueSince(since, mark)
	}
	has, next := 0, 0 // marks whose ids are known: the last that he has, and the one behind it
	for n := min(mark, len(s.ids)); n > 0 && has == 0; n-- {
		switch id := s.ids[n-1]; {
		case id > w.last:
			next = n
		case id > 0:
			has = n
		}
	}
	switch {
	case next > 0:
		return mark - next + 1 + min(next-has-1, int(s.ids[next-1]-1-w.last))
	case has > 0:
		return max(0, mark-has-int(w.last-s.ids[has-1]))
	case w.last >= uint32(mark):
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
