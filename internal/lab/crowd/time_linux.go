package crowd

import (
	"time"

	"matchstream/internal/lab"
)

// lookAt has a watcher looked at after a time; 0: never.
func (l *loop) lookAt(w *watcher, after time.Duration) {
	if after <= 0 {
		w.due = 0
		return
	}
	w.due = int64(time.Since(l.begun)) + int64(after)
	if w.noted == 0 || w.noted > w.due {
		w.noted = w.due
		l.timers.add(w.due, w.index)
	}
}

// beat looks whether the loop woke in time, before it judges anybody by what comes.
func (l *loop) beat() {
	if l.now < l.beats {
		return
	}
	if l.beats > 0 {
		l.sums.tally.Generator.Timers.Record(time.Duration(l.now - l.beats))
	}
	if l.now-l.beats > int64(tooLate) {
		l.late = l.now
	}
	l.beats = l.now + int64(beat)
}

// meet whoever is due.
func (l *loop) meet() {
	for {
		a, ok := l.timers.next()
		if !ok || a.at > l.now {
			return
		}
		l.timers.drop()
		w := &l.watchers[a.who]
		if w.noted == a.at {
			w.noted = 0
		}
		switch {
		case w.due == 0:
		case w.due <= l.now:
			l.sums.tally.Generator.Timers.Record(time.Duration(l.now - w.due))
			w.due = 0
			l.due(w)
		case w.noted == 0 || w.noted > w.due:
			w.noted = w.due
			l.timers.add(w.due, w.index)
		}
	}
}

// due is what a watcher does when his time has come.
func (l *loop) due(w *watcher) {
	if w.stage >= dialing && w.stage <= entering && l.behind() && !w.has(patient) {
		w.flags |= patient // what he waits for may have come, and has not been read
		l.lookAt(w, l.plan.Patience)
		return
	}
	switch w.stage {
	case away, lost:
		l.come(w)
	case dialing:
		l.notThere(w, lab.TimedOut, "no connection within %v", l.plan.Patience)
	case asking, greeting:
		l.notThere(w, lab.TimedOut, "no answer within %v", l.plan.Patience)
	case entering:
		l.notThere(w, lab.TimedOut, "no status within %v", l.plan.Patience)
	case watching, ending:
		if w.stage == ending || w.has(closed) {
			l.fail(w, lab.NotEnded, nil, "the connection is open %v behind the end", l.plan.Patience)
			if w.stage == ending {
				l.endedWell(w)
			} else {
				l.cut(w, "not closed")
			}
			return
		}
		l.deed(w)
	}
}

// arrivesAt is when a watcher comes for the first time.
func (l *loop) arrivesAt(i int32) int64 {
	return int64(arrival(l.plan.Arrive, l.plan.Over, int(i), len(l.watchers)))
}

// mayCome says whether one more may come now.
func (l *loop) mayCome() bool { return l.coming() < l.plan.AtOnce }

// more says whether somebody has not come yet who is to.
func (l *loop) more() bool { return !l.hurry() && int(l.newest) < len(l.watchers) }

func (l *loop) coming() (n int) {
	for s := dialing; s <= entering; s++ {
		n += l.count[s]
	}
	return n
}

// arrive has come who is due, as far as there are places: first those who were here.
func (l *loop) arrive() {
	for range dialsAtOnce {
		switch {
		case !l.mayCome():
			return
		case len(l.queue) > 0:
			w := &l.watchers[l.queue[0]]
			l.queue = l.queue[1:]
			if w.stage == queued {
				l.begin(w)
			}
		case l.more() && l.arrivesAt(l.newest) <= l.now:
			w := &l.watchers[l.newest]
			l.newest++
			if w.does != stalls {
				l.sums.tally.Asked++
			}
			l.begin(w)
			if l.plan.Over > 0 { // that there was no place for him is no reason to count later
				w.began = l.arrivesAt(w.index)
			}
		default:
			return
		}
	}
}

// come has a watcher come, when there is a place.
func (l *loop) come(w *watcher) {
	l.to(w, queued)
	l.queue = append(l.queue, w.index)
}
