package live_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// two nodes over one store, with the match on both.
func two(t *testing.T, s store.Store) (a, b *live.Live) {
	t.Helper()
	a, b = open(t, s), open(t, s)
	create(t, a)
	catalogued(t, b, func() bool { return b.Len() == 1 })
	return a, b
}

func TestTwoNodesAppendAtOnce(t *testing.T) {
	a, b := two(t, memory.New())
	nodes := []*live.Live{a, b}
	play(t, find(t, a), start)
	var all sync.WaitGroup
	const each, operators = 200, 4
	seen := make([]map[int64]bool, len(nodes)*operators)
	for n, l := range nodes {
		m := reached(t, l, 1)
		for o := range operators {
			ids := map[int64]bool{}
			seen[n*operators+o] = ids
			all.Go(func() {
				for i := range each / operators {
					e, err := try(m, fmt.Sprintf(`{"kind":"comment","comment":"%d/%d/%d"}`, n, o, i), "")
					must(inside{}, err)
					ids[e.ID] = true
				}
			})
		}
	}
	all.Wait()
	union := map[int64]bool{1: true}
	for _, ids := range seen {
		for i := range ids {
			if union[i] {
				t.Fatalf("event %d was given to two", i)
			}
			union[i] = true
		}
	}
	const last = 2*each + 1
	if len(union) != last {
		t.Fatalf("%d events, want %d", len(union), last)
	}
	ma, mb := reached(t, a, last), reached(t, b, last)
	if texts(t, ma) != texts(t, mb) {
		t.Fatal("the nodes' bytes differ")
	}
	if x, y := a.Counts.Appends.Load(), b.Counts.Appends.Load(); x != each+1 || y != each {
		t.Fatalf("%d and %d appends counted", x, y)
	}
}

// Another node is faster: the request is checked again against what is true by
// now, and taken or refused.
func TestConflict(t *testing.T) {
	f := newFaulty(memory.New())
	a, b := open(t, f), open(t, f.Store)
	ma := create(t, a)
	play(t, ma, start)
	catalogued(t, b, func() bool { return b.Len() == 1 })
	mb := reached(t, b, 1)
	faster := func(body string) {
		var once sync.Once
		f.set(func(op, _ string, do func() error) error {
			if op == "append" {
				once.Do(func() { post(t, mb, body) })
			}
			return do()
		})
	}
	faster(goal)
	if e := post(t, ma, goal); e.ID != 3 {
		t.Fatalf("event %d", e.ID)
	}
	reached(t, b, 3)
	faster(stop)
	if _, err := try(ma, goal, ""); reasonOf(err) != match.Refused {
		t.Fatalf("a goal after the end: %v", err)
	}
	if got := a.Counts.Conflicts.Load(); got != 2 {
		t.Fatalf("%d conflicts counted", got)
	}
}

func TestCatalogueOfTwoNodes(t *testing.T) {
	s := memory.New()
	a, b := two(t, s)
	ma, mb := find(t, a), reached(t, b, 0)
	same := func(what string) {
		t.Helper()
		want := ma.View()
		await(t, mb, func(v match.View, _ bool) bool {
			return reflect.DeepEqual(v.Info, want.Info) && reflect.DeepEqual(v.Teams, want.Teams) && v.State.LastID == want.State.LastID
		})
		if texts(t, ma) != texts(t, mb) || mb.View().Changes != want.Changes {
			t.Fatalf("%s: the nodes differ: %d and %d changes", what, want.Changes, mb.View().Changes)
		}
		c := open(t, s) // and a node that starts now
		mc := find(t, c)
		if texts(t, ma) != texts(t, mc) || mc.View().Changes != want.Changes {
			t.Fatalf("%s: a restart makes a difference: %d and %d changes", what, want.Changes, mc.View().Changes)
		}
	}
	changes := func(want int) {
		t.Helper()
		if got := ma.View().Changes; got != want {
			t.Fatalf("%d changes, want %d", got, want)
		}
	}
	rename := func(name string) {
		t.Helper()
		_, created, err := a.PutTeam(context.Background(), match.Team{ID: "elp", Name: name})
		if must(t, err); created {
			t.Fatal("a known team was created")
		}
	}
	changes(0)
	rename("Estudiantes de La Plata")
	changes(1)
	same("renamed before the start")
	rename("Estudiantes de La Plata") // no change
	changes(1)
	play(t, ma, start)
	changes(0)
	same("an event after it")
	stadium := "Centenario"
	for range 2 { // the second changes nothing
		_, err := a.Change(context.Background(), id, live.Change{Stadium: &stadium})
		must(t, err)
	}
	changes(1)
	rename("ELP")
	changes(2)
	same("match and team")
	play(t, ma, stop)
	changes(0)
	rename("Estudiantes")
	changes(1)
	same("after the end")

	must(t, a.Delete(context.Background(), id))
	await(t, mb, func(_ match.View, deleted bool) bool { return deleted })
	if b.Len() != 0 {
		t.Fatal("the other node has it still")
	}
}

