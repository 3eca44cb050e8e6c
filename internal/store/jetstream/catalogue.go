package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

// newest is the entry or its deletion; Revision 0: neither.
func (s *Store) newest(ctx context.Context, key string) (store.Entry, error) {
	m, err := s.link.One(ctx, CatalogueStream, Get{Last: EntrySubject(key)})
	if errors.Is(err, store.ErrNotFound) {
		return store.Entry{Key: key}, nil
	}
	return m.Entry(), err
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := store.CheckEntry(key, nil); err != nil {
		return store.Entry{}, err
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return store.Entry{}, err
	}
	defer leave()
	e, err := s.newest(ctx, key)
	if err == nil && e.Value == nil {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Entry{}, fmt.Errorf("get %s: %w", key, err)
	}
	return e, nil
}

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return 0, err
	}
	revision, err := s.set(ctx, key, NewEntry(key, value), expect)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return revision, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	if err := store.CheckEntry(key, nil); err != nil {
		return err
	}
	if expect == 0 {
		return fmt.Errorf("delete %s: %w: revision 0 is of what does not exist", key, store.ErrConflict)
	}
	if _, err := s.set(ctx, key, NewDeletion(key), expect); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// set replaces the newest message of a key. Where that is a deletion the key does
// not exist for the caller, but does for JetStream: so it is looked up, and looked
// up again if it has changed meanwhile.
func (s *Store) set(ctx context.Context, key string, m *nats.Msg, expect uint64) (uint64, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	ctx, cancel := s.link.Bound(ctx)
	defer cancel()
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		old, err := s.newest(ctx, key)
		if err != nil {
			return 0, fmt.Errorf("nothing was written: %w", err)
		}
		present := old.Revision
		if old.Value == nil {
			present = 0
		}
		if present != expect {
			return 0, fmt.Errorf("%w: it has revision %d, not %d", store.ErrConflict, present, expect)
		}
		revision, err := s.publish(ctx, m, old.Revision)
		if !errors.Is(err, store.ErrConflict) || rest(ctx, pause) != nil {
			return revision, err
		}
	}
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	found := map[string]store.Entry{} // by subject; one that is changed meanwhile comes twice
	err = s.link.Each(ctx, CatalogueStream, ListSubject(prefix), 1, func(m Message) error {
		found[m.Subject] = m.Entry()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", prefix, err)
	}
	list := make([]store.Entry, 0, len(found))
	for _, e := range found {
		if e.Value != nil && strings.HasPrefix(e.Key, prefix) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}
