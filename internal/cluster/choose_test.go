package cluster

import (
	"math/rand/v2"
	"testing"
	"time"
)

// named are the names of nodes.
func named(nodes []Node) (names []string) {
	for _, n := range nodes {
		names = append(names, n.Name)
	}
	return names
}

// TestChoose: how often each node is named first, of 10,000 times: within 3 %.
func TestChoose(t *testing.T) {
	a := func(watchers, limit int64) Node { return Node{Name: "a", Watchers: watchers, Limit: limit} }
	b := func(watchers, limit int64) Node { return Node{Name: "b", Watchers: watchers, Limit: limit} }
	c := func(watchers, limit int64) Node { return Node{Name: "c", Watchers: watchers, Limit: limit} }
	drains := func(n Node) Node { n.Draining = true; return n }
	lags := func(n Node) Node { n.Lagging = true; return n }
	gone := func(n Node) Node { n.Gone = time.Second; return n }
	for _, x := range []struct {
		of    string
		nodes []Node
		first map[string]float64
		named int
	}{
		{"nobody", nil, nil, 0},
		{"one", []Node{a(9, 10)}, map[string]float64{"a": 1}, 1},
		{"two alike", []Node{a(5, 10), b(5, 10)}, map[string]float64{"a": .5, "b": .5}, 2},
		{"the emptier", []Node{a(4, 10), b(5, 10)}, map[string]float64{"a": .75, "b": .25}, 2},
		{"however empty", []Node{a(0, 10), b(9, 10)}, map[string]float64{"a": .75, "b": .25}, 2},
		{"of three", []Node{a(1, 10), b(2, 10), c(3, 10)}, map[string]float64{"a": 5. / 9, "b": 3. / 9, "c": 1. / 9}, 3},
		{"by the limit", []Node{a(0, 30), b(0, 10)}, map[string]float64{"a": .75, "b": .25}, 2},
		{"share of the limit", []Node{a(20, 30), b(9, 10)}, map[string]float64{"a": 15. / 16, "b": 1. / 16}, 2},
		{"no limit is known", []Node{a(5, 0), b(6, 0)}, map[string]float64{"a": .75, "b": .25}, 2},
		{"of one none is known", []Node{a(5, 0), b(6, 10)}, map[string]float64{"a": .75, "b": .25}, 2},
		{"full ones last", []Node{a(10, 10), b(9, 10)}, map[string]float64{"b": 1}, 2},
		{"who lags last", []Node{lags(a(0, 10)), b(9, 10)}, map[string]float64{"b": 1}, 2},
		{"all are full", []Node{a(10, 10), b(10, 10)}, map[string]float64{"a": .5, "b": .5}, 2},
		{"who drains is not named", []Node{drains(a(0, 10)), b(9, 10)}, map[string]float64{"b": 1}, 1},
		{"who is gone neither", []Node{gone(a(0, 10)), b(9, 10)}, map[string]float64{"b": 1}, 1},
	} {
		random := rand.New(rand.NewPCG(1, 2)).Float64
		const times = 10_000
		count := map[string]float64{}
		for range times {
			chosen := choose(x.nodes, 3, random)
			if len(chosen) != x.named {
				t.Fatalf("%s: %v are named, want %d", x.of, named(chosen), x.named)
			}
			seen := map[string]bool{}
			for _, n := range chosen {
				if seen[n.Name] {
					t.Fatalf("%s: named twice: %v", x.of, named(chosen))
				}
				seen[n.Name] = true
			}
			if len(chosen) > 0 {
				count[chosen[0].Name] += 1. / times
			}
		}
		for name, got := range count {
			if want := x.first[name]; got < want-.03 || got > want+.03 {
				t.Errorf("%s: %s is first %.3f of the time, want %.3f", x.of, name, got, want)
			}
		}
	}
	if got := choose([]Node{a(1, 2), b(1, 2), c(1, 2)}, 2, rand.Float64); len(got) != 2 {
		t.Errorf("two were asked for: %v", named(got))
	}
}

// TestNoHerd: however many ask within the second in which nothing new is known,
// no node of ten is given more than a fifth of them, and who joins them empty is
// filled all the same.
func TestNoHerd(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4)).Float64
	nodes := make([]Node, 10)
	for i := range nodes {
		nodes[i] = Node{Name: string(rune('a' + i)), Limit: 100_000, Watchers: 10_000}
	}
	nodes[0].Watchers = 0
	most := int64(0)
	for range 30 { // seconds
		now := map[string]int64{}
		for range 5000 {
			now[choose(nodes, 1, random)[0].Name]++
		}
		for i := range nodes {
			most = max(most, now[nodes[i].Name])
			nodes[i].Watchers += now[nodes[i].Name]
		}
	}
	if most > 5000*22/100 {
		t.Errorf("one node was given %d of 5000", most)
	}
	low, high := nodes[0].Watchers, nodes[0].Watchers
	for _, n := range nodes {
		low, high = min(low, n.Watchers), max(high, n.Watchers)
	}
	if high-low > 1500 {
		t.Errorf("in the end the emptiest has %d and the fullest %d", low, high)
	}
}
