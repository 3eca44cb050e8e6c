package audience

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

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

// present is a user of a shard at the moment of a write.
type present struct {
	visitor
	added uint32
}

// someUsers is how many users are looked at, or buckets of them, before the
// lock is let go: some ten microseconds.
const someUsers = 64

// gather is all users of the shard that are remembered, by hash. Who joins
// meanwhile may be in it or not: then the shard is queued again.
func (s *shard) gather() (all []present) {
	v := &s.ledger.visits
	for b, more := uint32(s.number), true; more; {
		v.mu.Lock()
		u := v.mu.users
		for range someUsers {
			if more = b < u.buckets; !more {
				break
			}
			for i := *u.heads.at(b); i != 0; i = u.users.at(i).chain {
				is := u.users.at(i)
				all = append(all, present{visitor{is.hash, is.count, is.seen}, is.added})
			}
			b += shards
		}
		v.mu.Unlock()
	}
	// A bucket that is split behind the walk gives users to one that is before
	// it: they come twice, the second time as they are later.
	slices.SortStableFunc(all, func(a, b present) int { return cmp.Compare(a.hash, b.hash) })
	kept := all[:0]
	for _, p := range all {
		if n := len(kept); n > 0 && kept[n-1].hash == p.hash {
			kept[n-1] = p
		} else {
			kept = append(kept, p)
		}
	}
	return kept
}

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

// load makes what the store has a part of what is remembered, if it is not
// yet. Called with the turn.
func (s *shard) load(ctx context.Context) error {
	v := &s.ledger.visits
	v.mu.Lock()
	loaded := v.mu.states[s.number].loaded
	v.mu.Unlock()
	if loaded {
		return nil
	}
	e, err := s.ledger.get(ctx, shardEntry(s.number))
	if err != nil {
		return err
	}
	stored, newer := s.parse(e)
	s.merge(stored)
	s.is(e.Revision, newer)
	return nil
}

// parse an entry; what cannot be read is logged, and nobody is in it.
func (s *shard) parse(e store.Entry) (stored []visitor, newer bool) {
	if e.Revision == 0 {
		return nil, false
	}
	stored, err := parseShard(s.number, s.ledger.key.id(), e.Value)
	if err != nil {
		s.ledger.damaged(e, fmt.Sprintf("visits of one in %d users are lost", shards), err)
	}
	return stored, errors.Is(err, errNewer)
}

// is notes what the store has, now that it is known here.
func (s *shard) is(revision uint64, newer bool) {
	v := &s.ledger.visits
	v.mu.Lock()
	defer v.mu.Unlock()
	state := &v.mu.states[s.number]
	state.loaded, state.doubt, state.unkept = true, false, newer
	v.mu.known[s.number] = revision
}

// merge makes what the store has now a part of what is remembered. Whoever is
// in the store no more was forgotten on another node, or has made room there:
// of him remains what was added since.
func (s *shard) merge(stored []visitor) {
	v := &s.ledger.visits
	v.some(len(stored), func(i int) { v.take(s.number, stored[i]) })
	here := s.gather()
	v.some(len(here), func(i int) {
		at := v.mu.users.find(here[i].hash)
		_, inStore := slices.BinarySearchFunc(stored, here[i].hash, func(u visitor, hash uint64) int { return cmp.Compare(u.hash, hash) })
		if at == 0 || inStore {
			return
		}
		if u := v.mu.users.users.at(at); u.added == 0 {
			v.mu.users.remove(at)
		} else {
			u.count = u.added
		}
	})
}

// take a user that the store has. One who is new here is the longest unseen.
// Locked.
func (v *visits) take(number byte, from visitor) {
	i := v.mu.users.find(from.hash)
	if i != 0 {
		u := v.mu.users.users.at(i)
		added := lacking(uint64(u.count-u.added), uint64(u.added), uint64(from.count), v.mu.states[number].doubt)
		u.count = uint32(min(uint64(from.count)+added, math.MaxUint32))
		u.added = min(uint32(added), u.count)
		u.seen = max(u.seen, from.seen)
		return
	}
	if v.mu.users.n >= v.limit {
		v.changed(number) // so that the store forgets him, too
		return
	}
	v.mu.users.add(user{hash: from.hash, count: from.count, seen: from.seen}, false)
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
