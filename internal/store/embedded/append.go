package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// end is the last record of a journal, as far as this process knows.
type end struct {
	mark   store.Mark
	number int64
}

// ends spares an append the look at the record before it. It is never trusted
// for more than the number that belongs to a mark, which never changes.
type ends struct {
	mu struct {
		sync.Mutex
		of map[store.Key]end
	}
}

func (e *ends) get(k store.Key) end {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mu.of[k]
}

func (e *ends) put(k store.Key, v end) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.mu.of == nil {
		e.mu.of = make(map[store.Key]end)
	}
	e.mu.of[k] = v
}

func (e *ends) drop(k store.Key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.mu.of, k)
}

func (e *ends) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mu.of = nil
}

// Append implements store.Store. Of ErrUnavailable and ErrUnknown the text
// says more.
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
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	if err := s.checkNumber(ctx, key, after, number); err != nil {
		return 0, err
	}
	m := jetstream.NewRecord(key, number, data)
	if known := s.tally.get(m.Subject); known >= number {
		if err := s.taken(ctx, key, after, number, known); err != nil {
			return 0, err
		}
	}
	acknowledged := s.tally.begin(m.Subject)
	sequence, err := s.publish(ctx, m, uint64(after))
	if err != nil {
		if !errors.Is(err, store.ErrUnknown) { // else whoever is shown it notes it
			acknowledged(0)
		}
		return 0, err
	}
	acknowledged(number)
	s.ends.put(key, end{mark: store.Mark(sequence), number: number})
	return store.Mark(sequence), nil
}

// checkNumber holds that number follows the record marked after. JetStream
// then holds that this record is the last one.
func (s *Store) checkNumber(ctx context.Context, key store.Key, after store.Mark, number int64) error {
	before := int64(0)
	if known := s.ends.get(key); after != 0 && known.mark == after {
		before = known.number
	} else if after != 0 {
		m, err := s.link.One(ctx, journalConfig.Name, jetstream.Get{Sequence: uint64(after)})
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("%w: there is no record marked %d", store.ErrConflict, after)
		}
		if err != nil {
			return fmt.Errorf("%w: nothing was written: %w", store.ErrUnavailable, err)
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

// taken says why a record whose number was acknowledged before is refused:
// another was faster, or it is lost, and its number is not given out again. None
// is an error, too: then the journal was purged just now.
func (s *Store) taken(ctx context.Context, key store.Key, after store.Mark, number, known int64) error {
	m, err := s.link.One(ctx, journalConfig.Name, jetstream.Get{Last: jetstream.JournalSubject(key)})
	switch {
	case err == nil && m.Sequence != uint64(after):
		return fmt.Errorf("%w: the journal does not end with the record marked %d", store.ErrConflict, after)
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case s.tally.get(jetstream.JournalSubject(key)) < number:
		return nil
	}
	return fmt.Errorf("%w: %w: records to number %d were acknowledged, %d can be read", store.ErrUnavailable, store.ErrDamaged, known, number-1)
}

// Purge implements store.Store.
func (s *Store) Purge(ctx context.Context, key store.Key) error {
	if err := store.CheckKey(key); err != nil {
		return err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if s.health.failed.Err() != nil { // on a copy it would be for nothing
		return fmt.Errorf("purge %s: %w: %w", key.Match, store.ErrUnwritable, context.Cause(s.health.failed))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stream, err := s.stream.Stream(ctx, journalConfig.Name)
	if err != nil {
		return fmt.Errorf("purge %s: %w: %w", key.Match, store.ErrUnavailable, err)
	}
	// On the disk before the journal goes, or it would seem lost after a crash.
	known := s.tally.get(jetstream.JournalSubject(key))
	s.tally.forget(jetstream.JournalSubject(key))
	if err := s.tally.sync(); err != nil {
		s.tally.note(jetstream.JournalSubject(key), known) // it is still there
		return fmt.Errorf("purge %s: %w: %w", key.Match, store.ErrUnavailable, err)
	}
	if err := stream.Purge(ctx, js.WithPurgeSubject(jetstream.JournalSubject(key))); err != nil {
		return fmt.Errorf("purge %s: %w: %w", key.Match, store.ErrUnknown, err)
	}
	s.tally.forget(jetstream.JournalSubject(key)) // what was appended meanwhile went with it
	s.ends.drop(key)
	return nil
}
