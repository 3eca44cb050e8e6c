package live

import (
	"context"
	"errors"
	"sync/atomic"

	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// Change changes a match's description. Errors: ErrNotFound, *match.Error
// (Malformed; Refused for postponing a match that has begun), the store's.
func (l *Live) Change(ctx context.Context, id string, c Change) (match.View, error) {
	m, err := l.Match(ctx, id)
	if err != nil {
		return match.View{}, err
	}
	ctx, cancel, err := m.begins(ctx)
	if err != nil {
		return match.View{}, err
	}
	defer m.ends()
	defer cancel()
	if _, err := m.load(ctx); err != nil {
		return match.View{}, surelyNot(err)
	}
	if s := m.View().State; c.Postponed != nil && *c.Postponed && s.Period != match.NotStarted {
		return match.View{}, &match.Error{Reason: match.Refused, Field: "postponed",
			Message: "the match has begun: it can be suspended or abandoned", Next: s.Next()}
	}
	var refused error
	err = m.put(ctx, func(d description) *description {
		old := d.Info
		set(&d.Info.Stadium, c.Stadium)
		set(&d.Info.Competition, c.Competition)
		set(&d.Info.Kickoff, c.Kickoff)
		set(&d.Info.Postponed, c.Postponed)
		refused = d.Info.Validate()
		if d.Info == old || refused != nil {
			return nil
		}
		d.Info.Revision++
		return &d
	})
	if err == nil {
		err = refused
	}
	return m.View(), err
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// Delete appends the last record of a match, by which watchers are told, and
// removes what there was. Errors: ErrNotFound, the store's.
func (l *Live) Delete(ctx context.Context, id string) error {
	return l.deleteIf(ctx, id, func(*moment) error { return nil })
}

// deleteIf deletes a match as long as may is nil of its last moment.
func (l *Live) deleteIf(ctx context.Context, id string, may func(*moment) error) error {
	m, err := l.Match(ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel, err := m.begins(store.Freeing(ctx))
	if err != nil {
		return err
	}
	defer m.ends()
	defer cancel()
	now, err := m.load(ctx)
	if err == nil {
		err = may(now)
	}
	if err != nil {
		return surelyNot(err)
	}
	if m.damage.Load() != nil {
		return l.discard(ctx, m.entry)
	}
	// From here on a start reads the journal, finds its last record, and goes
	// on with what this call may not come to.
	if err := m.reopen(ctx); err != nil {
		return surelyNot(err)
	}
	once := private()
	for {
		now, err := m.load(ctx)
		if err != nil {
			return surelyNot(err)
		}
		if now.deleted && now.once() == once {
			break // its own, stored behind what was called a conflict
		}
		if now.deleted {
			return ErrNotFound
		}
		if err := may(now); err != nil {
			return surelyNot(err)
		}
		err = m.store(ctx, now, record{Format: chain.Format, Deleted: true, Once: once})
		if err == nil {
			break
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	if err := l.finishDelete(ctx, m.entry); err != nil {
		l.log.Warn("a deleted match leaves something behind for now", "match", id, "cause", err)
	}
	return nil
}

// finishLater finishes a deletion that was heard of, however often it takes:
// whoever asked for it may not have had an answer, or be no more, and as long
// as the match is in the catalogue it cannot be made anew.
func (l *Live) finishLater(run context.Context, e *entry) {
	l.background(func() {
		l.keepTrying(run, "removing the deleted match "+e.key.Match, new(atomic.Bool), func() error {
			ctx, cancel := context.WithTimeout(store.Freeing(run), l.patience)
			defer cancel()
			return l.finishDelete(ctx, e)
		})
	})
}

// finishDelete removes what a deleted match leaves behind. It may be repeated,
// and done by several nodes at once.
func (l *Live) finishDelete(ctx context.Context, e *entry) error {
	err := e.audience.Forget(ctx, l.ledger, e.key)
	if err == nil {
		err = l.keepCreated(ctx, e.described.Load())
	}
	if err == nil {
		err = l.deleteDescription(ctx, e.key)
	}
	if err == nil {
		err = l.store.Purge(ctx, e.key)
	}
	return err
}

// deleteDescription removes a match from the catalogue, unless it has been
// made anew already.
func (l *Live) deleteDescription(ctx context.Context, key store.Key) error {
	for {
		c, err := l.store.Get(ctx, matchKey+key.Match)
		if errors.Is(err, store.ErrDamaged) {
			return l.missNoMore(ctx, key)
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		d := new(description)
		if err == nil {
			d, err = decodeDescription(c)
		}
		if err != nil || d.Info.Epoch != key.Epoch {
			return err
		}
		if err = l.store.Delete(ctx, matchKey+key.Match, c.Revision); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// missNoMore lets go of an entry that the disk has lost, so that no start names
// it again. A store that cannot do that yet can after a restart; it is no reason
// to keep the match.
func (l *Live) missNoMore(ctx context.Context, key store.Key) error {
	err := l.store.Delete(ctx, matchKey+key.Match, 0)
	if errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// summary of a match; false if it is deleted.
func (e *entry) summary() (Summary, bool) {
	v, ok := e.glance()
	if !ok {
		return Summary{}, false
	}
	s := Summary{Info: v.Info, Position: v.Position(), Period: v.State.Period, Status: v.Status(), Shootout: v.State.Shootout}
	for side, of := range v.State.Sides {
		s.Score[side], s.Penalties[side] = of.Score, of.Penalties
	}
	return s, true
}

// glance is as much of a match as is known without its journal: all of one in
// memory, scores of one that is over. False if it is deleted.
func (e *entry) glance() (match.View, bool) {
	if now := e.now.Load(); now != nil {
		if e.damage.Load() != nil && e.described.Load().Over != nil && !now.deleted {
			return e.unread(), true // the catalogue knows more
		}
		return now.view, now.end() != feed.Gone
	}
	if at := e.resting.Load(); at != nil {
		v := e.unread()
		v.State = at.state(v.State)
		return v, true
	}
	if now := e.now.Load(); now != nil { // it has been woken just now
		return now.view, now.end() != feed.Gone
	}
	return e.unread(), true
}

// unread is as much of the match as the catalogue knows.
func (e *entry) unread() match.View {
	d := e.described.Load()
	v := e.begin().view
	if d.Told != nil {
		v.State = d.Told.state(v.State)
	} else if d.Over != nil {
		s := d.Over.state()
		s.Teams, s.Speed = v.State.Teams, v.State.Speed
		v.State = s
	}
	return v
}
