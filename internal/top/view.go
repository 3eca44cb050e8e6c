package top

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// gutter stands before each row: which is picked, and whether something is wrong.
const gutter = 2

// keysLine ends the screen.
const (
	keysLine  = "q quit  tab panel  arrows  l m r w sort  enter match  p profile  space hold  ?"
	matchLine = "q quit  esc back  left right node  p profile  space hold  ? help"
)

// view is the screen: height lines, at most width wide.
func (s *State) view(width, height int, p paint) string {
	if s.Help {
		return s.help(width, height, p)
	}
	nodes, more := s.nodeLines(width, max(1, height/3-2), p)
	ends := s.footer(width, p)
	panel, below := s.panelLines(width, max(1, height-len(nodes)-len(ends)-2), p)
	lines := append([]string{p.title(cut(s.title(more), width))}, nodes...)
	lines = append(append(lines, p.title(cut(s.tabs(width, below), width))), panel...)
	for len(lines) < height-len(ends) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, ends...), "\n")
}

// title is the first line; more nodes are below those that are shown.
func (s *State) title(more int) string {
	answer := 0
	for _, n := range s.Nodes {
		if n.Now != nil {
			answer++
		}
	}
	parts := []string{"matchstream top", fmt.Sprintf("%d of %d %s", answer, len(s.Nodes), nodesWord(len(s.Nodes))), s.Now.Format("15:04:05"), "every " + s.Every.String()}
	if more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	if s.Held {
		parts = append(parts, "HELD (space goes on)")
	}
	return strings.Join(parts, " "+s.glyphs.dot+" ")
}

func nodesWord(n int) string {
	if n == 1 {
		return "node answers"
	}
	return "nodes answer"
}

// tabs say which panel is shown, of what, how it is sorted, and how many rows are below.
func (s *State) tabs(width, below int) string {
	var names []string
	for p := range panels {
		if p == s.Panel {
			names = append(names, "["+p.String()+"]")
		} else {
			names = append(names, p.String())
		}
	}
	what := "by " + string(s.Sort)
	if s.Match != "" {
		what = plain(s.Match)
	}
	who := "all nodes"
	if n := s.One(); n != nil {
		who = s.name(n)
	}
	parts := []string{strings.Join(names, "  "), what, who}
	if below > 0 {
		parts = append(parts, fmt.Sprintf("%d more", below))
	}
	text := strings.Repeat(s.glyphs.rule, 2) + " " + strings.Join(parts, " "+s.glyphs.dot+" ") + " "
	return text + strings.Repeat(s.glyphs.rule, max(0, width-utf8.RuneCountInString(text)))
}

// nodeLines are the table of the nodes, in so many lines beside its head.
func (s *State) nodeLines(width, most int, p paint) (lines []string, more int) {
	t := s.nodes()
	at := s.Chosen
	if len(s.Nodes) == 1 {
		at = 0
	}
	return s.scrolled(t, width, most, at, p)
}

// panelLines are the panel, in so many lines at most, and how many rows are below.
func (s *State) panelLines(width, most int, p paint) (lines []string, more int) {
	t := s.table()
	if len(s.chosen()) == 0 {
		return s.allAway(width, most), 0
	}
	var below []string
	for _, l := range t.below {
		below = append(below, wrapped(l, width-gutter)...)
	}
	rows := max(1, min(len(t.rows), most-1-min(len(below), max(2, most/2))))
	at := -1
	if s.Match == "" {
		at = s.place(t)
	}
	if lines, more = s.scrolled(t, width, rows, at, p); len(t.rows) == 0 {
		lines = []string{"  " + cut(t.empty, width-gutter)}
	}
	for i, l := range below {
		if len(lines) >= most {
			break
		}
		if i == 0 && len(lines) < most-1 {
			lines = append(lines, "")
		}
		if len(lines) < most {
			lines = append(lines, strings.TrimRight("  "+l, " "))
		}
	}
	return lines, more
}

// allAway says why of none of the chosen nodes anything is known.
func (s *State) allAway(width, most int) (lines []string) {
	for i, n := range s.Nodes {
		if s.Chosen != 0 && s.Chosen != i+1 {
			continue
		}
		for _, l := range wrapped(s.name(n)+": "+s.away(n), width-gutter) {
			lines = append(lines, "  "+l)
		}
	}
	return lines[:min(len(lines), most)]
}

// footer is what was done last, or what is asked, and the keys.
func (s *State) footer(width int, p paint) []string {
	keys := p.dim(cut(keysLine, width))
	if s.Match != "" {
		keys = p.dim(cut(matchLine, width))
	}
	switch {
	case s.Asking:
		return []string{p.title(cut("profile of "+s.name(s.One())+": c CPU (10 s)  h heap  esc none", width))}
	case s.Note != "":
		return append(wrapped(s.Note, width), keys)
	}
	return []string{keys}
}
