package embedded

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
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
	known := s.tally.get(subjectOf(key)) // before anything is read: what is acknowledged now, is found
	start, next := uint64(1), int64(1)
	if end := s.ends.get(key); end.mark != 0 && from > end.number {
		start, next = uint64(end.mark)+1, end.number+1
	}
	var records []store.Record
	err = s.each(ctx, journalConfig.Name, subjectOf(key), start, func(m stored) error {
		r, err := record(m.subject, m.sequence, m.header, m.data)
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
	if next <= known && (err == nil || errors.Is(err, errStepped)) {
		if s.tally.get(subjectOf(key)) == 0 {
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

// record is what a message of the journal's stream holds.
func record(subject string, sequence uint64, h nats.Header, data []byte) (store.Record, error) {
	key, ok := keyOf(subject)
	number, err := strconv.ParseInt(h.Get(numberHeader), 10, 64)
	if !ok || err != nil || number < 1 {
		return store.Record{}, fmt.Errorf("%w: message %d of the journal (subject %q) is no record: header %s is %q, expected a number",
			store.ErrDamaged, sequence, subject, numberHeader, h.Get(numberHeader))
	}
	return store.Record{Key: key, Number: number, Mark: store.Mark(sequence), Data: data}, nil
}

// End implements store.Store. After a purge it may be the mark of a record
// that is no more.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	state, err := s.state(ctx, journalConfig.Name)
	return store.Mark(state.LastSeq), err
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
		state, err := s.state(ctx, name)
		if err != nil {
			return 0, err
		}
		sum += int64(state.Bytes)
	}
	return sum, nil
}
