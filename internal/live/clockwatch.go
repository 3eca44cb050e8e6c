package live

import (
	"context"
	"errors"
	"time"

	"matchstream/internal/store"
)

// paceKey is where the catalogue keeps a pace.
const paceKey = "live/pace"

// clockWatch is the pace of the clock, and what is needed to go on with it.
type clockWatch struct {
	pace
	known    bool      // else it is still to be read
	revision uint64    // of the catalogue's entry
	looked   time.Time // monotonic, whatever Options.Clock says
}

// look at the clock, and write down what it says. An error: nothing is known of
// the looks before.
func (w *clockWatch) look(ctx context.Context, l *Live) error {
	if !w.known {
		if err := w.read(ctx, l); err != nil {
			return err
		}
		w.known, w.looked = true, time.Now()
	}
	since := time.Since(w.looked)
	w.looked = w.looked.Add(since)
	w.pace = w.pace.look(l.clock().UnixMilli(), since)
	revision, err := l.store.Put(ctx, paceKey, encode(w.pace), w.revision)
	if errors.Is(err, store.ErrConflict) { // another node's
		e, _ := l.store.Get(ctx, paceKey)
		revision, err = l.store.Put(ctx, paceKey, encode(w.pace), e.Revision)
	}
	if err != nil && ctx.Err() == nil {
		l.log.Warn("what the clock says cannot be noted: should it jump while the server is off, that would not be seen", "cause", err)
	}
	if err == nil {
		w.revision = revision
	}
	return nil
}

// read the pace of an earlier run. Where there is none, the newest thing in the
// store says when somebody was there last.
func (w *clockWatch) read(ctx context.Context, l *Live) error {
	e, err := l.store.Get(ctx, paceKey)
	w.revision = e.Revision
	if err == nil {
		err = decode(e.Value, &w.pace)
		if err == nil {
			return nil
		}
		l.log.Warn("when the clock was looked at last cannot be read; the newest match says it instead", "cause", err)
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	w.pace = pace{At: l.newest()}
	return nil
}

// newest is the time of the newest thing that any match tells; without one it
// is now.
func (l *Live) newest() (at int64) {
	l.entries.all(func(e *entry) bool {
		d := e.described.Load()
		at = max(at, d.Info.Created)
		if d.Over != nil {
			at = max(at, d.Over.Since)
		}
		if now := e.now.Load(); now != nil {
			at = max(at, now.view.State.PeriodStart)
		}
		return true
	})
	if at == 0 {
		return l.clock().UnixMilli()
	}
	return at
}
