package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// storing is how long a change may take, unless Options say otherwise.
const storing = 5 * time.Second

// Append checks, appends, and returns when the event is durable and folded
// here. Errors: *match.Error, *ConditionError, ErrKeyReused, ErrNotFound
// (deleted meanwhile), *DamagedError, store.ErrUnavailable (surely not stored),
// store.ErrUnknown (perhaps: repeat with the same key).
//
// The request ending meanwhile does not undo anything: what has been handed to
// the store is waited for.
func (m *Match) Append(ctx context.Context, r match.Request, a Appending) (match.Event, error) {
	ctx, cancel, err := m.begins(ctx)
	if err != nil {
		return match.Event{}, err
	}
	defer m.ends()
	defer cancel()
	once, body := a.Once.hashes()
	keyless := once == ""
	if keyless {
		once = private()
	}
	for {
		now, err := m.load(ctx)
		if err != nil {
			return match.Event{}, surelyNot(err)
		}
		if now.deleted {
			return match.Event{}, ErrNotFound
		}
		if e, ok, err := m.repeated(now, once, body); ok {
			if keyless { // its own, stored behind what was called a conflict
				m.live.Counts.Appends.Add(1)
			} else {
				m.live.Counts.Repeats.Add(1)
			}
			return e, err
		}
		if d := m.damage.Load(); d != nil {
			return match.Event{}, d
		}
		if p := now.view.Position(); a.IfMatch != nil && !holds(*a.IfMatch, p) {
			if behind, err := m.behind(ctx, now); behind || err != nil {
				if err != nil {
					return match.Event{}, err
				}
				continue
			}
			return match.Event{}, &ConditionError{Present: p}
		}
		at := max(m.live.clock().UnixMilli(), now.view.Info.Created)
		e, state, err := match.Check(now.view.State, r, at, a.By)
		if err != nil {
			behind, late := m.behind(ctx, now)
			if behind {
				continue
			}
			if late != nil {
				return match.Event{}, late
			}
			m.live.Counts.Refusals.Add(1)
			return match.Event{}, err
		}
		if now.view.State.Period == match.Ended && state.Period != match.Ended {
			// The catalogue must not call a match over that is not: the next
			// start would leave it out. The other way round does no harm.
			if err := m.reopen(ctx); err != nil {
				return match.Event{}, surelyNot(err)
			}
		}
		err = m.store(ctx, now, record{Format: chain.Format, Event: &e, Once: once, Body: body, Revision: revisions(now.view)})
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return match.Event{}, err
		}
		m.live.Counts.Appends.Add(1)
		if state.Period == match.Ended {
			m.live.settleLater(m.entry)
		}
		return e, nil
	}
}

// behind looks, before somebody is refused, whether the match has gone on since now,
// on another node, and has not been heard of yet: what was acknowledged there a moment
// ago must not be unknown here. If so, it is folded.
func (e *entry) behind(ctx context.Context, now *moment) (bool, error) {
	records, err := e.live.store.Read(ctx, e.key, now.number()+1)
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return false, surelyNot(err)
	}
	for _, r := range records {
		e.hear(e.live.run, r)
	}
	present := e.now.Load()
	return len(records) > 0 && (present == nil || present.deleted || present.number() > now.number()), nil
}

// begins waits to be the match's one appender on this node. What is done then
// has until the same moment as the waiting, but does not end with the request.
func (e *entry) begins(ctx context.Context) (doing context.Context, cancel func(), err error) {
	end := time.Now().Add(e.live.patience)
	waiting, over := context.WithDeadline(ctx, end)
	defer over()
	e.live.Counts.Turns.Add(1)
	err = e.appending.take(waiting)
	e.live.Counts.Turns.Add(-1)
	if err != nil {
		return nil, nil, fmt.Errorf("the turn to change the match did not come: %w", store.ErrUnavailable)
	}
	doing, cancel = context.WithDeadline(context.WithoutCancel(ctx), end)
	return doing, cancel, nil
}

func (e *entry) ends() { e.appending.give() }

// store appends a record behind a moment and waits until it has been folded
// here. After a conflict it waits until the moment is past.
func (e *entry) store(ctx context.Context, now *moment, r record) error {
	next := store.Record{Key: e.key, Number: now.number() + 1, Data: now.head.Seal(e.key, encode(r))}
	var err error
	began := time.Now()
	counts := &e.live.Counts
	counts.Storing.Add(1)
	next.Mark, err = e.live.store.Append(ctx, e.key, now.mark, next.Number, next.Data)
	counts.Storing.Add(-1)
	if err == nil {
		counts.Answered.Store(time.Now().UnixMilli())
		// Following would bring it as well, half a millisecond later.
		e.heard(e.live.run, next, began)
		runtime.Gosched() // the pump's loops run now; the answer can wait for another processor
	}
	if err != nil && !errors.Is(err, store.ErrConflict) {
		return err
	}
	if err != nil {
		e.live.Counts.Conflicts.Add(1)
		e.live.log.Debug("another was faster", "match", e.key.Match, "record", next.Number)
	} else if e.live.log.Enabled(ctx, slog.LevelDebug) {
		e.live.log.Debug("an event is stored", "match", e.key.Match, "record", next.Number, "bytes", len(next.Data), "took", time.Since(began))
	}
	if waitErr := e.pass(ctx, now); waitErr != nil && err != nil {
		// Who calls it a conflict may be a leader no more, and the one that is may
		// have the record.
		return fmt.Errorf("the journal is said to have moved on, and nothing is seen of that: %w", store.ErrUnknown)
	}
	return err // stored: that the fold is late makes it no less so
}

// pass waits until a later moment than now is present. Following brings it;
// should that take long, the journal is read.
func (e *entry) pass(ctx context.Context, now *moment) error {
	patience := time.NewTimer(time.Second)
	defer patience.Stop()
	for {
		present := e.now.Load()
		if present == nil || present.deleted || present.number() > now.number() {
			return nil // nil: put away; the next load reads the journal
		}
		if d := e.damage.Load(); d != nil {
			return d
		}
		select {
		case <-present.next:
		case <-patience.C:
			if _, err := e.reload(ctx); err != nil {
				return err
			}
			patience.Reset(time.Second)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// repeated finds the first answer to a request that was sent before.
func (e *entry) repeated(now *moment, once, body string) (match.Event, bool, error) {
	if once == "" {
		return match.Event{}, false, nil
	}
	since := e.live.clock().Add(-remembered).UnixMilli()
	log := now.view.State.Log
	for i := len(log) - 1; i >= 0 && log[i].Event.Timestamp >= since; i-- {
		r := now.receipts[i]
		if r.once != once {
			continue
		}
		if r.body != body {
			return match.Event{}, true, ErrKeyReused
		}
		return log[i].Event.Event(), true, nil
	}
	return match.Event{}, false, nil
}

// holds says whether an If-Match position is the present one.
func holds(want, present match.Position) bool {
	return want.ID == present.ID && (want.Epoch == "" || want.Epoch == present.Epoch)
}

// surelyNot marks an error that came before anything was handed to the store.
func surelyNot(err error) error {
	if errors.Is(err, store.ErrUnknown) { // of something before: it is not to be found in the chain
		return fmt.Errorf("%w: %v", store.ErrUnavailable, err)
	}
	if errors.Is(err, store.ErrUnavailable) || errors.Is(err, ErrNotFound) {
		return err
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// perhaps marks an error that came behind a conflict: who called it one may be a leader no
// more, and the one that is may have what was written.
func perhaps(err error) error { return fmt.Errorf("%w: %w", store.ErrUnknown, err) }
