package cli

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// wrap breaks a text between words into rows that fit a width, those behind the
// first indented. A word that is too long for a row has one of its own, which
// the terminal breaks. Spaces at the end of a text that does not fit are nothing.
func wrap(text string, width, indent int) (rows []string) {
	if runewidth.StringWidth(text) > width {
		text = strings.TrimRight(text, " ")
	}
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
// none fit, the first. -1: there is but one word. A word is the end of the text.
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
	return at
}
