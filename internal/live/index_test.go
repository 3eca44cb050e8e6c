package live

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/store"

	"matchstream/internal/match"
)

func entryOf(id string) *entry { return &entry{key: store.Key{Match: id}} }

// The index is a map, whatever is done to it.
func TestIndexIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x index
		model := map[string]*entry{}
		var made []*entry // those of old, too
		ids := rapid.SampledFrom([]string{"a-b-2022-01-02", "b-a-2022-01-02", "c-d-2021-12-31", "d-c-2022-01-03"})
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				e, before := entryOf(id), model[id]
				found, loaded := x.add(id, e)
				if loaded != (before != nil) || loaded && found != before || !loaded && found != e {
					t.Fatalf("added %s: %p, %t; there was %p", id, found, loaded, before)
				}
				made = append(made, e)
				model[id] = found
			},
			"remove": func(t *rapid.T) {
				if len(made) == 0 {
					t.Skip("nothing was made")
				}
				e := rapid.SampledFrom(made).Draw(t, "entry")
				x.remove(e.key.Match, e)
				if model[e.key.Match] == e {
					delete(model, e.key.Match)
				}
			},
			"list": func(t *rapid.T) { // at some times only: much may happen between two
				want := slices.SortedFunc(maps.Keys(model), match.CompareIDs)
				if got := x.ordered(); !slices.Equal(got, want) {
					t.Fatalf("the order is %v, want %v", got, want)
				}
			},
			"": func(t *rapid.T) {
				for _, id := range []string{"a-b-2022-01-02", "b-a-2022-01-02", "c-d-2021-12-31", "d-c-2022-01-03", "", "e"} {
					want, there := model[id]
					got, ok := x.get(id)
					found, ok2 := x.find([]byte(id))
					if got != want || found != want || ok != there || ok2 != there {
						t.Fatalf("%q is %p and %p, want %p", id, got, found, want)
					}
				}
				if x.len() != len(model) {
					t.Fatalf("%d entries, want %d", x.len(), len(model))
				}
				seen := map[string]*entry{}
				x.all(func(e *entry) bool { seen[e.key.Match] = e; return true })
				if len(seen) != len(model) {
					t.Fatalf("saw %v, want %v", seen, model)
				}
				for id, e := range model {
					if seen[id] != e {
						t.Fatalf("saw %p of %s, want %p", seen[id], id, e)
					}
				}
			},
		})
	})
}

// A walk may change the index, and may end early.
func TestIndexWalk(t *testing.T) {
	var x index
	for i := range 10 {
		id := fmt.Sprint(i)
		x.add(id, entryOf(id))
	}
	seen := 0
	x.all(func(e *entry) bool {
		x.remove(e.key.Match, e)
		x.add("new "+e.key.Match, entryOf("new "+e.key.Match))
		seen++
		return seen < 7
	})
	if seen != 7 || x.len() != 10 {
		t.Errorf("%d seen, %d there", seen, x.len())
	}
}

// Of those who add at once, one wins and all others are given his; who looks
// up finds an entry of that id, or none; a removal never hits a successor.
func TestIndexAtOnce(t *testing.T) {
	const rounds, ids = 300, 5
	var x index
	stays, _ := x.add("stays", entryOf("stays"))
	var won, removed atomic.Int64
	var at sync.WaitGroup
	for range 4 {
		at.Go(func() {
			for i := range rounds {
				id := fmt.Sprint(i % ids)
				mine := entryOf(id)
				found, loaded := x.add(id, mine)
				if loaded == (found == mine) || found.key.Match != id {
					t.Errorf("%s: loaded %t, found %s", id, loaded, found.key.Match)
				}
				if loaded {
					x.remove(id, mine) // it is not there: another's is
					continue
				}
				won.Add(1)
				if got, ok := x.get(id); !ok || got != mine {
					t.Errorf("%s was taken away, or replaced", id)
				}
				x.remove(id, mine)
				removed.Add(1)
			}
		})
		at.Go(func() {
			for i := range rounds {
				id := fmt.Sprint(i % ids)
				if e, ok := x.find([]byte(id)); ok && e.key.Match != id {
					t.Errorf("%s is %s", id, e.key.Match)
				}
				if e, ok := x.get("stays"); !ok || e != stays {
					t.Error("the one that stays is not found")
				}
				there := false
				x.all(func(e *entry) bool { there = there || e == stays; return true })
				if !there || x.len() < 1 {
					t.Error("the one that stays is not seen")
				}
			}
		})
	}
	at.Wait()
	if x.len() != 1 || won.Load() != removed.Load() || won.Load() == 0 {
		t.Errorf("%d are left of %d, of which %d were taken away", x.len(), won.Load(), removed.Load())
	}
}
