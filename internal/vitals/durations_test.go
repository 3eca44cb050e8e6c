package vitals

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestQuantile: it lies in the bucket in which the true one lies.
func TestQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(rapid.Int64Range(0, int64(6*time.Second)), 1, 100).Draw(t, "durations")
		q := rapid.SampledFrom([]float64{0.01, 0.5, 0.9, 0.99, 1}).Draw(t, "quantile")
		var d Durations
		for _, took := range all {
			d.Observe(time.Duration(took))
		}
		var c Counts
		d.Add(&c)
		slices.Sort(all)
		exact := time.Duration(all[int(math.Ceil(q*float64(len(all))))-1]).Seconds()
		got := quantile(q, &c)
		i := 0
		for exact > bound(i) {
			i++
		}
		low := 0.0
		if i > 0 {
			low = bound(i - 1)
		}
		if got < low || got > bound(i)+1e-9 {
			t.Fatalf("the %v quantile is said to be %v; it is %v, between %v and %v", q, got, exact, low, bound(i))
		}
	})
}

func TestQuantileOfNothingAndOfTooMuch(t *testing.T) {
	if got := quantile(0.5, &Counts{}); !math.IsNaN(got) {
		t.Errorf("of nothing: %v", got)
	}
	var d Durations
	d.Observe(time.Hour)
	var c Counts
	d.Add(&c)
	if got := quantile(0.5, &c); got != bound(Buckets-2) {
		t.Errorf("of an hour: %v", got)
	}
}

// TestWindow: what lies longer ago than the window is forgotten.
func TestWindow(t *testing.T) {
	var d Durations
	d.Observe(time.Second) // before the beginning
	q := Recent(3, d.Add).Quantiles(1, 0.5)
	read := func(elapsed float64) float64 { q[1](elapsed); return q[0](elapsed) }
	for i, c := range []struct {
		observe time.Duration
		want    float64
	}{
		{0, math.NaN()}, {100 * time.Microsecond, 0.0001}, {0, 0.0001}, {0, 0.0001}, {0, math.NaN()},
		{time.Second, bound(14)}, {100 * time.Microsecond, bound(14)}, {0, bound(14)}, {0, 0.0001}, {0, math.NaN()},
	} {
		if c.observe > 0 {
			d.Observe(c.observe)
		}
		if got := read(min(float64(i), 1)); !same(got, c.want) {
			t.Errorf("second %d: %v, want %v", i, got, c.want)
		}
	}
}
