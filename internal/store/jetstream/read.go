package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"matchstream/internal/store"
)

// Read implements store.Store.
func (s *Store) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	if err := store.CheckKey(key); err != nil {
		return nil, err
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	records, err := s.read(ctx, key, from)
	if err != nil {
		err = fmt.Errorf("read %s: %w", key.Match, err)
	}
	return records, err
}

// read once, and again from the beginning, of the leader alone, where that shows
// less than there has to be.
func (s *Store) read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	known := s.shown.get(key)
	begin := end{}
	if known.mark != 0 && from > known.number {
		begin = known
	}
	records, last, err := s.readBehind(ctx, key, begin, from, s.link.Each)
	if err == nil && last >= known.number || err != nil && !errors.Is(err, store.ErrDamaged) {
		return records, err
	}
	if _, err := s.state(ctx, JournalStream); err != nil { // the leader has all that was shown
		return nil, err
	}
	records, last, err = s.readBehind(ctx, key, end{}, from, s.link.EachSurely)
	if err == nil && last < known.number {
		s.shown.drop(key, known) // purged by another node
	}
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		records = nil
	}
	return records, err
}

type eachOf func(ctx context.Context, stream, subject string, from uint64, f func(Message) error) error

// readBehind gives the records numbered from on of those behind begin, and the
// number of the last.
func (s *Store) readBehind(ctx context.Context, key store.Key, begin end, from int64, each eachOf) (records []store.Record, last int64, err error) {
	last = begin.number
	err = each(ctx, JournalStream, JournalSubject(key), uint64(begin.mark)+1, func(m Message) error {
		r, err := m.Record()
		if err != nil {
			return err
		}
		// JetStream steps over a record that it cannot read, without a word.
		if r.Number != last+1 {
			return fmt.Errorf("%w: record %d is missing (%d comes instead): the disk has damaged it, or it was purged meanwhile",
				store.ErrDamaged, last+1, r.Number)
		}
		last = r.Number
		if r.Number >= from {
			records = append(records, r)
		}
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		records = nil
	}
	return records, last, err
}

// Journals implements store.Store.
func (s *Store) Journals(ctx context.Context) ([]store.Journal, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if _, err := s.state(ctx, JournalStream); err != nil {
		return nil, err
	}
	counts, err := s.link.Counts(ctx, JournalStream, JournalPrefix+">")
	if err != nil {
		return nil, err
	}
	all := make([]store.Journal, 0, len(counts))
	for subject, n := range counts {
		key, ok := KeyOf(subject)
		if !ok || store.CheckKey(key) != nil {
			s.log.Error("store: what is no journal is passed over", "name", subject, "do", "find out who writes into the store beside the server")
			continue
		}
		all = append(all, store.Journal{Key: key, Records: int64(n)})
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

// End implements store.Store. After a purge it may be the mark of a record that is
// no more.
func (s *Store) End(ctx context.Context) (store.Mark, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	now, err := s.state(ctx, JournalStream)
	if err != nil {
		return 0, err
	}
	s.shown.reached(store.Mark(now.Last))
	return store.Mark(now.Last), nil
}

// Size implements store.Store: what the streams' messages take, on each replica.
func (s *Store) Size(ctx context.Context) (int64, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	var sum int64
	for _, name := range []string{JournalStream, CatalogueStream} {
		now, err := s.state(ctx, name)
		if err != nil {
			return 0, err
		}
		sum += int64(now.Bytes)
	}
	return sum, nil
}
