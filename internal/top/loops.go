package top

import (
	"strconv"

	"matchstream/internal/inside"
)

// loops of the epoll pump. By lag the one is first that has most mail: it is what a
// process with a long message queue is elsewhere.
func (s *State) loops() *table {
	t := &table{empty: "no loops: the pump is the portable one (serve --pump)", columns: s.named(column{title: "LOOP", keep: 9},
		column{title: "CONNS", keep: 8}, column{title: "HALL", keep: 5}, column{title: "LANES", keep: 2}, column{title: "MAIL", keep: 9},
		column{title: "WAIT", keep: 8}, column{title: "BUSY", keep: 8}, column{title: "WALKS/S", keep: 3}, column{title: "WALK", keep: 4},
		column{title: "LAST", keep: 6}, column{title: "FULL", keep: 5}, column{title: "BEHIND", keep: 9}, column{title: "B BEHIND", keep: 1}, column{title: "STILL", keep: 7})}
	for _, n := range s.chosen() {
		for i, l := range n.Now.Loops {
			at := func(p *Snapshot) inside.Loop {
				if i < len(p.Loops) {
					return p.Loops[i]
				}
				return inside.Loop{}
			}
			busy, known := n.per(func(p *Snapshot) float64 { return at(p).Busy })
			walks, _ := n.per(func(p *Snapshot) float64 { return float64(at(p).Walks) })
			spent, _ := n.per(func(p *Snapshot) float64 { return at(p).Walked })
			walk := 0.0
			if walks > 0 {
				walk = spent / walks
			}
			name := strconv.Itoa(l.Loop)
			// What it alone can tell: that nobody is behind is not known of a loop that is silent.
			wait, connections, lanes := span(l.Took), count(l.Connections), count(l.Lanes)
			behind, bytes, still := s.mark(n, "behind "+name, count(l.Events)), size(l.Slowest.Bytes), span(l.Still)
			if !l.Answered {
				wait, connections, lanes, behind, bytes, still = "no answer", "-", "-", "-", "-", "-"
			}
			by := map[Sort][2]float64{ByLag: {float64(l.Mail), l.Took}, ByMemory: {float64(l.Slowest.Bytes), 0}, ByRate: {busy, 0}, ByWatchers: {float64(l.Connections), 0}}[s.Sort]
			if s.Sort == ByLag && !l.Answered {
				by[0] += 1e9
			}
			t.rows = append(t.rows, row{key: n.Address + " " + name, node: n, alarm: !l.Answered, sort: by,
				cells: s.cells(n, name, connections, count(l.Hall), lanes, s.mark(n, "mail "+name, count(l.Mail)), wait,
					percent(busy, known), rate(walks, known), span(walk), span(l.LastWalk), count(l.Full),
					behind, bytes, still)})
		}
	}
	return t
}
