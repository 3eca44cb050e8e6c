package embedded

import (
	"context"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Journals implements store.Store. JetStream keeps its numbers in memory, and
// counts what it cannot read until it makes its index anew; the tally knows what
// there has to be.
func (s *Store) Journals(ctx context.Context) ([]store.Journal, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	known := s.tally.under(journalPrefix)
	counts, err := s.counts(ctx, journalConfig.Name, journalPrefix+">")
	if err != nil {
		return nil, err
	}
	all := make([]store.Journal, 0, len(counts))
	add := func(subject string, acknowledged, counted int64) {
		key, ok := keyOf(subject)
		if !ok || store.CheckKey(key) != nil {
			s.log.Error("store: what is no journal is passed over", "name", subject, "do", "find out who writes into the store beside the server")
			return
		}
		all = append(all, store.Journal{Key: key, Records: max(acknowledged, counted), Missing: max(0, acknowledged-counted)})
	}
	for subject, n := range counts {
		add(subject, known[subject], int64(n))
	}
	for subject, n := range known {
		if _, counted := counts[subject]; !counted && s.tally.get(subject) == n { // and not purged meanwhile
			add(subject, n, 0)
		}
	}
	slices.SortFunc(all, store.CompareJournals)
	return all, nil
}

// counts is how many messages a stream has of each subject.
func (e *engine) counts(ctx context.Context, stream, subjects string) (map[string]uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	handle, err := e.stream.Stream(ctx, stream)
	if err != nil {
		return nil, e.unanswered(err)
	}
	info, err := handle.Info(ctx, jetstream.WithSubjectFilter(subjects))
	if err != nil {
		return nil, e.unanswered(err)
	}
	return info.State.Subjects, nil
}

// state is what a stream holds now.
func (e *engine) state(ctx context.Context, name string) (jetstream.StreamState, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stream, err := e.stream.Stream(ctx, name) // asks for the state each time
	if err != nil {
		return jetstream.StreamState{}, e.unanswered(err)
	}
	return stream.CachedInfo().State, nil
}
