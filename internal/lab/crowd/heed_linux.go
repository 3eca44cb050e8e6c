package crowd

import (
	"fmt"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/poll"
)

// heed a whole frame.
func (l *loop) heed(w *watcher, f *frame, raw []byte, wall int64) {
	l.sums.tally.Frames++
	w.flags &^= hinted
	switch f.kind {
	case anEvent:
		l.heedEvent(w, f, raw, wall)
	case aStatus:
		l.heedStatus(w, f, raw)
	case aRetry:
		if w.has(opened) {
			w.flags |= hinted
			w.retry = f.id
		}
		w.flags |= opened
	case anError:
		l.notThereBut(w, raw, lab.Answered, "the service says no")
	case aGoodbye:
		l.fail(w, lab.NoStop, raw, "the match was deleted")
		l.depart(w, failed)
	case aPing:
		l.reply(w, opPong, raw)
	case aClose:
		w.code = f.code
		w.flags |= closed
		l.reply(w, opClose, raw)
		if w.life != 0 && w.fd >= 0 {
			l.lookAt(w, l.plan.Patience) // the service is to close now
		}
	}
}

// reply sends a control frame with the payload of the one that came.
func (l *loop) reply(w *watcher, opcode byte, raw []byte) {
	h, _, err := readWSHead(raw)
	if err != nil {
		return
	}
	l.scratch = appendMasked(l.scratch[:0], opcode, raw[h.begin:], l.random.Uint32())
	poll.Send(w.fd, l.scratch) // where it does not go, the end of the connection says so
}

// heedEvent checks an event's place: the one behind the last.
func (l *loop) heedEvent(w *watcher, f *frame, raw []byte, wall int64) {
	l.came = l.now
	if f.id == 0 {
		return // another service's, without a mark
	}
	if f.id != w.last+1 || w.flags&(altered|resumes) != 0 || w.stage != watching || f.epoch != w.epoch || f.stop || f.alter || w.flags&numbered == 0 {
		if !l.unusual(w, f, raw) {
			return
		}
	} else {
		w.last = f.id
		w.window = w.window<<1 | 1
	}
	l.deliver(w, f, wall)
}

// deliver counts an event that is one.
func (l *loop) deliver(w *watcher, f *frame, wall int64) {
	s := &l.sums
	s.tally.Events++
	s.reached(w.epoch, f.id, l.now)
	if f.mark.Number == 0 {
		return
	}
	a := s.arrivals(f.mark.Number)
	a.Count++
	late := time.Duration(wall-f.mark.Due) * time.Microsecond
	if f.mark.Due < w.since || w.does == slow { // late through himself
		if !s.seen[f.mark.Number-1] { // better than nothing, until somebody reads in time
			a.First, a.Last, a.Late = late, late, true
		}
		return
	}
	s.tally.Latency.Record(late)
	if s.timed(f.mark.Number) {
		a.First, a.Last = min(a.First, late), max(a.Last, late)
	} else {
		a.First, a.Last, a.Late = late, late, false
	}
}

// unusual checks an event that is not just the next; false: it is none.
func (l *loop) unusual(w *watcher, f *frame, raw []byte) bool {
	if w.stage == entering {
		l.fail(w, lab.NoStatus, raw, "event %d came before a status", f.id)
		w.last, w.epoch, w.window = f.id-1, f.epoch, ^uint64(0)
		w.flags |= numbered
		l.ready(w)
		if w.stage == stalled {
			return false
		}
	}
	if f.epoch != w.epoch {
		l.fail(w, lab.Stray, raw, "event %d has another epoch than those before", f.id)
		return false
	}
	l.resumed(w, true)
	w.flags &^= altered
	if f.alter {
		w.flags |= altered
	}
	if !w.has(numbered) {
		l.first(w, f, raw)
	} else if !l.inOrder(w, f, raw) {
		return false
	}
	if f.stop {
		l.to(w, ending)
	}
	if w.stage == ending { // more may come, in a history that is caught up with
		l.lookAt(w, l.plan.Patience)
	}
	return true
}

