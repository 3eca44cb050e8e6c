package audience

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"matchstream/internal/store"
)

// ForgetUser forgets how often a user came, here and in the store: when it
// returns without an error that is so for good. False if there was nothing to
// forget. After an error (the store's) it is to be called again.
func (l *Ledger) ForgetUser(ctx context.Context, id string) (known bool, err error) {
	v := &l.visits
	if v.limit <= 0 {
		return false, nil
	}
	hash := l.key.hash([]byte(id))
	if err := l.ready(ctx, byte(hash)); err != nil {
		return false, err
	}
	if err := l.begins(ctx); err != nil {
		return false, err
	}
	defer l.ends()
	v.mu.Lock()
	if i := v.mu.users.find(hash); i != 0 {
		v.mu.users.remove(i)
		known = true
	}
	v.mu.Unlock()
	if !l.keeps {
		return known, nil
	}
	inStore, err := v.shards[byte(hash)].forget(ctx, hash)
	if err != nil && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown) {
		err = fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	return known || inStore, err
}

// forget a user in the store who is forgotten in memory. False if the store
// does not have him. Called with the turn.
func (s *shard) forget(ctx context.Context, hash uint64) (known bool, err error) {
	v := &s.ledger.visits
	for {
		e, err := s.ledger.get(ctx, shardEntry(s.number))
		if err != nil {
			s.again()
			return known, err
		}
		stored, newer := s.parse(e)
		if newer {
			return known, fmt.Errorf("the store's %s is of a newer version of MatchStream: forget the user there: %w", e.Key, store.ErrUnavailable)
		}
		at, has := slices.BinarySearchFunc(stored, hash, func(u visitor, hash uint64) int { return cmp.Compare(u.hash, hash) })
		v.mu.Lock()
		doubt := v.mu.states[s.number].doubt
		v.mu.Unlock()
		if known = known || has; !has && !doubt {
			return known, nil
		}
		if has {
			stored = slices.Delete(stored, at, at+1)
		}
		s.merge(stored)
		s.is(e.Revision, false)
		if doubt { // the write without an answer may come yet, and bring him back: this one is before it
			v.mu.Lock()
			v.mu.states[s.number].doubt = true
			v.mu.Unlock()
		}
		if err = s.put(ctx); err == nil || !errors.Is(err, store.ErrConflict) {
			if err != nil {
				s.again()
			}
			return known, err
		}
	}
}
