package words

import (
	"strings"
	"unicode"
)

// Plain is a text of strangers as it may be shown in a terminal: one line, in
// which nothing acts on the terminal or turns the text around it. Control
// characters, line and paragraph separators and the marks that change the
// direction of writing become spaces, bytes that are no UTF-8 become U+FFFD.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if Acts(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// Acts says whether a character does something to a terminal, or to the order
// of its neighbours, other than being shown.
func Acts(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}
