package top

import (
	"testing"
	"time"
)

// TestGrows holds the rule: the lowest of each quarter above that of the one before, and
// a twentieth in all.
func TestGrows(t *testing.T) {
	every := func(n int, of func(i int) float64) (values []float64) {
		for i := range n {
			values = append(values, of(i))
		}
		return values
	}
	for _, c := range []struct {
		name   string
		values []float64 // one a second
		want   bool
	}{
		{"nothing is known", nil, false},
		{"it rises", every(62, func(i int) float64 { return 100 + float64(i) }), true},
		{"it rises, but not for long", every(59, func(i int) float64 { return 100 + float64(i) }), false},
		{"it stands still", every(62, func(int) float64 { return 100 }), false},
		{"it falls", every(62, func(i int) float64 { return 200 - float64(i) }), false},
		{"it rises by less than a twentieth", every(62, func(i int) float64 { return 1000 + 0.7*float64(i) }), false},
		{"it rises from nothing", every(62, func(i int) float64 { return float64(i) }), true},
		{"a saw whose teeth begin higher each time", every(62, func(i int) float64 { return 100 + float64(i) + 50*float64(i%5) }), true},
		{"a saw whose teeth begin at the same place", every(62, func(i int) float64 { return 100 + 50*float64(i%5) }), false},
		{"it rose, and has stood still for a quarter", every(80, func(i int) float64 { return 100 + float64(min(i, 45)) }), false},
		{"it rose, and fell back once in the last quarter", every(62, func(i int) float64 {
			if i == 60 {
				return 90
			}
			return 100 + float64(i)
		}), false},
		{"what was long ago does not count", every(200, func(i int) float64 { return max(100, float64(i)) }), true},
	} {
		var g Growth
		for i, v := range c.values {
			g.Add(time.Duration(i)*time.Second, v, growthWindow(time.Second))
		}
		if got := g.Grows(growthWindow(time.Second)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		if len(g.values) > 62 {
			t.Errorf("%s: %d values are kept", c.name, len(g.values))
		}
	}
}

// TestGrowsAskedSeldom: who asks once in 20 s waits until there are three values in each
// quarter.
func TestGrowsAskedSeldom(t *testing.T) {
	const every = 20 * time.Second
	var g Growth
	for i := range 12 {
		g.Add(time.Duration(i)*every, float64(i), growthWindow(every))
		if g.Grows(growthWindow(every)) {
			t.Fatalf("after %v", time.Duration(i)*every)
		}
	}
	g.Add(12*every, 12, growthWindow(every))
	if !g.Grows(growthWindow(every)) {
		t.Error("it does not grow")
	}
}
