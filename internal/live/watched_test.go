package live_test

import (
	"testing"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// TestMostWatched: in the order of their watchers, each format by itself, and
// none that nobody watches.
func TestMostWatched(t *testing.T) {
	l := open(t, memory.New())
	create(t, l)
	days := []string{"2011-09-11", "2011-09-12", "2011-09-13"}
	for _, day := range days {
		_, err := l.Create(t.Context(), live.Creation{Info: match.Info{Home: "elp", Visit: "tig", Date: day, Speed: 1},
			Answer: func(match.View) []byte { return []byte("{}") }})
		must(t, err)
	}
	watch := func(id string, f wire.Format) *feed.Lane {
		m, err := l.Match(t.Context(), id)
		must(t, err)
		return m.Lane(f)
	}
	if most := l.MostWatched(10); len(most) != 0 {
		t.Errorf("nobody watches, and %d are watched", len(most))
	}
	watch(id, wire.TCP)
	for range 3 {
		watch("elp-tig-2011-09-12", wire.SSE)
	}
	left := watch("elp-tig-2011-09-12", wire.TCP)
	watch("elp-tig-2011-09-13", wire.WebSocket)
	left.Release()
	for n, want := range map[int][]string{0: {}, 1: {"elp-tig-2011-09-12"}, 10: {"elp-tig-2011-09-12", id, "elp-tig-2011-09-13"}} {
		most := l.MostWatched(n)
		if len(most) != len(want) {
			t.Fatalf("%d of %d are watched", len(most), n)
		}
		for i, w := range most {
			if w.Info.ID != want[i] {
				t.Errorf("the %dth is %s, want %s", i, w.Info.ID, want[i])
			}
		}
	}
	if first := l.MostWatched(1)[0]; first.All() != 3 || first.Watchers[wire.SSE] != 3 || first.Watchers[wire.TCP] != 0 {
		t.Errorf("%+v", first.Watchers)
	}
}