// inOrder moves a watcher on; false: he has it already.
func (l *loop) inOrder(w *watcher, f *frame, raw []byte) bool {
	switch {
	case f.id > w.last:
		n := f.id - w.last
		if n > 1 {
			l.failed(w, lab.Missing, int64(n-1), raw, "event %d came behind %d", f.id, w.last)
		}
		w.window = w.window<<n | 1 // a shift by 64 or more leaves nothing
		w.last = f.id
		return true
	case w.last-f.id < 64 && w.window>>(w.last-f.id)&1 == 0:
		w.window |= 1 << (w.last - f.id)
		l.fail(w, lab.Reordered, raw, "event %d came behind %d", f.id, w.last)
		l.sums.tally.Errors[lab.Missing]--
		return true
	}
	l.fail(w, lab.Doubled, raw, "event %d came again behind %d", f.id, w.last)
	return false
}

// first is the first event of one who was given no status: another service's. Those
// before it that were due since he is here are missing.
func (l *loop) first(w *watcher, f *frame, raw []byte) {
	w.flags |= numbered
	w.window = 1
	w.last = f.id
	if n := l.sums.dueSince(l.owedSince(w), int(f.id)-1); n > 0 {
		l.failed(w, lab.Missing, int64(n), raw, "event %d came first", f.id)
		return
	}
	w.window = ^uint64(0)
}

// heedStatus heeds the picture of the match: the first, or one between events.
func (l *loop) heedStatus(w *watcher, f *frame, raw []byte) {
	l.came = l.now
	switch {
	case w.stage == entering:
		w.last, w.epoch, w.window = f.id, f.epoch, ^uint64(0)
		w.flags |= numbered
		l.ready(w)
	case f.epoch != w.epoch:
		l.resumed(w, false)
		l.fail(w, lab.Stray, raw, "a status with another epoch than what came before")
		w.last, w.epoch, w.window = f.id, f.epoch, ^uint64(0)
	case f.id < w.last:
		l.fail(w, lab.Stray, raw, "a status of event %d behind event %d", f.id, w.last)
		return
	default:
		l.between(w, f, raw)
	}
	w.flags &^= altered
	switch {
	case w.stage == watching && f.stop:
		l.to(w, ending)
		l.lookAt(w, l.plan.Patience)
	case w.stage == ending && !f.stop: // the stop was cancelled
		l.to(w, watching)
		l.nextDeed(w)
	}
}

// between is a status between events: it corrects what an event has changed, or moves a
// watcher forward who was behind.
func (l *loop) between(w *watcher, f *frame, raw []byte) {
	l.sums.tally.Moved++
	skipped := f.id - w.last
	late := w.has(resumes) && (f.anew || skipped > 0)
	l.resumed(w, !late)
	switch {
	case skipped == 0:
	case late:
		l.failed(w, lab.Missing, int64(skipped), raw, "asked for what follows event %d, and was given a status of event %d", w.last, f.id)
	case w.does != slow && !l.behind():
		l.failed(w, lab.Missing, int64(skipped), raw, "was moved forward from event %d to %d, though he reads all at once", w.last, f.id)
	}
	if skipped > 0 {
		w.last, w.window = f.id, ^uint64(0)
	}
}

// ready is a watcher who has what he came for.
func (l *loop) ready(w *watcher) {
	if w.does == stalls { // he counts nowhere
		l.sums.tally.Frames = max(0, l.sums.tally.Frames-1)
		l.to(w, stalled)
		l.lookAt(w, 0)
		return
	}
	at, wall := l.clock()
	if !w.has(resume) {
		l.sums.tally.Enter.Record(time.Duration(at - w.began))
	}
	if !w.has(byService) {
		w.since = wall
	}
	w.flags &^= byService | failedByUs
	if !w.has(been) {
		w.flags |= been
		l.sums.tally.Been++
	}
	l.to(w, watching)
	l.nextDeed(w)
}

// resumed says that the first thing has come to one who came back.
func (l *loop) resumed(w *watcher, well bool) {
	if w.has(resumes) && well {
		l.sums.tally.Resumes++
	}
	if w.has(resumes|sentAway) && !well && w.has(sentAway) {
		l.fail(w, lab.CutOff, nil, "was sent away, and did not come back to where he was")
	}
	w.flags &^= resumes | sentAway
	w.tries = 0
}

// who a watcher is, in findings.
func (l *loop) who(w *watcher) string { return fmt.Sprintf("%s/lab-%d", wayNames[w.via], l.number(w)) }
