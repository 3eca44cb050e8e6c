package redis

import (
	"context"
	"fmt"
	"strconv"

	"matchstream/internal/store"
)

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, key store.Key, after store.Mark, n int64, data []byte) (store.Mark, error) {
	if err := store.CheckRecord(key, n, data); err != nil {
		return 0, err
	}
	sc := appendScript
	if store.IsFreeing(ctx) {
		sc = lastScript
	}
	ref := reference{key: key, number: n, size: len(data), nonce: nonce()}.String()
	name, end := nameOf(key), place{uint64(n - 1), uint64(after)}
	reply, err := s.run(ctx, sc, []string{s.keys.journals, s.keys.journal(name)},
		name, end.String(), strconv.FormatInt(n, 10), string(data), ref)
	if err != nil {
		return 0, fmt.Errorf("append record %d of %s: %w", n, key.Match, err)
	}
	mark, err := reply.count(0)
	if err != nil {
		return 0, fmt.Errorf("append record %d of %s: %w: %w", n, key.Match, store.ErrUnknown, err)
	}
	s.seen.record(witness{mark, ref})
	return store.Mark(mark), nil
}

// Purge implements store.Store. The journal's memory is free at once, that of its
// references in the order when all of their node's are gone.
func (s *Store) Purge(ctx context.Context, key store.Key) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	name := nameOf(key)
	if _, err := s.run(ctx, purgeScript, []string{s.keys.journals, s.keys.journal(name)}, name); err != nil {
		return fmt.Errorf("purge %s: %w", key.Match, err)
	}
	return nil
}

// End implements store.Store. After a purge it may be the mark of a record that is
// no more.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	state, err := s.state(ctx)
	return store.Mark(state.mark), err
}

// Size implements store.Store: the bytes of the records and values that are there,
// as the scripts count them. Redis takes more: for each record some 150 bytes, for
// each entry of the catalogue some 300.
func (s *Store) Size(ctx context.Context) (int64, error) {
	state, err := s.state(ctx)
	return int64(state.bytes), err
}

// state is where the store's counters are. Who is told is a witness of it.
type state struct{ mark, revision, bytes uint64 }

func (s *Store) state(ctx context.Context) (at state, err error) {
	reply, err := s.run(ctx, endScript, nil)
	if err != nil {
		return state{}, err
	}
	for i, to := range []*uint64{&at.mark, &at.revision, &at.bytes} {
		if *to, err = reply.count(i); err != nil {
			return state{}, err
		}
	}
	s.seen.record(witness{at.mark, reply.word(3)})
	s.seen.change(witness{at.revision, reply.word(4)})
	return at, nil
}
