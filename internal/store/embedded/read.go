package embedded

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// Read implements store.Store.
func (s *Store) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	known := s.tally.get(jetstream.JournalSubject(key)) // before anything is read: what is acknowledged now, is found
	start, next := uint64(1), int64(1)
	if end := s.ends.get(key); end.mark != 0 && from > end.number {
		start, next = uint64(end.mark)+1, end.number+1
	}
	var records []store.Record
	err = s.link.Each(ctx, journalConfig.Name, jetstream.JournalSubject(key), start, func(m jetstream.Message) error {
		r, err := m.Record()
		if err != nil {
			return err
		}
		// JetStream steps over a record that it cannot read, without a word.
		if r.Number != next {
			return fmt.Errorf("%w: record %d is missing (%d comes instead): the disk has damaged it, or it was purged meanwhile",
				store.ErrDamaged, next, r.Number)
		}
		next++
		if r.Number >= from {
			records = append(records, r)
		}
		return nil
	})
	if next <= known && (err == nil || errors.Is(err, jetstream.ErrStepped)) {
		if s.tally.get(jetstream.JournalSubject(key)) == 0 {
			return nil, nil // purged meanwhile
		}
		err = fmt.Errorf("%w: records to number %d were acknowledged, they can be read to number %d", store.ErrDamaged, known, next-1)
	}
	switch {
	case errors.Is(err, store.ErrDamaged):
		return records, fmt.Errorf("read %s: %w", key.Match, err)
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", key.Match, err)
	}
	return records, nil
}

// End implements store.Store. After a purge it may be the mark of a record
// that is no more.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	state, err := s.link.State(ctx, journalConfig.Name)
	return store.Mark(state.Last), err
}

// Size implements store.Store: what the streams' messages take.
func (s *Store) Size(ctx context.Context) (int64, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	var sum int64
	for _, name := range []string{journalConfig.Name, catalogueConfig.Name} {
		state, err := s.link.State(ctx, name)
		if err != nil {
			return 0, err
		}
		sum += int64(state.Bytes)
	}
	return sum, nil
}
