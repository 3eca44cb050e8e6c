package top

import "fmt"

// process is what Go's runtime and the kernel know of each node, a line each, and what is
// wrong with it.
func (s *State) process() *table {
	t := &table{columns: s.named(column{title: "RESIDENT", keep: 9}, column{title: "GO", keep: 8}, column{title: "HEAP", keep: 7}, column{title: "GOAL", keep: 5},
		column{title: "STACKS", keep: 4}, column{title: "GC/MIN", keep: 6}, column{title: "GC CPU", keep: 6}, column{title: "GOROUT", keep: 8}, column{title: "FDS", keep: 8},
		column{title: "OF", keep: 3}, column{title: "CPU", keep: 7}, column{title: "CORES", keep: 3}, column{title: "UP", keep: 3})}
	for _, n := range s.chosen() {
		now := n.Now
		cycles, known := n.per(func(p *Snapshot) float64 { return float64(p.Go.Cycles) })
		collecting, _ := n.per(func(p *Snapshot) float64 { return p.Go.Collecting })
		cpu, _ := n.per(func(p *Snapshot) float64 { return p.Process.CPU })
		limit := "-"
		if now.Process.Limit > 0 {
			limit = count(now.Process.Limit)
		}
		t.rows = append(t.rows, row{key: n.Address, node: n,
			sort: [2]float64{map[Sort]float64{ByMemory: float64(now.resident()), ByRate: cpu, ByWatchers: float64(now.Watchers.All()), ByLag: float64(now.Lag().Events)}[s.Sort], 0},
			cells: s.cells(n, s.mark(n, "resident", size(now.Process.Resident)), s.mark(n, "memory", size(now.Go.Memory)), size(now.Go.Heap), size(now.Go.Goal),
				size(now.Go.Stacks), rate(cycles*60, known), percent(collecting, known), s.mark(n, "goroutines", count(now.Go.Goroutines)),
				s.mark(n, "descriptors", count(now.Process.Descriptors)), limit, percent(cpu, known), fmt.Sprint(now.Go.Processors), whole(now.Up))})
		who := ""
		if s.several() {
			who = s.name(n) + ": "
		}
		m := now.Matches
		t.below = append(t.below, fmt.Sprintf("%sversion %s; matches: %d open, %d over, %d at rest, %d away", who, plain(now.Version), m.Open, m.Over, m.AtRest, m.Away))
		for _, w := range now.Troubles {
			t.below = append(t.below, fmt.Sprintf("%swrong for %s: %s (what it means and what to do: GET /node)", who, whole(float64(w.Since)), plain(w.Name)))
		}
	}
	return t
}
