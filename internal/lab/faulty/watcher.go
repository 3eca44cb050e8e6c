package faulty

import (
	"net"
	"sync"
	"time"

	"matchstream/internal/lab"
)

// watcher is one who watches. A goroutine sends to him (watch), another hears him, and
// closes gone at the end.
type watcher struct {
	s     *Server
	conn  net.Conn
	via   lab.Protocol
	game  *game
	ids   bool      // lines: with positions
	since *position // nil: from the status on

	number int64 // from 1
	hit    bool  // deeds are for him
	gone   chan struct{}

	writing sync.Mutex // a frame at a time: pongs are the other goroutine's
}

// watch sends what there is until it is over, or he has gone, and closes.
func (w *watcher) watch() {
	defer w.conn.Close()
	f := w.s.fault
	if !w.s.sleep(f.LateStatus+w.s.beyond(), w.gone) {
		return
	}
	cursor, resumed := w.since.within(w.game)
	if !resumed {
		m := w.game.moment()
		cursor = m.last
		if w.hit && f.Do == NoStatus {
			w.s.did(NoStatus)
		} else if !w.write(w.statusFrame(m)) {
			return
		}
	}
	w.s.note(func(r *Record) { r.Ready++ })
	for {
		events, ended, deleted, changed := w.game.news(cursor)
		taken, ok := 1, true
		for ; ok && taken > 0 && len(events) > 0; events = events[taken:] {
			taken, ok = w.deliver(events, ended)
			cursor += int64(taken)
		}
		switch {
		case !ok:
			return
		case deleted:
			w.farewell(4404)
			return
		case ended && len(events) == 0:
			w.end()
			return
		}
		select {
		case <-changed:
		case <-w.gone:
			return
		case <-w.s.ctx.Done():
			return
		}
	}
}

// deliver writes the first of some events when it is time, and says how many are done
// with: 0 if the next has to be there. false: it is over.
func (w *watcher) deliver(events []event, last bool) (taken int, ok bool) {
	e, f := events[0], w.s.fault
	if w.hit && f.Do == Reorder && e.id == f.Event && len(events) == 1 && !last {
		return 0, true
	}
	late := f.Late + f.LateBy*time.Duration(w.number%10) + w.s.beyond()
	if late > 0 && !w.s.sleep(time.Until(e.at.Add(late)), w.gone) {
		return 0, false
	}
	if w.hit && (e.id == f.Event || e.Kind == "stop") {
		if taken, ok, done := w.wrong(events); done {
			return taken, ok
		}
	}
	return 1, w.send(e)
}

// send notes an event, and writes it: whoever reads it may ask at once when that was.
func (w *watcher) send(e event) bool {
	mark, _ := lab.FindMark([]byte(e.Comment))
	frame := w.eventFrame(e)
	w.s.mu.Lock()
	w.s.mu.record.Writes = append(w.s.mu.record.Writes, Write{w.number, w.via, e.id, mark, time.Now()})
	w.s.mu.Unlock()
	return w.write(frame)
}

// write writes all of some bytes; false: he has gone.
func (w *watcher) write(b []byte) bool {
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err := w.conn.Write(b)
	return err == nil
}

// end is what comes behind the last event.
func (w *watcher) end() {
	if w.hit && w.s.fault.Do == StaysOpen {
		<-w.gone
		return
	}
	w.farewell(1000)
}

// farewell says goodbye as each protocol does.
func (w *watcher) farewell(code uint16) {
	switch {
	case w.via == lab.SSE && code == 4404:
		w.write([]byte("event: gone\ndata: " + string(asJSON(map[string]string{"match": w.game.id})) + "\n\n"))
	case w.via == lab.WebSocket:
		w.write(message(opClose, []byte{byte(code >> 8), byte(code)}))
		w.s.sleep(time.Second, w.gone) // for his own close
	}
}
