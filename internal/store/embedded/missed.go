package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/store"
)

// missed looks once more for the entries of the catalogue that JetStream counts
// and did not give: what was written meanwhile is found, what the disk has
// damaged is named in an error.
func (s *Store) missed(ctx context.Context, prefix string, seen map[string]bool, entries map[string]store.Entry) error {
	counts, err := s.counts(ctx, catalogueConfig.Name, listSubject(prefix))
	if err != nil {
		return err
	}
	var lost []string
	for _, subject := range slices.Sorted(maps.Keys(counts)) {
		key := entryKey(subject)
		if seen[subject] || !strings.HasPrefix(key, prefix) {
			continue
		}
		m, err := s.one(ctx, catalogueConfig.Name, get{Last: subject})
		switch {
		case errors.Is(err, store.ErrNotFound):
			lost = append(lost, key)
		case err != nil:
			return err
		case entry(m.subject, m.sequence, m.header, m.data).Value != nil:
			entries[key] = entry(m.subject, m.sequence, m.header, m.data)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return fmt.Errorf("%w: the disk has damaged these entries of the catalogue: %s; restore the store from a backup or a replica (matchstream admin copy)",
		store.ErrDamaged, strings.Join(lost, ", "))
}

// whole refuses to write over an entry that is counted and cannot be read:
// JetStream would fail to remove it, and then write nothing more at all.
func (s *Store) whole(ctx context.Context, subject string) error {
	counts, err := s.counts(ctx, catalogueConfig.Name, subject)
	if err != nil || len(counts) == 0 {
		return err
	}
	if _, err := s.one(ctx, catalogueConfig.Name, get{Last: subject}); !errors.Is(err, store.ErrNotFound) {
		return err // written just now
	}
	return fmt.Errorf("%w: %w: the disk has damaged this entry; restore the store from a backup or a replica (matchstream admin copy)",
		store.ErrUnavailable, store.ErrDamaged)
}
