package edge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/store"
)

// reading is how long a Read waits for the origin.
const reading = 5 * time.Second

// Append refuses.
func (s *Store) Append(context.Context, store.Key, store.Mark, int64, []byte) (store.Mark, error) {
	return 0, errWrites
}

// Read as a store.Store does. The first who reads a match has it followed; it
// returns when all is there that the origin had then.
func (s *Store) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	for {
		if err := s.enter(context.WithoutCancel(ctx)); err != nil {
			return nil, err
		}
		j, err := s.journal(key)
		if err != nil {
			s.mu.Unlock()
			return nil, err
		}
		if j.ready() {
			records := slices.Clone(j.records[min(max(from-1, 0), j.number()):])
			s.mu.Unlock()
			return records, nil
		}
		changed := j.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			return nil, fmt.Errorf("%w: the origin %s does not give it: %w", store.ErrUnavailable, s.origin.base, cmp.Or(j.cause, ctx.Err()))
		}
	}
}

// journal of a match, followed from now on. Called with mu held.
func (s *Store) journal(key store.Key) (*journal, error) {
	t, ok := s.mu.told[key.Match]
	if !ok || t.Info.Epoch != key.Epoch {
		return nil, fmt.Errorf("%w: the origin has match %s with epoch %s no more", store.ErrUnavailable, key.Match, key.Epoch)
	}
	j := s.mu.journals[key]
	if j == nil {
		j = &journal{store: s, key: key, wake: make(chan struct{}, 1), changed: make(chan struct{}), extra: map[int64]match.Kind{}}
		j.ctx, j.cancel = context.WithCancel(s.run)
		j.revision = t.Info.Revision
		j.toldOf(t)
		s.mu.journals[key] = j
		s.done.Go(j.follow)
	}
	j.read = time.Now()
	return j, nil
}

// kept is how long a journal is kept that was just read.
const kept = 30 * time.Second

// Release as store.Partial has it.
func (s *Store) Release(key store.Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.mu.journals[key]
	if j != nil && time.Since(j.read) < kept {
		return false
	}
	s.drop(key)
	return true
}

// Followed is how many matches are followed now.
func (s *Store) Followed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mu.journals)
}

// Journals tells of none: which there are, and how long they are, is the
// origin's to know.
func (s *Store) Journals(ctx context.Context) ([]store.Journal, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	all := make([]store.Journal, 0, len(s.mu.told))
	for id, t := range s.mu.told {
		if t.Period == match.Ended {
			all = append(all, store.Journal{Key: store.Key{Match: id, Epoch: t.Info.Epoch}, Records: t.Last})
		}
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

// End is the mark of the newest record here. It fails with ErrUnavailable when
// nothing has been heard of the origin for some seconds.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	if err := s.absent(); err != nil {
		return 0, err
	}
	return s.mu.last, nil
}

// Follow as a store.Store does, of the matches that are followed.
func (s *Store) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	if err := s.enter(ctx); err != nil {
		return errors.Join(ctx.Err(), err)
	}
	var before []store.Record
	for _, j := range s.mu.journals {
		for _, r := range j.records {
			if r.Mark > from {
				before = append(before, r)
			}
		}
	}
	slices.SortFunc(before, func(a, b store.Record) int { return cmp.Compare(a.Mark, b.Mark) })
	l := s.mu.records.listen(before)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mu.records.leave(l)
	}()
	return l.hear(ctx, f)
}

// Purge refuses: the origin does that.
func (s *Store) Purge(context.Context, store.Key) error { return errWrites }

// Size is the space that records and catalogue take in memory, in bytes.
func (s *Store) Size(ctx context.Context) (n int64, err error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	for _, e := range s.mu.entries {
		n += int64(len(e.Value))
	}
	for _, j := range s.mu.journals {
		for _, r := range j.records {
			n += int64(len(r.Data))
		}
	}
	return n, nil
}
