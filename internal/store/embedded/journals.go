package embedded

import (
	"context"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Journals implements store.Store. JetStream keeps the numbers in memory, and
// counts what it cannot read until it makes its index anew.
func (s *Store) Journals(ctx context.Context) ([]store.Journal, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	counts, err := s.counts(ctx, journalConfig.Name, journalPrefix+">")
	if err != nil {
		return nil, err
	}
	all := make([]store.Journal, 0, len(counts))
	for subject, n := range counts {
		key, ok := keyOf(subject)
		if !ok {
			return nil, fmt.Errorf("list the journals: %w: %q is no subject of a journal", store.ErrDamaged, subject)
		}
		all = append(all, store.Journal{Key: key, Records: int64(n)})
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

// counts is how many messages a stream has of each subject.
func (s *Store) counts(ctx context.Context, stream, subjects string) (map[string]uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	handle, err := s.stream.Stream(ctx, stream)
	if err != nil {
		return nil, s.unanswered(err)
	}
	info, err := handle.Info(ctx, jetstream.WithSubjectFilter(subjects))
	if err != nil {
		return nil, s.unanswered(err)
	}
	return info.State.Subjects, nil
}

// isPurged says whether nothing is left of a journal.
func (s *Store) isPurged(ctx context.Context, key store.Key) bool {
	counts, err := s.counts(ctx, journalConfig.Name, subjectOf(key))
	return err == nil && len(counts) == 0
}
