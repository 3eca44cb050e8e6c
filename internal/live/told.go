package live

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
	"matchstream/internal/wire"
)

// Told is a match as another server tells of it: what the catalogue of an edge
// keeps, whose store (store.Partial) has no journals but of those matches that
// somebody asks for. Lists and the board show a match so until it is read.
type Told struct {
	Info match.Info // Revision: that of match and teams together; those of the teams are 0
	Last int64      // id of the last event told of
	// Event is an event of whose moment the Revision is known, 0 for the match's
	// creation, and Revision what it was then: it gives the ETag.
	Event    int64
	Revision int

	Period                         match.Period
	Suspended, Abandoned, Shootout bool
	Since, SuspendedAt             int64 // Unix milliseconds
	Score, Penalties               [2]int
}

// told is Told beside the Info, as it is kept.
type told struct {
	Standing    *over        `json:"standing"` // also of one that goes on
	Period      match.Period `json:"period"`
	Suspended   bool         `json:"suspended,omitempty"`
	SuspendedAt int64        `json:"suspended_at,omitempty"`
	Event       int64        `json:"event,omitempty"`
	Revision    int          `json:"revision,omitempty"`
}

// Entry is the catalogue's entry of a match that was told of.
func (t Told) Entry() (key string, value []byte) {
	o := &over{Last: t.Last, Since: t.Since, Score: t.Score, Penalties: t.Penalties, Shootout: t.Shootout, Abandoned: t.Abandoned}
	d := description{Format: format, Info: t.Info, Told: &told{Standing: o, Period: t.Period, Suspended: t.Suspended,
		SuspendedAt: t.SuspendedAt, Event: t.Event, Revision: t.Revision}}
	if t.Period == match.Ended {
		d.Over = o
	}
	return matchKey + t.Info.ID, encode(d)
}

// TeamEntry is the catalogue's entry of a team.
func TeamEntry(t match.Team) (key string, value []byte) {
	return teamKey + t.ID, encode(catalogedTeam{Format: format, Team: t})
}

// EventRecord is an event as a journal has it behind head, and the head behind
// it. revision is that of match and teams together at that time.
func EventRecord(key store.Key, head chain.Head, e match.Event, revision int) ([]byte, chain.Head, error) {
	data := head.Seal(key, encode(record{Format: chain.Format, Event: &e, Revision: revision}))
	next, err := head.Next(key, e.ID, data)
	return data, next, err
}

// state is as much of a match that was told of as lists show.
func (t *told) state(unread match.State) match.State {
	s := t.Standing.state()
	s.Teams, s.Speed = unread.Teams, unread.Speed
	s.Period, s.Suspended, s.SuspendedAt = t.Period, t.Suspended, t.SuspendedAt
	return s
}

// partial is the store, if it has only the journals that are asked for.
func (l *Live) partial() (store.Partial, bool) {
	p, ok := l.store.(store.Partial)
	return p, ok
}

// Listed is nil if it is known which matches there are; else the store's
// ErrUnavailable, and nothing is to be told of matches.
func (l *Live) Listed() error {
	if p, ok := l.partial(); ok {
		return p.Listed()
	}
	return nil
}

// unknown is what there is to say of a match that is not in the catalogue.
func (l *Live) unknown() error {
	if p, ok := l.partial(); ok {
		if err := p.Knows(); err != nil {
			return err
		}
	}
	return ErrNotFound
}

// renew takes the catalogue's entry of a match whose journal has just been read:
// a partial store knows more of it by then.
func (e *entry) renew(ctx context.Context) error {
	if e.described.Load().Told == nil {
		return nil
	}
	c, err := e.live.store.Get(ctx, matchKey+e.key.Match)
	if errors.Is(err, store.ErrNotFound) {
		return ErrNotFound // just now
	}
	if err != nil {
		return fmt.Errorf("match %s cannot be read: %w", e.key.Match, err)
	}
	return e.live.cataloguedMatch(c)
}

// letGo tells a partial store that a match's journal is not needed any more;
// false: it is. Called with mu held.
func (e *entry) letGo() bool {
	p, ok := e.live.partial()
	return !ok || p.Release(e.key)
}

// Score of a match as the board shows it; false if there is none. It does not
// wait for the store.
func (l *Live) Score(id string) (wire.Score, bool) {
	e, ok := l.entries.get(id)
	if !ok {
		return wire.Score{}, false
	}
	return e.score()
}
