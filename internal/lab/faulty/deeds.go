package faulty

// wrong does the server's deed with the first of some events. taken and ok are as
// deliver's; done is false where the event is to be sent as ever.
func (w *watcher) wrong(events []event) (taken int, ok, done bool) {
	e, deed := events[0], w.s.fault.Do
	atStop := deed == NoStop || deed == StaysOpen
	switch {
	case atStop && e.Kind != "stop", !atStop && e.id != w.s.fault.Event:
		return 0, true, false
	case deed == Reorder && len(events) == 1, deed == NoStatus, deed == "":
		return 0, true, false
	}
	w.s.did(deed) // first: whoever sees it may ask at once whether it was done
	frame := w.eventFrame(e)
	part := len(frame) / 2
	if n := w.s.fault.Bytes; n > 0 {
		part = min(n, len(frame)-1)
	}
	switch deed {
	case Drop:
		return 1, true, true
	case Double:
		ok := w.send(e)
		return 1, ok && w.send(e), true
	case Reorder:
		return 2, w.send(events[1]) && w.send(e), true
	case Cut:
		w.write(frame[:part])
	case CutOn:
		return 1, w.write(frame[:part]), true
	case Garbage:
		return 1, w.write(w.garbage()), true
	case Stray:
		return 1, w.write(w.stray(e)), true
	case StaysOpen: // end does it
		return 0, true, false
	case NoStop:
		w.farewell(1000)
	case Break:
		reset(w.conn)
	case Stall:
		<-w.gone
	}
	return 0, false, true // HangUp, too: who called closes
}

// stray is an event of another match in the place of one.
func (w *watcher) stray(e event) []byte {
	other := &watcher{via: w.via, ids: w.ids, game: newGame("fax", "fay", "2026-01-01")}
	e.Kind, e.Comment = "comment", "of another match"
	return other.eventFrame(e)
}
