package crowd

import (
	"bytes"
	"errors"
	"syscall"

	"matchstream/internal/lab"
)

// ask makes the next request of the API.
func (l *loop) ask(w *watcher) {
	path := l.calls.path + "/1/checkin"
	if w.step > 0 {
		path = l.calls.path + "/1/matches"
	}
	l.scratch = appendRequest(l.scratch[:0], path, l.calls.targets[l.calls.server].host)
	if l.say(w, l.scratch) {
		l.to(w, asking)
		l.lookAt(w, l.plan.Patience)
	}
}

// keptInVain: the connection has ended behind an answer, before one byte of the next has
// come. A service may end one that is kept whenever it likes (RFC 9112, 9.3 and 9.5). That
// the network has lost it is another matter.
func (l *loop) keptInVain(w *watcher, errno syscall.Errno) bool {
	ended := errno == 0 || errno == syscall.ECONNRESET || errno == syscall.EPIPE || errno == syscall.ECONNABORTED
	return ended && w.step > 0 && w.has(heard) && len(l.pieces.of(w)) == 0
}

// askAnew makes a request once more, on a new connection, as browsers do. On that one
// nothing was heard, so whatever fails then has failed.
func (l *loop) askAnew(w *watcher) {
	if w.does != stalls {
		l.sums.tally.Repeated++
	}
	l.hangUp(w)
	l.dial(w, l.calls.server)
}

// answered heeds an answer of the API. ended: no more comes on this connection.
func (l *loop) answered(w *watcher, b []byte, ended bool) (rest []byte) {
	a, n, err := readAnswer(b)
	if err == nil && n == 0 && !ended {
		return b
	}
	var body []byte
	whole := false
	if err == nil && n > 0 {
		body, whole, err = a.body(b[n:], ended)
	}
	switch {
	case err != nil:
		l.notThere(w, lab.Malformed, "%v", err)
		return nil
	case !whole && ended:
		l.notThere(w, lab.CutOff, "an answer that is not whole")
		return nil
	case !whole:
		return b
	case a.status != 200 || a.kind != "application/json":
		l.notThere(w, lab.Answered, "%d, %s, expected 200, application/json", a.status, a.kind)
		return nil
	}
	if w.step == 0 {
		err = l.checkedIn(w, body)
	} else {
		if !bytes.Equal(body, l.list) { // all are told the same, as a rule
			if err = readList(body, l.plan.Match); err == nil {
				l.list = append(l.list[:0], body...)
			}
		}
	}
	if err != nil {
		var ours *lookupError
		if errors.As(err, &ours) {
			l.own(w, lab.OwnFailure, err.Error())
			l.depart(w, failed)
			return nil
		}
		l.notThere(w, lab.Malformed, "%v", err)
		return nil
	}
	l.sums.tally.Frames++
	w.step++
	switch {
	case w.step > 1:
		l.hangUp(w)
		l.watch(w)
	case a.close || ended:
		l.hangUp(w)
		l.dial(w, l.calls.server)
	default:
		l.pieces.release(w)
		l.ask(w)
	}
	return nil
}

// checkedIn heeds where the lines are. A name among that is looked up here, by the loop:
// it happens once for each, whether that works or not.
func (l *loop) checkedIn(w *watcher, body []byte) error {
	at, err := readCheckin(body, l.calls.targets[l.calls.server].host)
	if err != nil || w.via != viaTCP || len(l.plan.Lines) > 0 {
		return err
	}
	i, err := l.calls.target(l.ctx, at)
	if err != nil {
		return err
	}
	w.target = uint16(i)
	return nil
}

var (
	errNoStream = errors.New("expected the head of an event stream: 200, text/event-stream")
	errNoSwitch = errors.New("expected 101, Upgrade: websocket, and the Sec-WebSocket-Accept that fits the key")
)

// greeted heeds the head of the answer to a request for a stream.
func (l *loop) greeted(w *watcher, b []byte) (rest []byte) {
	a, n, err := readAnswer(b)
	switch {
	case err != nil:
		l.notThereBut(w, b, lab.Malformed, "%v", err)
		return nil
	case n == 0:
		return b
	case w.via == viaSSE && a.status == 204 && w.has(resume): // there is nothing to come back to
		l.endedWell(w)
		return nil
	case w.via == viaSSE && a.status != 200, w.via == viaWS && a.status != 101:
		l.notThereBut(w, b, lab.Answered, "%d", a.status)
		return nil
	case w.via == viaSSE && a.kind != "text/event-stream":
		l.notThereBut(w, b, lab.Malformed, "%v", errNoStream)
		return nil
	case w.via == viaWS && (!a.upgrade || !accepts(a.accept, l.plan.Seed, l.number(w))):
		l.notThereBut(w, b, lab.Malformed, "%v", errNoSwitch)
		return nil
	}
	life := w.life
	l.enter(w)
	rest = b[n:]
	if a.chunked && w.life == life {
		w.flags |= chunked
		l.chunks[w.index] = new(chunks)
		if rest, _ = l.unchunk(w, rest); w.life != life {
			return nil
		}
	}
	return rest
}

// unchunk takes the chunks off what came; false: that was the end.
func (l *loop) unchunk(w *watcher, b []byte) ([]byte, bool) {
	c := l.chunks[w.index]
	body, err := c.decode(l.scratch[:0], b)
	l.scratch = body
	if err != nil {
		l.malformed(w, b, err)
		return nil, false
	}
	return body, true
}

// fragment puts a part of a WebSocket message to the others; the last makes it whole.
func (l *loop) fragment(w *watcher, raw []byte) (f frame, err error) {
	h, _, err := readWSHead(raw)
	if err != nil {
		return f, err
	}
	message := l.messages[w.index]
	if !w.has(inside) {
		message = append(message[:0], h.opcode)
		w.flags |= inside
	}
	message = append(message, raw[h.begin:]...)
	if len(message) > most {
		return f, errTooLong
	}
	if !h.fin {
		l.messages[w.index] = message
		return frame{}, nil
	}
	w.flags &^= inside
	delete(l.messages, w.index)
	return l.parser.parseMessage(message[1:], message[0])
}
