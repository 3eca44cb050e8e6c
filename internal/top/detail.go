package top

import (
	"fmt"
	"strconv"

	"matchstream/internal/inside"
)

// detail is one match: its lanes on each node that is chosen, and its last events.
func (s *State) detail() *table {
	t := &table{empty: "asked for" + s.glyphs.still, columns: s.named(column{title: "LANE", left: true, keep: 9}, column{title: "WATCHERS", keep: 9},
		column{title: "FRAMES", keep: 5}, column{title: "BYTES", keep: 6}, column{title: "BASE", keep: 2}, column{title: "OLDEST CURSOR", keep: 4},
		column{title: "FULL", keep: 3}, column{title: "BEHIND", keep: 9}, column{title: "B BEHIND", keep: 7}, column{title: "STILL", keep: 8})}
	for _, n := range s.chosen() {
		d := n.Now.Matches.Match
		if n.Now.unknown == s.Match {
			t.below = append(t.below, s.name(n)+" does not know the match")
		}
		if d == nil || d.ID != s.Match {
			continue
		}
		for _, l := range d.Lanes {
			t.rows = append(t.rows, row{key: n.Address + " " + l.Format, node: n, alarm: l.Events > 0,
				cells: s.cells(n, plain(l.Format), count(l.Watchers), strconv.Itoa(l.Frames), size(l.Bytes), strconv.FormatUint(l.Base, 10),
					strconv.FormatUint(l.Oldest, 10), strconv.Itoa(l.Full), count(l.Events), size(l.Slowest.Bytes), span(l.Still))})
		}
		who := ""
		if s.several() {
			who = s.name(n) + ": "
		}
		t.below = append(t.below, fmt.Sprintf("%s%s %s %s, %s events, the last %s ago; %s watchers (tcp %s, sse %s, ws %s); %s in memory", who,
			plain(d.State), s.glyphs.dot, orNone(plain(d.Period)), count(d.Events), age(d.Match.Last, n.Now.At), count(d.Watchers()), count(d.TCP), count(d.SSE), count(d.WS),
			s.mark(n, "match "+d.ID, size(d.Memory))))
	}
	t.below = append(t.below, s.lastEvents()...)
	if len(t.below) > 0 {
		t.empty = "nobody has asked for it lately: there are no lanes"
	}
	return t
}

func orNone(s string) string {
	if s == "" {
		return "period not known"
	}
	return s
}

// lastEvents of the match, as the node tells them that has heard of most.
func (s *State) lastEvents() (lines []string) {
	var best *inside.Detail
	var of *Node
	for _, n := range s.chosen() {
		if d := n.Now.Matches.Match; d != nil && d.ID == s.Match && (best == nil || d.Events > best.Events) {
			best, of = d, n
		}
	}
	if best == nil || len(best.Last) == 0 {
		return nil
	}
	lines = append(lines, "", "last events:")
	for _, e := range best.Last {
		minute := ""
		if e.Minute != "" {
			minute = plain(e.Minute) + "'"
		}
		lines = append(lines, fmt.Sprintf("%6d  %-14s %6s  %6s ago", e.ID, plain(e.Kind), minute, age(&e.At, of.Now.At)))
	}
	return lines
}
