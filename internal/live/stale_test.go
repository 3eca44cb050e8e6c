package live_test

import (
	"context"
	"errors"
	"sync"
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
