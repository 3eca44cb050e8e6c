package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// newest is the entry or its deletion; Revision 0: neither. lost: the disk has
// lost the one that was acknowledged last. Then Value is nil, though an older one
// may have come back: Revision is what JetStream takes for the newest.
func (s *Store) newest(ctx context.Context, key string) (e store.Entry, lost bool, err error) {
	known := s.tally.get(jetstream.EntrySubject(key)) // before it is read
	m, err := s.link.One(ctx, catalogueConfig.Name, jetstream.Get{Last: jetstream.EntrySubject(key)})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Entry{}, false, err
	}
	e = store.Entry{Key: key}
	if err == nil {
		e = m.Entry()
		s.tally.note(m.Subject, noteOf(m)) // of its Put no answer may have come in time
	}
	if acknowledged := uint64(max(known, -known)); e.Revision < acknowledged && s.tally.get(jetstream.EntrySubject(key)) == known {
		e.Value, lost = nil, known > 0
	}
	return e, lost, nil
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := store.CheckEntry(key, nil); err != nil {
		return store.Entry{}, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return store.Entry{}, err
	}
	defer leave()
	e, lost, err := s.newest(ctx, key)
	if err == nil && e.Value == nil {
		err = store.ErrNotFound
	}
	if lost {
		err = fmt.Errorf("%w: %w", store.ErrNotFound, errLostEntry)
	}
	if err != nil {
		return store.Entry{}, fmt.Errorf("get %s: %w", key, err)
	}
	return e, nil
}

// Put implements store.Store.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	revision, err := s.set(ctx, key, jetstream.NewEntry(key, value), expect)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return revision, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	if _, err := s.set(store.Freeing(ctx), key, jetstream.NewDeletion(key), expect); err != nil {
		return fmt.Errorf("delete %s: %w", key, err)
	}
	return nil
}

// set replaces the newest message of a key. Where that is a deletion the key
// does not exist for the caller, but does for JetStream: so it is looked up,
// and looked up again if it has changed meanwhile.
func (s *Store) set(ctx context.Context, key string, m *nats.Msg, expect uint64) (uint64, error) {
	if err := store.CheckEntry(key, m.Data); err != nil {
		return 0, err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	for mending := false; ; {
		known := s.tally.get(m.Subject)
		old, lost, err := s.newest(ctx, key)
		if err != nil {
			return 0, err
		}
		if lost && !mending {
			// One after another: what is put anew looks lost until the tally knows of it.
			s.mending.Lock()
			defer s.mending.Unlock()
			mending = true
			continue
		}
		present := old.Revision
		if old.Value == nil {
			present = 0
		}
		if known != 0 && old.Revision == 0 { // lost, or its deletion is
			if err := s.whole(ctx, m.Subject); err != nil {
				return 0, err
			}
		}
		if present != expect {
			return 0, fmt.Errorf("%w: it has revision %d, not %d", store.ErrConflict, present, expect)
		}
		if deletion := m.Header.Get(jetstream.DeletedHeader) != ""; deletion && expect == 0 && !lost {
			return 0, fmt.Errorf("%w: revision 0 is of what does not exist", store.ErrConflict)
		}
		revision, err := s.publish(ctx, m, old.Revision)
		if err == nil {
			s.tally.replace(m.Subject, known, noteOf(jetstream.Message{Sequence: revision, Header: m.Header}))
		}
		if !errors.Is(err, store.ErrConflict) {
			return revision, err
		}
	}
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	known := s.tally.under(jetstream.EntrySubject(prefix)) // before anything is read
	found := map[string]store.Entry{}                      // by subject; one that is changed meanwhile comes twice
	err = s.link.Each(ctx, catalogueConfig.Name, jetstream.ListSubject(prefix), 1, func(m jetstream.Message) error {
		found[m.Subject] = m.Entry()
		return nil
	})
	if err == nil || errors.Is(err, jetstream.ErrStepped) {
		err = s.missed(ctx, known, found)
	}
	if err != nil && !errors.Is(err, store.ErrDamaged) {
		return nil, fmt.Errorf("list %s: %w", prefix, err)
	}
	list := make([]store.Entry, 0, len(found))
	for _, e := range found {
		if e.Value != nil && strings.HasPrefix(e.Key, prefix) {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return list, err
}

// Watch implements store.Store.
func (s *Store) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	state, err := s.link.State(ctx, catalogueConfig.Name)
	leave()
	if err != nil {
		return err
	}
	// The stream keeps the newest message of each key, deletions included, so
	// that from here on nothing can be missed.
	ready()
	return s.follow(ctx, catalogueConfig.Name, state.Last, func(m js.Msg, sequence uint64) error {
		f(message(m, sequence).Entry())
		return nil
	})
}
