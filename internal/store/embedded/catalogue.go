package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// A deletion is an empty message with a header of its own in the place of the
// value, so that a Watch sees it. It expires by itself, long after every Watch
// has had its chance.
const (
	deletedHeader = "Deleted"
	deletedTTL    = "24h"
)

const cataloguePrefix = "catalogue."

func entrySubject(key string) string { return cataloguePrefix + strings.ReplaceAll(key, "/", ".") }

func entryKey(subject string) string {
	return strings.ReplaceAll(strings.TrimPrefix(subject, cataloguePrefix), ".", "/")
}

// entry is what a message of the catalogue's stream holds; Value is nil for a deletion.
func entry(subject string, sequence uint64, h nats.Header, data []byte) store.Entry {
	e := store.Entry{Key: entryKey(subject), Revision: sequence}
	if h.Get(deletedHeader) == "" {
		e.Value = append([]byte{}, data...)
	}
	return e
}

// newest is the entry or its deletion; Revision 0: neither. lost: the disk has
// lost the one that was acknowledged last. Then Value is nil, though an older one
// may have come back: Revision is what JetStream takes for the newest.
func (s *Store) newest(ctx context.Context, key string) (e store.Entry, lost bool, err error) {
	known := s.tally.get(entrySubject(key)) // before it is read
	m, err := s.one(ctx, catalogueConfig.Name, get{Last: entrySubject(key)})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Entry{}, false, err
	}
	e = store.Entry{Key: key}
	if err == nil {
		e = entry(m.subject, m.sequence, m.header, m.data)
		s.tally.note(m.subject, noteOf(m)) // of its Put no answer may have come in time
	}
	if acknowledged := uint64(max(known, -known)); e.Revision < acknowledged && s.tally.get(entrySubject(key)) == known {
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
	m := nats.NewMsg(entrySubject(key))
	m.Data = value
	revision, err := s.set(ctx, key, m, expect)
	if err != nil {
		return 0, fmt.Errorf("put %s: %w", key, err)
	}
	return revision, nil
}

// Delete implements store.Store.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	m := nats.NewMsg(entrySubject(key))
	m.Header.Set(deletedHeader, "1")
	m.Header.Set(jetstream.MsgTTLHeader, deletedTTL)
	if _, err := s.set(store.Freeing(ctx), key, m, expect); err != nil {
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
		if deletion := m.Header.Get(deletedHeader) != ""; deletion && expect == 0 && !lost {
			return 0, fmt.Errorf("%w: revision 0 is of what does not exist", store.ErrConflict)
		}
		revision, err := s.publish(ctx, m, old.Revision)
		if err == nil {
			s.tally.replace(m.Subject, known, noteOf(stored{sequence: revision, header: m.Header}))
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
	known := s.tally.under(entrySubject(prefix)) // before anything is read
	found := map[string]store.Entry{}            // by subject; one that is changed meanwhile comes twice
	err = s.each(ctx, catalogueConfig.Name, listSubject(prefix), 1, func(m stored) error {
		found[m.subject] = entry(m.subject, m.sequence, m.header, m.data)
		return nil
	})
	if err == nil || errors.Is(err, errStepped) {
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

// listSubject is the narrowest subject that has all keys with a prefix.
func listSubject(prefix string) string {
	parts := prefix[:strings.LastIndex(prefix, "/")+1]
	if parts == "" || store.CheckEntry(strings.TrimSuffix(parts, "/"), nil) != nil {
		return cataloguePrefix + ">"
	}
	return entrySubject(parts) + ">"
}

// Watch implements store.Store.
func (s *Store) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	state, err := s.state(ctx, catalogueConfig.Name)
	leave()
	if err != nil {
		return err
	}
	// The stream keeps the newest message of each key, deletions included, so
	// that from here on nothing can be missed.
	ready()
	return s.follow(ctx, catalogueConfig.Name, state.LastSeq, func(m jetstream.Msg, sequence uint64) error {
		f(entry(m.Subject(), sequence, m.Headers(), m.Data()))
		return nil
	})
}
