package crowd

import (
	"syscall"
	"time"

	"matchstream/internal/lab"
	"matchstream/internal/lab/blame"
	"matchstream/internal/poll"
)

// gone is the end of a connection that the service has closed (0), or that has failed.
func (l *loop) gone(w *watcher, errno syscall.Errno) {
	how := "closed"
	if errno != 0 {
		how = errno.Error()
		if code := blame.Code(errno, blame.Heard); blame.IsOwn(code) {
			l.own(w, code, how)
			l.depart(w, failed)
			return
		}
	}
	switch w.stage {
	case dialing:
		l.noConnection(w, errno)
	case asking:
		if l.keptInVain(w, errno) {
			l.askAnew(w)
			return
		}
		if w.has(heard) {
			l.answered(w, l.pieces.of(w), true)
			return
		}
		l.notThere(w, lab.Refused, "%s without an answer", how)
	case greeting, entering:
		if w.has(heard) {
			l.notThereBut(w, l.pieces.of(w), lab.CutOff, "%s before a status had come", how)
			return
		}
		l.notThere(w, lab.Refused, "%s without an answer", how)
	case stalled:
		l.depart(w, left)
	case watching, ending:
		l.cut(w, how)
	}
}

// cut is the end of a connection on which events came.
func (l *loop) cut(w *watcher, how string) {
	foreign := l.plan.Service != nil
	if part := l.pieces.of(w); (len(part) > 0 || w.has(inside)) && !(foreign && w.via == viaTCP) {
		l.fail(w, lab.Malformed, part, "%s in the middle of a frame", how)
	}
	switch {
	case w.stage == ending && w.via == viaWS && !foreign && w.code != 1000:
		l.fail(w, lab.CutOff, nil, "%s behind the stop without a close of 1000 (%d)", how, w.code)
		l.endedWell(w)
	case w.stage == ending:
		l.endedWell(w)
	case w.code == 4404:
		l.fail(w, lab.NoStop, nil, "4404: the match was deleted")
		l.depart(w, failed)
	case w.code == 1000 && !foreign:
		if w.has(resumes) { // all was had before
			l.endedWell(w)
			return
		}
		l.fail(w, lab.NoStop, nil, "1000: the end, behind event %d", w.last)
		l.depart(w, failed)
	case w.code == 1012, w.via == viaSSE && w.has(hinted):
		if w.has(sentAway) && since(now(l), w.dialed) < soon { // again, before anything came
			l.fail(w, lab.CutOff, nil, "was sent away again before anything had come")
		}
		w.flags |= sentAway
		l.comeBack(w)
	case w.does == slow && (w.code == 4408 || w.code == 0 && w.has(choked)):
		l.sums.tally.Outpaced++
		l.comeBack(w)
	case w.code > 0:
		l.fail(w, lab.CutOff, nil, "close %d behind event %d", w.code, w.last)
		l.comeBack(w)
	default:
		l.fail(w, lab.CutOff, nil, "%s behind event %d", how, w.last)
		l.comeBack(w)
	}
}

const (
	quickly     = 100 * time.Millisecond // the first wait before coming back, at most
	backoff     = 500 * time.Millisecond // then this, doubled each time
	mostBackoff = 8 * time.Second
	mostTries   = 12
	// soon is how soon nobody who was just let in is to be sent away again.
	soon = 3 * time.Second
	// lasting is how long a connection lasts after which coming back begins anew.
	lasting = 10 * time.Second
	// asksAgain is after how many tries he asks checkin again where to go.
	asksAgain = 2
)

// comeBack has a watcher who lost his connection come back with his position, as an app
// does: at once, and then less and less often.
func (l *loop) comeBack(w *watcher) {
	l.hangUp(w)
	if w.stage.here() && since(now(l), w.dialed) > lasting {
		w.tries = 0
	}
	w.flags |= resume | byService
	if w.tries++; w.tries > mostTries {
		l.giveUp(w)
		return
	}
	if w.tries >= asksAgain {
		w.flags &^= told
	}
	l.to(w, lost)
	most := quickly
	if w.tries > 1 {
		most = min(backoff<<min(w.tries-2, 8), mostBackoff)
	}
	if w.has(hinted) && w.tries == 1 {
		l.lookAt(w, max(1, time.Duration(w.retry)*time.Millisecond)) // as he was asked to
		return
	}
	l.lookAt(w, most/2+time.Duration(l.random.Int64N(int64(most/2))))
}

// giveUp is a watcher who does not come, or not again.
func (l *loop) giveUp(w *watcher) {
	if w.has(sentAway) {
		l.fail(w, lab.CutOff, nil, "was sent away, and could not come back")
		w.flags &^= sentAway
	}
	l.depart(w, failed)
}

// notThere is one who could not come: he gives up, but who was there before tries again.
func (l *loop) notThere(w *watcher, code, format string, args ...any) {
	l.notThereBut(w, nil, code, format, args...)
}

// notThereBut is notThere, and what has come instead.
func (l *loop) notThereBut(w *watcher, raw []byte, code, format string, args ...any) {
	if w.does != stalls {
		l.fail(w, code, raw, format, args...)
	}
	if w.has(been) && w.has(resume) {
		l.comeBack(w)
		return
	}
	l.depart(w, failed)
}

// endedWell is a watcher for whom the match has ended.
func (l *loop) endedWell(w *watcher) {
	l.resumed(w, true)
	l.depart(w, over)
}

// depart has a watcher be done.
func (l *loop) depart(w *watcher, s stage) {
	l.hangUp(w)
	l.lookAt(w, 0)
	l.to(w, s)
}

// hangUp closes a watcher's connection, if he has one.
func (l *loop) hangUp(w *watcher) {
	l.pieces.release(w)
	if w.flags&(inside|chunked) != 0 {
		delete(l.messages, w.index)
		delete(l.chunks, w.index)
	}
	if w.fd < 0 {
		return
	}
	poll.Close(w.fd)
	w.fd = -1
	w.life++
}
