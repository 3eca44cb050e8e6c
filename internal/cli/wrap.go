package cli

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// wrap breaks a text between words into rows that fit a width, those behind the
// first indented. A word that is too long for a row has one of its own, which
// the terminal breaks.
func wrap(text string, width, indent int) (rows []string) {
	for runewidth.StringWidth(text) > width {
		cut := breakAt(text, width)
		if cut < 0 {
			break
		}
		rows = append(rows, strings.TrimRight(text[:cut], " "))
		text = strings.Repeat(" ", indent) + strings.TrimLeft(text[cut:], " ")
	}
	return append(rows, text)
}

// breakAt is the last space before which there is a word, and all fits; should
// none fit, the first. -1: there is but one word.
func breakAt(text string, width int) int {
	at, word := -1, false
	for i, r := range text {
		if r == ' ' && word {
			if runewidth.StringWidth(text[:i]) > width {
				if at < 0 {
					at = i
				}
				break
			}
			at = i
		}
		word = word || r != ' '
	}
	if at >= 0 && strings.TrimLeft(text[at:], " ") == "" {
		return -1 // nothing stands behind it
	}
	return at
}
