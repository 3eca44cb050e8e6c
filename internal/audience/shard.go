package audience

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
)

// shards is how many values of the catalogue the users are spread over, by the
// last eight bits of their hashes.
const shards = 1 << 8

// shard is a part of the users, as it is written. What it knows of the store
// is changed by whoever has the ledger's turn.
type shard struct {
	pending
	ledger *Ledger
	number byte
}

func shardEntry(number byte) string { return fmt.Sprintf("visits/%02x", number) }

// write implements written. Called with the turn.
func (s *shard) write(ctx context.Context) error {
	v := &s.ledger.visits
	v.mu.Lock()
	v.mu.states[s.number].queued = false
	v.mu.Unlock()
	for {
		if err := s.load(ctx); err != nil {
			return err
		}
		if err := s.put(ctx); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// put writes what is remembered now.
func (s *shard) put(ctx context.Context) error {
	v := &s.ledger.visits
	v.mu.Lock()
	before, expect := v.mu.states[s.number], v.mu.known[s.number]
	v.mu.Unlock()
	all := s.gather()
	if before.unkept || len(all) == 0 && expect == 0 && !before.doubt {
		return nil
	}
	revision, err := s.ledger.store.Put(ctx, shardEntry(s.number), encodeShard(s.ledger.key.id(), all), expect)
	v.mu.Lock()
	state := &v.mu.states[s.number]
	switch {
	case err == nil:
		v.mu.known[s.number], state.doubt = revision, false
	case errors.Is(err, store.ErrConflict):
		state.loaded = false
	case !errors.Is(err, store.ErrUnavailable):
		state.doubt = true
	}
	v.mu.Unlock()
	if err == nil {
		v.some(len(all), func(i int) {
			if at := v.mu.users.find(all[i].hash); at != 0 {
				u := v.mu.users.users.at(at)
				u.added -= min(u.added, all[i].added)
			}
		})
	}
	return err
}

// some does f for each number below n, with mu held, which it lets go now and then.
func (v *visits) some(n int, f func(i int)) {
	for i := 0; i < n; {
		v.mu.Lock()
		for end := min(n, i+someUsers); i < end; i++ {
			f(i)
		}
		v.mu.Unlock()
	}
}

// again implements written.
func (s *shard) again() {
	v := &s.ledger.visits
	v.mu.Lock()
	defer v.mu.Unlock()
	v.changed(s.number)
}
