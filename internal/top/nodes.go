package top

import (
	"fmt"
	"strings"

	"matchstream/internal/inside"
)

// nodes is the table on top: all of them, in the order in which they were given.
func (s *State) nodes() *table {
	t := &table{columns: []column{{title: "NODE", left: true, keep: 9, most: 18}, {title: "WATCHERS", keep: 9}, {title: "DELIV/S", keep: 7},
		{title: "BEHIND", keep: 8}, {title: "MAIL", keep: 6}, {title: "CPU", keep: 7}, {title: "MEMORY", keep: 8}, {title: "GOROUT", keep: 4}, {title: "FDS", keep: 5},
		{title: "JOINS/S", keep: 1}, {title: "SENT/S", keep: 0}, {title: "STATE", left: true, keep: 9, most: 22}}}
	if len(s.Nodes) > 1 {
		t.rows = append(t.rows, s.sum())
	}
	for _, n := range s.Nodes {
		t.rows = append(t.rows, s.node(n))
	}
	return t
}

func (s *State) node(n *Node) row {
	if n.Now == nil {
		cells := []string{s.name(n), "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", s.awayFor(n)}
		return row{node: n, cells: cells, alarm: !n.Gone.IsZero()}
	}
	now := n.Now
	deliveries, known := n.per(func(p *Snapshot) float64 { return float64(p.Watchers.Deliveries) })
	joins, _ := n.per(func(p *Snapshot) float64 { return float64(p.Watchers.Joins) })
	sent, _ := n.per(func(p *Snapshot) float64 { return float64(p.Watchers.Bytes) })
	cpu, _ := n.per(func(p *Snapshot) float64 { return p.Process.CPU })
	letters, _ := now.Mail()
	state, alarm := now.state()
	return row{node: n, alarm: alarm, cells: []string{s.name(n), count(now.Watchers.All()), rate(deliveries, known), count(now.Lag().Events),
		count(letters), percent(cpu, known), s.mark(n, s.memory(n), size(now.resident())), s.mark(n, "goroutines", count(now.Go.Goroutines)),
		s.mark(n, "descriptors", count(now.Process.Descriptors)), rate(joins, known), stream(sent, known), state}}
}

// memory is what the node's memory is told by.
func (s *State) memory(n *Node) string {
	if n.Now.Process.Resident == 0 {
		return "memory"
	}
	return "resident"
}

// resident memory, or what the runtime has where the kernel does not say.
func (s *Snapshot) resident() uint64 {
	if s.Process.Resident > 0 {
		return s.Process.Resident
	}
	return s.Go.Memory
}

// state of a node in a word or two.
func (s *Snapshot) state() (text string, alarm bool) {
	switch {
	case len(s.Troubles) > 0:
		text = strings.ReplaceAll(plain(s.Troubles[0].Name), "_", " ")
		if more := len(s.Troubles) - 1; more > 0 {
			text += fmt.Sprintf(" +%d", more)
		}
		return text, true
	case s.Draining:
		return "draining", true
	}
	return "ok", false
}

// awayFor says in a word or two that a node does not answer.
func (s *State) awayFor(n *Node) string {
	if n.Gone.IsZero() {
		return "asked" + s.glyphs.still
	}
	return "no answer, " + whole(s.Now.Sub(n.Gone).Seconds())
}

// away says why a node is not shown.
func (s *State) away(n *Node) string {
	if n.Gone.IsZero() {
		return "asked" + s.glyphs.still
	}
	return fmt.Sprintf("no answer since %s (%s): %s", n.Gone.Format("15:04:05"), whole(s.Now.Sub(n.Gone).Seconds()), plain(n.Cause))
}

// sum of all that answer.
func (s *State) sum() row {
	var watchers, fds int64
	var goroutines, memory uint64
	var deliveries, cpu, joins, sent float64
	var worst inside.Slowest
	letters, answer, known := 0, 0, true
	for _, n := range s.Nodes {
		if n.Now == nil {
			continue
		}
		answer++
		add := func(to *float64, of func(*Snapshot) float64) {
			v, ok := n.per(of)
			*to += v
			known = known && ok
		}
		add(&deliveries, func(p *Snapshot) float64 { return float64(p.Watchers.Deliveries) })
		add(&cpu, func(p *Snapshot) float64 { return p.Process.CPU })
		add(&joins, func(p *Snapshot) float64 { return float64(p.Watchers.Joins) })
		add(&sent, func(p *Snapshot) float64 { return float64(p.Watchers.Bytes) })
		watchers += n.Now.Watchers.All()
		fds += n.Now.Process.Descriptors
		goroutines += n.Now.Go.Goroutines
		memory += n.Now.resident()
		if lag := n.Now.Lag(); lag.Events > worst.Events {
			worst = lag
		}
		mail, _ := n.Now.Mail()
		letters += mail
	}
	known = known && answer > 0
	return row{alarm: answer < len(s.Nodes), cells: []string{"all", count(watchers), rate(deliveries, known), count(worst.Events), count(letters), percent(cpu, known),
		size(memory), count(goroutines), count(fds), rate(joins, known), stream(sent, known), fmt.Sprintf("%d of %d answer", answer, len(s.Nodes))}}
}
