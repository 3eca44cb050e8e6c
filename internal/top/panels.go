package top

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// named puts the column of the node before others, where several are shown.
func (s *State) named(columns ...column) []column {
	if s.several() {
		return append([]column{{title: "NODE", left: true, keep: 9, most: 16}}, columns...)
	}
	return columns
}

func (s *State) cells(n *Node, cells ...string) []string {
	if s.several() {
		return append([]string{s.name(n)}, cells...)
	}
	return cells
}

// matchColumn is where the match's id stands.
func (s *State) matchColumn() int {
	if s.several() {
		return 1
	}
	return 0
}

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

func (s *State) loops() *table {
	t := &table{empty: "no loops: the pump is the portable one (serve --pump)", columns: s.named(column{title: "LOOP", keep: 9},
		column{title: "CONNS", keep: 8}, column{title: "HALL", keep: 5}, column{title: "LANES", keep: 2}, column{title: "MAIL", keep: 9},
		column{title: "WAIT", keep: 8}, column{title: "BUSY", keep: 8}, column{title: "WALKS/S", keep: 3}, column{title: "WALK", keep: 4},
		column{title: "LAST", keep: 6}, column{title: "FULL", keep: 5}, column{title: "BEHIND", keep: 9}, column{title: "B BEHIND", keep: 1}, column{title: "STILL", keep: 7})}
	for _, n := range s.chosen() {
		for i, l := range n.Now.Loops {
			at := func(p *Snapshot) Loop {
				if i < len(p.Loops) {
					return p.Loops[i]
				}
				return Loop{}
			}
			busy, known := n.per(func(p *Snapshot) float64 { return at(p).Busy })
			walks, _ := n.per(func(p *Snapshot) float64 { return float64(at(p).Walks) })
			spent, _ := n.per(func(p *Snapshot) float64 { return at(p).Walked })
			walk := 0.0
			if walks > 0 {
				walk = spent / walks
			}
			wait, connections := span(l.Took), count(l.Connections)
			if !l.Answered {
				wait, connections = "no answer", "-"
			}
			name := strconv.Itoa(l.Loop)
			by := map[Sort][2]float64{ByLag: {float64(l.Mail), l.Took}, ByMemory: {float64(l.Slowest.Bytes), 0}, ByRate: {busy, 0}, ByWatchers: {float64(l.Connections), 0}}[s.Sort]
			if s.Sort == ByLag && !l.Answered {
				by[0] += 1e9
			}
			t.rows = append(t.rows, row{key: n.Address + " " + name, node: n, alarm: !l.Answered, sort: by,
				cells: s.cells(n, name, connections, count(l.Hall), count(l.Lanes), s.mark(n, "mail "+name, count(l.Mail)), wait,
					percent(busy, known), rate(walks, known), span(walk), span(l.LastWalk), count(l.Full),
					s.mark(n, "behind "+name, count(l.Events)), size(l.Slowest.Bytes), span(l.Still))})
		}
	}
	return t
}

func (s *State) stores() *table {
	t := &table{columns: s.named(column{title: "STORE", left: true, keep: 9}, column{title: "IN FLIGHT", keep: 8}, column{title: "QUEUE", keep: 8},
		column{title: "APPENDS/S", keep: 7}, column{title: "TOOK", keep: 6}, column{title: "LAST", keep: 5}, column{title: "STALE", keep: 9},
		column{title: "SIZE", keep: 3}, column{title: "FREE", keep: 4}, column{title: "CONFLICTS", keep: 1}, column{title: "AUDIENCE", keep: 2}, column{title: "LATE", keep: 2})}
	for _, n := range s.chosen() {
		st, a := n.Now.Store, n.Now.Audience
		appends, known := n.per(func(p *Snapshot) float64 { return float64(p.Store.Appends) })
		took, bytes, free := "-", "-", "-"
		if st.Append != nil {
			took = span(*st.Append)
		}
		if st.Bytes != nil && st.Free != nil {
			bytes, free = size(*st.Bytes), size(*st.Free)
		}
		kind := plain(st.Kind)
		if st.Writable != nil && !*st.Writable {
			kind += " (cannot be written)"
		}
		stale := "-"
		if st.Stale > 0 {
			stale = span(st.Stale)
		}
		t.rows = append(t.rows, row{key: n.Address, node: n, alarm: st.Stale > 0 || st.Writable != nil && !*st.Writable,
			sort: [2]float64{map[Sort]float64{ByRate: appends, ByLag: st.Stale, ByMemory: float64(st.InFlight + st.Queue)}[s.Sort], float64(st.InFlight + st.Queue)},
			cells: s.cells(n, kind, count(st.InFlight), s.mark(n, "store", count(st.Queue)), rate(appends, known), took, age(st.Last, n.Now.At), stale,
				bytes, free, count(st.Conflicts), s.mark(n, "audience", count(a.Matches+a.Users+a.News)), span(a.Late))})
	}
	return t
}

func (s *State) gates() *table {
	t := &table{columns: s.named(column{title: "GATE", left: true, keep: 9}, column{title: "ADDRESS", left: true, keep: 9, most: 28},
		column{title: "WATCHERS", keep: 8}, column{title: "GREETING", keep: 7}, column{title: "PONDERING", keep: 6})}
	for _, n := range s.chosen() {
		for _, d := range n.Now.Gates.Doors {
			t.rows = append(t.rows, row{key: n.Address + " " + d.Address, node: n,
				sort: [2]float64{map[Sort]float64{ByLag: float64(d.Greeting + d.Pondering)}[s.Sort], float64(d.Watchers)},
				cells: s.cells(n, plain(d.Protocol), plain(d.Address), count(d.Watchers), s.mark(n, "door "+d.Address, count(d.Greeting)), count(d.Pondering))})
		}
		t.below = append(t.below, s.refused(n))
	}
	return t
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
