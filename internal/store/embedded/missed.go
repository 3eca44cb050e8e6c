package embedded

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// errLostEntry: an entry was acknowledged, and is not there as it was.
var errLostEntry = fmt.Errorf("%w: the disk has lost this entry of the catalogue; restore the store from a backup or a replica (matchstream admin copy)",
	store.ErrDamaged)

// missed looks once more for the entries of the catalogue that have to be there,
// by what was known of them before, and were not found as they were acknowledged:
// what was changed meanwhile is added, what the disk has lost is taken out and
// named in an error.
func (s *Store) missed(ctx context.Context, known map[string]int64, found map[string]store.Entry) error {
	var gone []string
	for _, subject := range slices.Sorted(maps.Keys(known)) {
		n := known[subject]
		if was, seen := found[subject]; was.Revision >= uint64(max(n, -n)) || !seen && n < 0 { // found, or deleted long ago
			continue
		}
		e, lost, err := s.newest(ctx, jetstream.EntryKey(subject))
		if err != nil {
			return err
		}
		found[subject] = e
		if lost {
			gone = append(gone, e.Key)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return fmt.Errorf("%w: the disk has damaged these entries of the catalogue: %s; restore the store from a backup or a replica (matchstream admin copy)",
		store.ErrDamaged, strings.Join(gone, ", "))
}

// whole refuses to write over an entry that is counted and cannot be read:
// JetStream would fail to remove it, and then write nothing more at all. Once it
// has counted anew it can be written over.
func (s *Store) whole(ctx context.Context, subject string) error {
	counts, err := s.link.Counts(ctx, catalogueConfig.Name, subject)
	if err != nil || len(counts) == 0 {
		return err
	}
	if _, err := s.link.One(ctx, catalogueConfig.Name, jetstream.Get{Last: subject}); !errors.Is(err, store.ErrNotFound) {
		return err // written just now
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, errLostEntry)
}
