package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
)

// errWrites is why nothing of the origin's can be changed here.
var errWrites = fmt.Errorf("%w: this is an edge: only its origin writes", store.ErrUnavailable)

// theOrigins says whether a key is the origin's; all else this node keeps in
// memory for itself.
func theOrigins(key string) bool {
	head, _, _ := strings.Cut(key, "/")
	return slices.Contains([]string{"team", "match", "once", "left"}, head)
}

// Put sets an entry of this node's own.
func (s *Store) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	return s.own(ctx, key, append([]byte{}, value...), expect)
}

// Delete removes an entry of this node's own.
func (s *Store) Delete(ctx context.Context, key string, expect uint64) error {
	if expect == 0 {
		return fmt.Errorf("%w: delete %s: revision 0 is of what does not exist", store.ErrConflict, key)
	}
	_, err := s.own(ctx, key, nil, expect)
	return err
}

func (s *Store) own(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if err := store.CheckEntry(key, value); err != nil {
		return 0, err
	}
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	if theOrigins(key) {
		return 0, errWrites
	}
	if old := s.mu.entries[key]; old.Revision != expect {
		return 0, fmt.Errorf("%w: %s has revision %d, not %d", store.ErrConflict, key, old.Revision, expect)
	}
	return s.set(key, value), nil
}

// set an entry, nil deletes, and tell of it. Called with mu held.
func (s *Store) set(key string, value []byte) uint64 {
	s.mu.revision++
	e := store.Entry{Key: key, Value: value, Revision: s.mu.revision}
	if value == nil {
		delete(s.mu.entries, key)
	} else {
		s.mu.entries[key] = e
	}
	s.mu.changes.tell(e)
	return e.Revision
}

// setTeam takes what the origin says of a team.
func (s *Store) setTeam(t match.Team) error {
	t.Revision = 0 // it is counted in that of each match
	if err := t.Validate(); err != nil {
		return fmt.Errorf("team %.80q: %w", t.ID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key, value := live.TeamEntry(t)
	if !bytes.Equal(s.mu.entries[key].Value, value) {
		s.set(key, value)
	}
	return nil
}

// setMatch takes what the origin says of a match, as f makes it of what was
// known; known is false for a match that is new, or was made anew.
func (s *Store) setMatch(id, epoch string, f func(old live.Told, known bool) live.Told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.putMatch(id, epoch, f)
}

// amend what is known of a match that is followed, unless it is not any more.
func (s *Store) amend(j *journal, f func(live.Told) live.Told) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.journals[j.key] == j {
		s.putMatch(j.key.Match, j.key.Epoch, func(t live.Told, _ bool) live.Told { return f(t) })
	}
}

// putMatch does it, with mu held.
func (s *Store) putMatch(id, epoch string, f func(old live.Told, known bool) live.Told) {
	old, known := s.mu.told[id]
	if known && old.Info.Epoch != epoch {
		s.log.Warn("the origin has another match of that name now; watchers of the old one are told that it is gone", "match", id, "epoch", epoch, "cause", "it was deleted and made anew, or the origin was wiped")
		s.drop(store.Key{Match: id, Epoch: old.Info.Epoch})
		old, known = live.Told{}, false
	}
	t := f(old, known)
	s.mu.told[id] = t
	if key, value := t.Entry(); !bytes.Equal(s.mu.entries[key].Value, value) {
		s.set(key, value)
	}
	if j := s.mu.journals[store.Key{Match: id, Epoch: epoch}]; j != nil {
		j.toldOf(t)
	}
}

// remove a match that is not there any more.
func (s *Store) remove(key store.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t, ok := s.mu.told[key.Match]; !ok || t.Info.Epoch != key.Epoch {
		return
	}
	s.drop(key)
	name, _ := s.mu.told[key.Match].Entry()
	delete(s.mu.told, key.Match)
	s.set(name, nil)
}

// drop a journal, if there is one. Called with mu held.
func (s *Store) drop(key store.Key) {
	if j := s.mu.journals[key]; j != nil {
		j.stop()
		delete(s.mu.journals, key)
	}
}

// Get as a store.Store does.
func (s *Store) Get(ctx context.Context, key string) (store.Entry, error) {
	if err := store.CheckEntry(key, nil); err != nil {
		return store.Entry{}, err
	}
	if err := s.enter(ctx); err != nil {
		return store.Entry{}, err
	}
	defer s.mu.Unlock()
	e, ok := s.mu.entries[key]
	if !ok {
		return store.Entry{}, fmt.Errorf("%w: %s", store.ErrNotFound, key)
	}
	return e, nil
}

// List as a store.Store does: as much as is known by now.
func (s *Store) List(ctx context.Context, prefix string) (list []store.Entry, err error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(s.mu.entries)) {
		if strings.HasPrefix(key, prefix) {
			list = append(list, s.mu.entries[key])
		}
	}
	return list, nil
}

// Watch as a store.Store does.
func (s *Store) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	if err := s.enter(ctx); err != nil {
		return errors.Join(ctx.Err(), err)
	}
	l := s.mu.changes.listen(nil)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.mu.changes.leave(l)
	}()
	ready()
	return l.hear(ctx, f)
}

// Publish and Subscribe reach this node only: edges have no store in common.
func (s *Store) Publish(ctx context.Context, topic string, message []byte) error {
	if s.topics.tell(topic, bytes.Clone(message)) {
		return store.ErrClosed
	}
	return ctx.Err()
}

// Subscribe as a store.Store does.
func (s *Store) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	l, leave := s.topics.listen(topic)
	defer leave()
	ready()
	return l.hear(ctx, f)
}
