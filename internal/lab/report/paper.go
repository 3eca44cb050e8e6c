package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// columns is how wide the text is.
const columns = 80

// paper is text as it grows.
type paper struct{ strings.Builder }

// line writes a line, without the blanks at its end.
func (p *paper) line(text string) {
	p.WriteString(strings.TrimRight(strings.Map(harmless, text), " ") + "\n")
}

// heading begins a part.
func (p *paper) heading(text string) {
	p.line("")
	p.line(strings.ToUpper(text))
}

// field writes a name and, beside it, a text that is broken into lines, where it has some.
func (p *paper) field(name, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		p.hanging(pad(name, 11), strings.Repeat(" ", 11), line)
		name = ""
	}
}

// hanging writes a text behind first, broken into lines; the further ones are behind rest.
func (p *paper) hanging(first, rest, text string) {
	line := first
	empty := true
	for _, w := range strings.Fields(text) {
		if !empty && length(line)+1+length(w) > columns {
			p.line(line)
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line += w
		empty = false
	}
	p.line(line)
}

// harmless replaces what a terminal would act on: words of a record may come from a server.
func harmless(r rune) rune {
	if unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}

func length(s string) int { return utf8.RuneCountInString(s) }

// pad has a text take so many columns at least; a negative number: at the right.
func pad(s string, n int) string {
	if n < 0 {
		return strings.Repeat(" ", max(0, -n-length(s))) + s
	}
	return s + strings.Repeat(" ", max(0, n-length(s)))
}

// table writes rows, of which the first names the columns: in two lines where a name has
// two words. Between columns are two blanks, or one where they would be too wide. All stand
// at the right, but for a first column without a name. Columns in which nobody has anything
// are left out.
func (p *paper) table(rows [][]string) {
	rows = used(rows)
	above, head := make([]string, len(rows[0])), make([]string, len(rows[0]))
	for i, name := range rows[0] {
		first, second, two := strings.Cut(name, " ")
		if two {
			above[i], head[i] = first, second
		} else {
			head[i] = first
		}
	}
	rows = append([][]string{head}, rows[1:]...)
	if strings.Join(above, "") != "" {
		rows = append([][]string{above}, rows...)
	}
	widths, all := make([]int, len(head)), 0
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], length(row[i]))
		}
		all += 2 + widths[i]
	}
	between, first := "  ", 1
	if head[0] != "" {
		first = -1
	}
	if all > columns {
		between = " "
	}
	for _, row := range rows {
		line := "  " + pad(row[0], first*widths[0])
		for i, cell := range row[1:] {
			line += between + pad(cell, -widths[i+1])
		}
		p.line(line)
	}
}

// used is rows without the columns that have nothing but a name.
func used(rows [][]string) [][]string {
	kept := make([][]string, len(rows))
	for i := range rows[0] {
		has := false
		for _, row := range rows[1:] {
			has = has || row[i] != ""
		}
		if !has {
			continue
		}
		for j, row := range rows {
			kept[j] = append(kept[j], row[i])
		}
	}
	return kept
}
