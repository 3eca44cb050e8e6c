package live_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// disowned answers the next write of a kind with a conflict, though it is stored: so
// says a leader that was frozen while another took over.
func disowned(op, key string) hook {
	var once sync.Once
	return func(o, k string, do func() error) error {
		err := do()
		if o == op && k == key {
			once.Do(func() { err = errors.Join(store.ErrConflict, err) })
		}
		return err
	}
}

// What a leader disowns and the next one has stored is known again, key or no key.
func TestOwnRecordBehindConflict(t *testing.T) {
	for _, key := range []string{"", "k1"} {
		t.Run("key "+key, func(t *testing.T) {
			f := newFaulty(memory.New())
			l := open(t, f)
			m := create(t, l)
			play(t, m, start)
			f.set(disowned("append", id))
			e, err := try(m, goal, key)
			must(t, err)
			if got := m.View().State; e.ID != 2 || got.LastID != 2 || got.Sides[match.Visit].Score != 1 {
				t.Fatalf("event %d; the match stands at %d with %d goals", e.ID, got.LastID, got.Sides[match.Visit].Score)
			}
			// Two that are alike are two.
			if e := post(t, m, goal); e.ID != 3 {
				t.Fatalf("event %d", e.ID)
			}
		})
	}
}

func TestOwnDeletionBehindConflict(t *testing.T) {
	f := newFaulty(memory.New())
	l := open(t, f)
	m := create(t, l)
	play(t, m, start)
	f.set(disowned("append", id))
	must(t, l.Delete(context.Background(), id))
	if left, _ := f.Store.Read(context.Background(), key(m), 1); len(left) != 0 {
		t.Fatalf("%d records are left", len(left))
	}
}

func TestOwnMatchBehindConflict(t *testing.T) {
	f := newFaulty(memory.New())
	l := open(t, f)
	putTeams(t, l)
	f.set(disowned("put", "match/"+id))
	_, err := l.Create(context.Background(), creation())
	must(t, err)
	find(t, l)
	_, err = l.Create(context.Background(), creation())
	wants(t, err, live.ErrExists)
}

// A conflict over an entry that nobody has changed is no answer: the match is there,
// and perhaps it is changed.
func TestChangeAtStaleLeader(t *testing.T) {
	f := newFaulty(memory.New())
	l := open(t, f)
	create(t, l)
	f.set(failing("put", false, store.ErrConflict))
	stadium := "Centenario"
	_, err := l.Change(context.Background(), id, live.Change{Stadium: &stadium})
	wants(t, err, store.ErrUnknown)
	f.set(healthy)
	_, err = l.Change(context.Background(), id, live.Change{Stadium: &stadium})
	must(t, err)
}

// refusesAfter lets a conflict be told of a write of an entry, whether it is done or not, and
// lets nothing be read of it any more.
type refusesAfter struct {
	*faulty
	key  string
	on   atomic.Bool
	told atomic.Bool
	err  error // of the reads
}

func (s *refusesAfter) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if key != s.key || !s.on.Load() || s.told.Swap(true) {
		return s.faulty.Put(ctx, key, value, expect)
	}
	return 0, store.ErrConflict
}

func (s *refusesAfter) Get(ctx context.Context, key string) (store.Entry, error) {
	if key == s.key && s.told.Load() {
		return store.Entry{}, s.err
	}
	return s.faulty.Get(ctx, key)
}

// Behind a conflict that cannot be looked into nobody is told that nothing was stored.
func TestConflictAndThenNoAnswer(t *testing.T) {
	stadium := "Centenario"
	for name, c := range map[string]struct {
		key string
		err error
		do  func(l *live.Live) error
	}{
		"change": {"match/" + id, store.ErrUnavailable, func(l *live.Live) error {
			_, err := l.Change(context.Background(), id, live.Change{Stadium: &stadium})
			return err
		}},
		"team": {"team/elp", store.ErrUnavailable, func(l *live.Live) error {
			_, _, err := l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "Pincharratas"})
			return err
		}},
		"create":                      {"match/elp-tig-2012-01-01", store.ErrUnavailable, another},
		"create, and it is not there": {"match/elp-tig-2012-01-01", store.ErrNotFound, another},
	} {
		t.Run(name, func(t *testing.T) {
			s := &refusesAfter{faulty: newFaulty(memory.New()), key: c.key, err: c.err}
			l := open(t, s)
			create(t, l)
			s.on.Store(true)
			wants(t, c.do(l), store.ErrUnknown)
		})
	}
}

// another match of the same teams.
func another(l *live.Live) error {
	wish := creation()
	wish.Info.Date = "2012-01-01"
	_, err := l.Create(context.Background(), wish)
	return err
}

// An event that was never handed to the store is surely not stored, whatever is unknown of
// the mark that goes before it.
func TestReopeningIsUnknown(t *testing.T) {
	s := &refusesAfter{faulty: newFaulty(memory.New()), key: "match/" + id, err: store.ErrUnavailable}
	l := open(t, s)
	m := create(t, l)
	play(t, m, start, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	s.on.Store(true)
	_, err := try(m, `{"kind":"cancel","ref":2}`, "")
	wants(t, err, store.ErrUnavailable)
	if errors.Is(err, store.ErrUnknown) {
		t.Fatal(err)
	}
}
