package audience

import (
	"context"
	"fmt"

	"matchstream/internal/store"
)

// Visits is how often a user came, as far as this node knows; 0 if he is not
// remembered. In the first moments after a start it waits, within ctx, until
// the users are read. Errors are the store's.
func (l *Ledger) Visits(ctx context.Context, id string) (uint64, error) {
	v := &l.visits
	if v.limit <= 0 {
		return 0, nil
	}
	hash := l.key.hash([]byte(id))
	if err := l.ready(ctx, byte(hash)); err != nil {
		return 0, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	i := v.mu.users.find(hash)
	if i == 0 {
		return 0, nil
	}
	return uint64(v.mu.users.users.at(i).count), nil
}

// ready waits until what the store has of a shard's users is known here.
func (l *Ledger) ready(ctx context.Context, number byte) error {
	select {
	case <-l.loaded:
	case <-ctx.Done():
		return fmt.Errorf("the users are being read still: %w: %w", store.ErrUnavailable, ctx.Err())
	}
	if !l.keeps {
		return nil
	}
	l.visits.mu.Lock()
	loaded := l.visits.mu.states[number].loaded
	l.visits.mu.Unlock()
	if loaded {
		return nil
	}
	if err := l.begins(ctx); err != nil {
		return err
	}
	defer l.ends()
	return l.visits.shards[number].load(ctx)
}
