package audience

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// few users take few bytes, many a HyperLogLog's.
func TestSketchIsSmall(t *testing.T) {
	for _, c := range []struct{ users, most int }{{0, 16}, {1, 64}, {100, 1100}, {1000, 8300}, {crowded, 16_500}, {100_000, 17_000}} {
		const many = 100
		kept := make([]sketch, many)
		before := heap()
		for i := range kept {
			for u := range c.users {
				kept[i].add(mix(uint64(u)))
			}
		}
		if each := int(heap()-before) / many; each > c.most {
			t.Errorf("%d users take %d bytes, expected at most %d", c.users, each, c.most)
		} else {
			t.Logf("%d users take %d bytes, and %d in the store", c.users, each, len((&counted{users: kept[0]}).encode()))
		}
		runtime.KeepAlive(kept)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// mix spreads small numbers as a hash does.
func mix(n uint64) uint64 {
	r := rand.NewPCG(n, 1)
	return r.Uint64()
}

func TestSketchEstimates(t *testing.T) {
	var s sketch
	seen := 0
	for _, users := range []int{0, 1, 10, 1000, crowded, crowded + 1, 2 * crowded, 20_000, 300_000} {
		for ; seen < users; seen++ {
			s.add(mix(uint64(seen)))
			s.add(mix(uint64(seen / 2))) // known
		}
		within := 0.03 // nearly four times the standard error
		if users <= crowded {
			within = 0
		}
		if got := float64(s.estimate()); math.Abs(got-float64(users)) > within*float64(users) {
			t.Errorf("%v users are estimated, there were %d", got, users)
		}
	}
}

// However two sketches are merged, and through the store, it is as if one had
// seen all.
func TestSketchMerges(t *testing.T) {
	for _, c := range [][3]int{{0, 0, 0}, {0, 5, 0}, {10, 0, 0}, {10, 20, 3}, {2000, 2000, 500}, {2000, 20_000, 1000}, {20_000, 10, 5}, {20_000, 30_000, 10_000}} {
		var a, b, all sketch
		add := func(s *sketch, from, to int) {
			for i := from; i < to; i++ {
				s.add(mix(uint64(i)))
				all.add(mix(uint64(i)))
			}
		}
		add(&a, 0, c[0])
		add(&b, c[0]-c[2], c[0]-c[2]+c[1])
		stored := counted{connects: 7, peak: 3, users: b}
		read, err := parseCounted(stored.encode())
		if err != nil || read.connects != 7 || read.peak != 3 {
			t.Fatalf("%+v, %v", read, err)
		}
		merged := a.clone()
		merged.merge(&read.users)
		merged.merge(&read.users)
		b.merge(&a)
		if m, o, want := merged.estimate(), b.estimate(), all.estimate(); m != o || math.Abs(float64(m)-float64(want)) > 0.001*float64(want) {
			t.Errorf("%v: merged %d one way, %d the other, %d at once", c, m, o, want)
		}
	}
}

func TestSketchLeavesNothingOnTheHeap(t *testing.T) {
	for _, users := range []int{1, 100, crowded, 10_000} {
		var s sketch
		for i := range users {
			s.add(mix(uint64(i)))
		}
		i := 0
		if n := testing.AllocsPerRun(20_000, func() { s.add(mix(uint64(i % users))); i++ }); n != 0 {
			t.Errorf("%d users: %v allocations", users, n)
		}
	}
}
