package live

import (
	"context"
	"fmt"

	"matchstream/internal/audience"
	"matchstream/internal/store"
)

// MaxUsers is the most that Options.Users may be.
const MaxUsers = audience.MaxUsers

// Joined counts a watcher in; Left, to be called once, counts it out. user is
// the person's id, empty if not given; it is not kept. It never waits.
func (m *Match) Joined(user []byte) { m.audience.Joined(m.live.ledger, m.key, user) }

// Left counts a watcher out.
func (m *Match) Left() { m.audience.Left() }

// Audience of the match. It reads the store, within ctx, if nobody has watched
// lately. Errors are the store's.
func (m *Match) Audience(ctx context.Context) (Audience, error) {
	ctx, cancel := context.WithTimeout(ctx, m.live.patience)
	defer cancel()
	f, err := m.audience.Figures(ctx, m.live.ledger, m.key)
	if err != nil {
		return Audience{}, fmt.Errorf("audience of match %s: %w", m.key.Match, err)
	}
	return Audience(f), nil
}

// Visits is how often a user connected, as far as this node knows; 0 if he is
// not remembered. ErrNoVisits if nobody is; else the store's errors: at the
// start it waits until users are read.
func (l *Live) Visits(ctx context.Context, user string) (uint64, error) {
	if !l.ledger.KeepsVisits() {
		return 0, ErrNoVisits
	}
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	n, err := l.ledger.Visits(ctx, user)
	if err != nil {
		return 0, fmt.Errorf("visits of a user: %w", err)
	}
	return n, nil
}

// ForgetUser forgets how often a user connected; false if he was not
// remembered. It returns when that is durable. Errors: ErrNoVisits, the
// store's; after those it is to be repeated.
func (l *Live) ForgetUser(ctx context.Context, user string) (bool, error) {
	if !l.ledger.KeepsVisits() {
		return false, ErrNoVisits
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.patience)
	defer cancel()
	known, err := l.ledger.ForgetUser(ctx, user)
	if err != nil {
		return known, fmt.Errorf("forget a user: %w", err)
	}
	return known, nil
}

// forgetAudience removes the audience of a match whose deletion came through
// the catalogue: a write of this node may have been under way.
func (l *Live) forgetAudience(e *entry) {
	l.background(func() {
		ctx, cancel := context.WithTimeout(l.run, l.patience)
		defer cancel()
		if err := e.audience.Forget(ctx, l.ledger, e.key); err != nil && l.run.Err() == nil {
			l.log.Warn("the audience of a deleted match may stay in the catalogue", "match", e.key.Match, "cause", err)
		}
	})
}

// openLedger begins to count.
func (l *Live) openLedger(ctx context.Context, s store.Store, o Options) {
	l.ledger = audience.Open(ctx, s, audience.Options{Users: o.Users, Clock: l.clock, Log: l.log})
}
