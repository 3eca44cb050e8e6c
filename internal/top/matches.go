package top

import "strconv"

// matches that the nodes have told of.
func (s *State) matches() *table {
	t := &table{empty: "no match is listed", columns: s.named(column{title: "MATCH", left: true, keep: 9, most: 34},
		column{title: "STATE", left: true, keep: 2}, column{title: "EVENTS", keep: 5}, column{title: "WATCHERS", keep: 8},
		column{title: "DELIV/S", keep: 7}, column{title: "BEHIND", keep: 9}, column{title: "STILL", keep: 4}, column{title: "MEMORY", keep: 6},
		column{title: "LAST", keep: 3}, column{title: "TCP", keep: 1}, column{title: "SSE", keep: 1}, column{title: "WS", keep: 1},
		column{title: "FULL", keep: 0}, column{title: "B BEHIND", keep: 0})}
	for _, n := range s.chosen() {
		for _, m := range n.Now.Matches.List {
			t.rows = append(t.rows, row{key: n.Address + " " + m.ID, node: n, alarm: m.Slowest.Events > 0,
				sort: [2]float64{map[Sort]float64{ByLag: float64(m.Slowest.Events), ByMemory: float64(m.Memory), ByRate: m.Rate}[s.Sort], float64(m.Watchers())},
				cells: s.cells(n, plain(m.ID), plain(m.State), count(m.Events), count(m.Watchers()), rate(m.Rate, true),
					s.mark(n, "lag "+m.ID, count(m.Slowest.Events)), span(m.Still), s.mark(n, "match "+m.ID, size(m.Memory)), age(m.Last, n.Now.At),
					count(m.TCP), count(m.SSE), count(m.WS), strconv.Itoa(m.Full), size(m.Slowest.Bytes))})
		}
	}
	return t
}
