package vitals

import (
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// same compares what may be NaN.
func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestASampleASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var value, count atomic.Uint64
		count.Store(100)
		c := New()
		c.Add(Series{Name: "value", Read: Gauge(func() float64 { return float64(value.Load()) })},
			Series{Name: "rate", Read: PerSecond(count.Load)})
		c.Start()
		for i := range 3 {
			value.Store(uint64(i + 1))
			count.Add(10)
			time.Sleep(Every)
			synctest.Wait()
		}
		c.Close()
		time.Sleep(5 * Every)
		got := c.Since(0)
		if got.First != 1 || got.Last != 3 {
			t.Fatalf("seconds %d to %d, want 1 to 3, and none after the end", got.First, got.Last)
		}
		for i := range 3 {
			if got.Values[0][i] != float32(i+1) || got.Values[1][i] != 10 {
				t.Errorf("second %d: %v and %v/s", i+1, got.Values[0][i], got.Values[1][i])
			}
		}
	})
}

func TestPerSecond(t *testing.T) {
	for _, c := range []struct {
		name           string
		counts         []uint64
		elapsed, wants []float64
	}{
		{"rises", []uint64{5, 7, 7}, []float64{0, 1, 2}, []float64{math.NaN(), 2, 0}},
		{"a long second", []uint64{0, 30}, []float64{0, 1.5}, []float64{math.NaN(), 20}},
		{"begun anew", []uint64{100, 3, 4}, []float64{0, 1, 1}, []float64{math.NaN(), 3, 1}},
	} {
		i := 0
		read := PerSecond(func() uint64 { return c.counts[i] })
		for ; i < len(c.counts); i++ {
			if got := read(c.elapsed[i]); !same(got, c.wants[i]) {
				t.Errorf("%s: reading %d is %v, want %v", c.name, i, got, c.wants[i])
			}
		}
	}
}

func TestSlowly(t *testing.T) {
	calls := 0
	read := Slowly(15, func() float64 { calls++; return float64(calls) })
	for i := range 31 {
		if got := read(min(float64(i), 1)); got != float64(i/15+1) {
			t.Errorf("second %d: reading %v", i, got)
		}
	}
}

// TestRing: whatever seconds have a sample, those of the last quarter of an
// hour are there, each in its place, and the others have none.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := New()
		value := 0.0
		c.Add(Series{Name: "value", Read: Gauge(func() float64 { return value })})
		c.Start()
		c.Close() // the test ticks
		kept, last := map[int64]float64{}, int64(0)
		for _, step := range rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(1, 3), rapid.Int64Range(1, 2*Kept)), 0, 30).Draw(t, "steps") {
			for range rapid.IntRange(0, 200).Draw(t, "before") {
				last++
				value = float64(last)
				kept[last] = value
				c.tick(last)
			}
			last += step
			value = float64(last)
			kept[last] = value
			c.tick(last)
		}
		since := rapid.Int64Range(-5, last+5).Draw(t, "since")
		got := c.Since(since)
		if got.Last != last {
			t.Fatalf("the last is %d, want %d", got.Last, last)
		}
		if first := max(1, last-Kept+1); since <= last && got.First != max(first, since+1) || since > last && got.First != first {
			t.Fatalf("since %d of %d: first %d", since, last, got.First)
		}
		if len(got.Values[0]) != int(got.Last-got.First+1) {
			t.Fatalf("%d values for %d to %d", len(got.Values[0]), got.First, got.Last)
		}
		for i, v := range got.Values[0] {
			want, ok := kept[got.First+int64(i)]
			if !ok {
				want = math.NaN()
			}
			if !same(float64(v), want) {
				t.Fatalf("second %d: %v, want %v", got.First+int64(i), v, want)
			}
		}
	})
}

func TestTwoOfAName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two series have one name")
		}
	}()
	New().Add(Series{Name: "x"}, Series{Name: "x"})
}

// BenchmarkTick is a second of a node's chart.
func BenchmarkTick(b *testing.B) {
	c := New()
	r := NewRuntime()
	c.Add(Series{Name: "memory", Read: r.Memory}, Series{Name: "pause", Read: r.Pause})
	var d Durations
	for i, q := range Recent(60, d.Add).Quantiles(0.99, 0.5) {
		c.Add(Series{Name: "quantile" + string(rune('0'+i)), Read: q})
	}
	for i := range 46 {
		c.Add(Series{Name: "x" + string(rune('A'+i)), Read: PerSecond(func() uint64 { return 0 })})
	}
	c.Watch(Rule{Name: "never", Holds: func(v Values) bool { return v.Sum("memory", Kept) < 0 }})
	c.Start()
	c.Close()
	b.ReportAllocs()
	second := int64(0)
	for b.Loop() {
		second++
		c.tick(second)
	}
}

func TestATickAllocatesNothing(t *testing.T) {
	c := New()
	r := NewRuntime()
	var d Durations
	q := Recent(60, d.Add).Quantiles(0.99, 0.5)
	c.Add(Series{Name: "memory", Read: r.Memory, Of: func() float64 { return 1 }}, Series{Name: "pause", Read: r.Pause},
		Series{Name: "p99", Read: q[0]}, Series{Name: "p50", Read: q[1]}, Series{Name: "rate", Read: PerSecond(func() uint64 { return 1 })})
	c.Watch(Rule{Name: "never", Holds: func(v Values) bool { return v.Part("rate") > 1 || v.Sum("p99", 60) > 1 }})
	c.Start()
	c.Close()
	second := int64(1)
	c.tick(second)
	if n := testing.AllocsPerRun(100, func() { second++; c.tick(second) }); n > 0 {
		t.Errorf("%v allocations a tick", n)
	}
}

// What there was in all is exact, however late a tick comes, and whether it comes at all.
func TestSum(t *testing.T) {
	c, counter := New(), uint64(0)
	c.Add(Series{Name: "rate", Read: PerSecond(func() uint64 { return counter })})
	c.Start()
	c.Close() // the test ticks
	for _, second := range []int64{1, 2, 2, 5, 6} {
		counter += 7
		c.tick(second)
	}
	if got := Sum(c.Since(0).Values[0]); math.Abs(got-float64(counter)) > 1e-3 {
		t.Errorf("%v in all, want %v", got, counter)
	}
}

// TestLatest is the newest sample of a series that there is.
func TestLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0.0
		c := New()
		c.Add(Series{Name: "n", Read: Gauge(func() float64 { n++; return n })},
			Series{Name: "none", Read: Gauge(func() float64 { return math.NaN() })})
		if v, ok := c.Latest("n"); ok || c.Second() != 0 {
			t.Errorf("before the first sample: %v", v)
		}
		c.Start()
		defer c.Close()
		time.Sleep(3*Every + Every/2)
		synctest.Wait()
		if v, ok := c.Latest("n"); !ok || v != 4 || c.Second() != 3 { // the first was read at the start
			t.Errorf("%v %v, second %d", v, ok, c.Second())
		}
		for _, name := range []string{"none", "what there is not"} {
			if v, ok := c.Latest(name); ok {
				t.Errorf("%s: %v", name, v)
			}
		}
	})
}
