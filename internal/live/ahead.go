package live

import (
	"cmp"
	"context"
	"time"

	"matchstream/internal/match"
)

// Somebody may come from another node with a position that this one has not heard of
// yet: it is there, and only late. To take it for one that does not exist would show him
// an older picture, and give him events that he has already.

// Ahead says whether a position is behind the newest event that this node knows of the
// match: only At can tell whether there is one. Never waits.
func (m *Match) Ahead(p match.Position) bool {
	v := m.View()
	return (p.Epoch == "" || p.Epoch == v.Info.Epoch) && p.ID > v.State.LastID
}

// At finds a match for somebody who has seen all up to a position: what this node is
// behind of that is read first. Where that cannot be done it is the store's
// ErrUnavailable. A node whose store no other changes is behind of nothing. Errors as of Match.
func (l *Live) At(ctx context.Context, id string, seen *match.Position) (*Match, error) {
	m, err := l.Match(ctx, id)
	_, partial := l.partial()
	if !l.shared && !partial {
		return m, err // what is stored was stored here
	}
	// The second time, since the first may have joined a look that had begun before the
	// event was stored.
	for range 2 {
		if err != nil || seen == nil || !m.Ahead(*seen) {
			return m, err
		}
		if err = m.lookAhead(ctx); err == nil {
			m, err = l.Match(ctx, id)
		}
	}
	if err != nil || !partial {
		return m, err
	}
	return l.later(ctx, id, *seen)
}

// lookAhead reads what this node has not heard of. All who ask at the same time share
// one look: strangers may make positions up.
func (e *entry) lookAhead(ctx context.Context) error {
	_, err, _ := e.live.ahead.Do(e.key.Match+" "+e.key.Epoch, func() (any, error) {
		ctx, over := context.WithTimeout(e.live.run, e.live.patience) // not the first one's: others wait too
		defer over()
		now, err := e.load(ctx)
		if err == nil && !now.deleted {
			_, err = e.behind(ctx, now)
		}
		if err != nil {
			err = surelyNot(err)
		}
		return nil, err
	})
	return cmp.Or(ctx.Err(), err)
}

// late is how long an edge waits for what it may be behind of its origin, whom it does
// not ask for that.
const late = time.Second

// later waits for the events up to a position, for a while.
func (l *Live) later(ctx context.Context, id string, seen match.Position) (*Match, error) {
	waiting, over := context.WithTimeout(ctx, late)
	defer over()
	for {
		m, err := l.Match(ctx, id)
		if err != nil || !m.Ahead(seen) {
			return m, err
		}
		if now := m.moment(); now.deleted || m.pass(waiting, now) != nil {
			return m, nil // it does not exist, as far as is known
		}
	}
}
