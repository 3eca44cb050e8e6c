package jetstream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

// Append implements store.Store. Of ErrUnavailable and ErrUnknown the text says more.
func (s *Store) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	mark, err := s.append(ctx, key, after, number, data)
	if err != nil {
		return 0, fmt.Errorf("append record %d of %s: %w", number, key.Match, err)
	}
	return mark, nil
}

func (s *Store) append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	if err := store.CheckRecord(key, number, data); err != nil {
		return 0, err
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	ctx, cancel := s.link.Bound(ctx)
	defer cancel()
	if err := s.checkNumber(ctx, key, after, number); err != nil {
		return 0, err
	}
	sequence, err := s.publish(ctx, NewRecord(key, number, data), uint64(after))
	if err != nil {
		return 0, err
	}
	mark := store.Mark(sequence)
	s.shown.put(key, end{mark: mark, number: number})
	return mark, nil
}

func (s *Store) publish(ctx context.Context, m *nats.Msg, after uint64) (uint64, error) {
	began := time.Now()
	sequence, err := s.link.Publish(ctx, m, after)
	if err == nil && s.told != nil {
		s.told(time.Since(began))
	}
	return sequence, err
}

// checkNumber holds that number follows the record marked after. The stream's
// leader then holds that this record is the last one.
func (s *Store) checkNumber(ctx context.Context, key store.Key, after store.Mark, number int64) error {
	before := int64(0)
	if known := s.shown.get(key); after != 0 && known.mark == after {
		before = known.number
	} else if after != 0 {
		m, err := s.link.One(ctx, JournalStream, Get{Sequence: uint64(after)})
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%w: there is no record marked %d", store.ErrConflict, after)
		}
		if err != nil {
			return fmt.Errorf("nothing was written: %w", err)
		}
		r, err := m.Record()
		if err != nil {
			return err
		}
		if r.Key != key {
			return fmt.Errorf("%w: the record marked %d is of another match", store.ErrConflict, after)
		}
		before = r.Number
	}
	if number != before+1 {
		return fmt.Errorf("%w: the record marked %d has number %d", store.ErrConflict, after, before)
	}
	return nil
}

// Purge implements store.Store.
func (s *Store) Purge(ctx context.Context, key store.Key) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	known := s.shown.get(key)
	if err := s.link.Purge(ctx, JournalStream, JournalSubject(key)); err != nil {
		return fmt.Errorf("purge %s: %w", key.Match, err)
	}
	s.shown.drop(key, known)
	return nil
}
