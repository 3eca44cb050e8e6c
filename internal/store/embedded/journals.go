package embedded

import (
	"context"
	"slices"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
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
	known := s.tally.under(jetstream.JournalPrefix)
	counts, err := s.link.Counts(ctx, journalConfig.Name, jetstream.JournalPrefix+">")
	if err != nil {
		return nil, err
	}
	all := make([]store.Journal, 0, len(counts))
	add := func(subject string, acknowledged, counted int64) {
		key, ok := jetstream.KeyOf(subject)
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
