package top

import (
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/inside"
)

// gates are the doors of each node, and who was turned away.
func (s *State) gates() *table {
	t := &table{columns: s.named(column{title: "GATE", left: true, keep: 9}, column{title: "ADDRESS", left: true, keep: 9, most: 28},
		column{title: "WATCHERS", keep: 8}, column{title: "GREETING", keep: 7}, column{title: "PONDERING", keep: 6},
		column{title: "REFUSED", keep: 7}, column{title: "REFUSED/S", keep: 5})}
	for _, n := range s.chosen() {
		for i, d := range n.Now.Gates.Doors {
			now, known := n.per(func(p *Snapshot) float64 {
				if i >= len(p.Gates.Doors) {
					return 0
				}
				return float64(turnedAway(p.Gates.Doors[i]))
			})
			t.rows = append(t.rows, row{key: n.Address + " " + d.Address, node: n,
				sort: [2]float64{map[Sort]float64{ByLag: float64(d.Greeting + d.Pondering)}[s.Sort], float64(d.Watchers)},
				cells: s.cells(n, plain(d.Protocol), plain(d.Address), count(d.Watchers), s.mark(n, "door "+d.Address, count(d.Greeting)), count(d.Pondering),
					count(turnedAway(d)), rate(now, known))})
		}
		t.below = append(t.below, s.refused(n))
	}
	return t
}

// turnedAway at a door, for any reason.
func turnedAway(d inside.Door) (all uint64) {
	for _, times := range d.Refused {
		all += times
	}
	return all
}

// refused says who was turned away by a node.
func (s *State) refused(n *Node) string {
	g := n.Now.Gates
	text := fmt.Sprintf("%s connections", count(g.Connections))
	if g.Limit > 0 {
		text += " of " + count(g.Limit)
	}
	accepted, known := n.per(func(p *Snapshot) float64 { return float64(p.Gates.Accepted) })
	text += fmt.Sprintf(", %s/s accepted; refused:", rate(accepted, known))
	var reasons []string
	for reason, times := range g.Refused {
		if times > 0 {
			now, _ := n.per(func(p *Snapshot) float64 { return float64(p.Gates.Refused[reason]) })
			one := strings.ReplaceAll(plain(reason), "_", " ") + " " + count(times)
			if now > 0 {
				one += " (" + rate(now, true) + "/s)"
			}
			reasons = append(reasons, one)
		}
	}
	slices.Sort(reasons)
	if len(reasons) == 0 {
		reasons = []string{"nobody"}
	}
	text += " " + strings.Join(reasons, ", ")
	if g.Starved > 0 || g.Yielded > 0 {
		text += fmt.Sprintf("; %s waited for a descriptor, %s gave theirs up", count(g.Starved), count(g.Yielded))
	}
	if s.several() {
		text = s.name(n) + ": " + text
	}
	return text
}
