package audience

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"matchstream/internal/store"
)

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
	if err != nil && s.ledger.tried.first(e) {
		s.ledger.log.Error("the visits of one in 256 users are lost", "key", e.Key, "cause", err)
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
