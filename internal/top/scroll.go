package top

import (
	"strings"
	"unicode/utf8"
)

// scrolled is a table's head and some of its rows, that at a place among them; -1: none is
// picked. more rows are below.
func (s *State) scrolled(t *table, width, most, at int, p paint) (lines []string, more int) {
	head, rows := t.lines(width - gutter)
	from := 0
	if at >= most {
		from = at - most + 1
	}
	to := min(len(rows), from+most)
	lines = []string{"  " + p.head(head)}
	for i := from; i < to; i++ {
		here, wrong := " ", " "
		if i == at {
			here = s.glyphs.here
		}
		if t.rows[i].alarm {
			wrong = "!"
		}
		text := here + wrong + rows[i]
		switch {
		case i == at:
			text = p.picked(text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text))))
		case t.rows[i].alarm:
			text = p.alarm(text)
		}
		lines = append(lines, text)
	}
	return lines, len(rows) - to
}

// wrapped at spaces; a word that is too long is cut.
func wrapped(text string, width int) (lines []string) {
	for utf8.RuneCountInString(text) > width {
		runes := []rune(text)
		at := width
		for at > 0 && runes[at] != ' ' {
			at--
		}
		if at == 0 {
			return append(lines, cut(text, width))
		}
		lines = append(lines, string(runes[:at]))
		text = string(runes[at+1:])
	}
	return append(lines, text)
}
