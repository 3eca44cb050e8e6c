package logging

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold is a message with a # for each word that has a digit in it. Ours are
// constant, but a library puts numbers, addresses and ids into its text (the
// embedded server does), and a flood of those would never be alike. One without
// digits is given back as it is.
func fold(message string) string {
	if !strings.ContainsAny(message, "0123456789") {
		return message
	}
	var b strings.Builder
	b.Grow(len(message))
	for message != "" {
		end := strings.IndexFunc(message, outside)
		switch {
		case end < 0:
			end = len(message)
		case end == 0:
			_, end = utf8.DecodeRuneInString(message)
		}
		word := message[:end]
		if strings.ContainsAny(word, "0123456789") {
			word = "#"
		}
		b.WriteString(word)
		message = message[end:]
	}
	return b.String()
}

// outside of words.
func outside(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