// Delete and create anew on one node, seen by another in whatever order the
// news come: what is there at the end is the new match.
func TestMadeAnew(t *testing.T) {
	s := memory.New()
	a, b := two(t, s)
	play(t, find(t, a), start, goal)
	old := reached(t, b, 2)
	for range 20 {
		lane := old.Lane(wire.SSE)
		must(t, a.Delete(context.Background(), id))
		_, err := a.Create(context.Background(), creation())
		must(t, err)
		now := find(t, a)
		play(t, now, start)
		catalogued(t, b, func() bool {
			m, err := b.Match(context.Background(), id)
			return err == nil && m.View().Info.Epoch == now.View().Info.Epoch && m.View().State.LastID == 1
		})
		await(t, old, func(_ match.View, deleted bool) bool { return deleted })
		if got := lane.View().End; got != feed.Gone {
			t.Fatalf("watchers on the other node are told %v", got)
		}
		old = find(t, b)
	}
}

// News of the catalogue that come late do not bring back what is gone.
func TestLateNews(t *testing.T) {
	f := newFaulty(memory.New())
	l := open(t, f)
	create(t, l)
	key := "match/" + id
	late, err := f.Get(context.Background(), key)
	must(t, err)
	comesBack := func(when string, l *live.Live) {
		t.Helper()
		must(t, live.Catalogued(l, late))
		if l.Len() != 0 {
			t.Fatalf("%s a deleted match came back", when)
		}
	}
	f.set(func(op, _ string, do func() error) error {
		if op == "delete" { // it is in the catalogue still
			comesBack("while it is being deleted", l)
		}
		return do()
	})
	must(t, l.Delete(context.Background(), id))
	f.set(healthy)
	comesBack("later", l)

	// Deleted elsewhere, and its making was never heard of.
	other := open(t, f)
	must(t, live.Catalogued(other, store.Entry{Key: key, Revision: late.Revision + 1000}))
	comesBack("deleted elsewhere,", other)
	late.Revision += 1001
	must(t, live.Catalogued(other, late))
	if other.Len() != 1 {
		t.Fatal("a match made anew is kept away")
	}

	// An older state of what is known changes nothing, and a deletion older
	// than what is known does not delete.
	was := find(t, other)
	older := late
	older.Revision--
	older.Value = bytes.Replace(older.Value, []byte(`"speed":1`), []byte(`"speed":2`), 1)
	must(t, live.Catalogued(other, older))
	must(t, live.Catalogued(other, store.Entry{Key: key, Revision: late.Revision - 1}))
	if now := find(t, other).View(); now.Info != was.View().Info {
		t.Fatalf("%+v became %+v", was.View().Info, now.Info)
	}

	// Made anew elsewhere, and the deletion was not heard of.
	lane := was.Lane(wire.SSE)
	epoch := was.View().Info.Epoch
	late.Revision++
	late.Value = bytes.Replace(late.Value, []byte(epoch), []byte("another1"), 1)
	must(t, live.Catalogued(other, late))
	if now := find(t, other).View().Info.Epoch; now != "another1" || lane.View().End != feed.Gone {
		t.Fatalf("the epoch is %s, the watchers of the old one are told %v", now, lane.View().End)
	}
}

// While the one node marks the match as over the other reopens it: the mark
// does not stay.
func TestEndedAndReopenedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		clock := newClock()
		a, b := clock.open(t, f), clock.open(t, f.Store)
		defer a.Close()
		defer b.Close()
		ma := create(t, a)
		play(t, ma, start)
		synctest.Wait()
		reopened := make(chan struct{})
		f.set(func(op, _ string, do func() error) error {
			if op == "put" {
				<-reopened
			}
			return do()
		})
		post(t, ma, stop) // and marks it, but that takes a while
		synctest.Wait()
		play(t, find(t, b), `{"kind":"cancel","ref":2}`)
		synctest.Wait()
		began := time.Now()
		close(reopened)
		synctest.Wait()
		if a.MarkedOver(id) || b.MarkedOver(id) || time.Since(began) != 0 {
			t.Fatal("a live match is marked as over")
		}
		c := clock.open(t, f.Store)
		defer c.Close()
		if got := c.Matches()[0].Period; got != match.First || !c.Loaded(id) {
			t.Fatalf("after a restart: %s", got)
		}
	})
}
