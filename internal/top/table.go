package top

import (
	"strings"
	"unicode/utf8"
)

// column of a table. Of those that do not fit the one with the lowest Keep goes first.
type column struct {
	title string
	left  bool // else its values stand right
	keep  int  // 9: it always stays
	most  int  // places, at most; 0: as many as it needs
}

// row of a table. key says which it is when rows have moved.
type row struct {
	key   string
	node  *Node
	cells []string
	sort  [2]float64 // by what it is sorted, the most first
	alarm bool       // something is wrong with it
}

// table is one panel.
type table struct {
	columns []column
	rows    []row
	empty   string   // said where there are no rows
	below   []string // lines under it
}

// layout is which columns are shown, and how wide each is.
func (t *table) layout(width int) (shown []int, widths []int) {
	for i, c := range t.columns {
		w := utf8.RuneCountInString(c.title)
		for _, r := range t.rows {
			w = max(w, utf8.RuneCountInString(r.cells[i]))
		}
		if c.most > 0 {
			w = min(w, c.most)
		}
		shown, widths = append(shown, i), append(widths, w)
	}
	for total(widths) > width && len(shown) > 1 {
		worst := 0
		for at, i := range shown {
			if t.columns[i].keep <= t.columns[shown[worst]].keep {
				worst = at
			}
		}
		if t.columns[shown[worst]].keep == 9 {
			break // cut at the edge
		}
		shown = append(shown[:worst], shown[worst+1:]...)
		widths = append(widths[:worst], widths[worst+1:]...)
	}
	return shown, widths
}

// between two columns.
const between = "  "

func total(widths []int) int {
	n := (len(widths) - 1) * len(between)
	for _, w := range widths {
		n += w
	}
	return n
}

// lines of the table in a width: the head, and a line for each row.
func (t *table) lines(width int) (head string, rows []string) {
	shown, widths := t.layout(width)
	line := func(cell func(i int) string) string {
		var b strings.Builder
		for at, i := range shown {
			if at > 0 {
				b.WriteString(between)
			}
			b.WriteString(padded(cell(i), widths[at], t.columns[i].left))
		}
		return cut(strings.TrimRight(b.String(), " "), width)
	}
	head = line(func(i int) string { return t.columns[i].title })
	for _, r := range t.rows {
		rows = append(rows, line(func(i int) string { return r.cells[i] }))
	}
	return head, rows
}

// padded to a width, or cut.
func padded(s string, width int, left bool) string {
	s = cut(s, width)
	spaces := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if left {
		return s + spaces
	}
	return spaces + s
}

// cut to a width, with ~ at the end.
func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	return string([]rune(s)[:width-1]) + "~"
}
