package crest

import (
	"slices"
	"strings"
	"unicode"

	"matchstream/internal/match"
)

// small words have no initial.
var small = []string{"de", "del", "la", "las", "los", "el", "y", "e", "of", "the", "and", "da", "do", "di", "van", "von", "und", "et"}

// initials of a team's name: those of its words, or the beginning of its only
// one. Where letters take several forms or are whole syllables (outside of the
// Latin, Greek and Cyrillic alphabets) the first one has to do.
func initials(t match.Team) string {
	var heads []rune
	var only string
	for _, word := range strings.FieldsFunc(t.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != '’' }) {
		word = strings.TrimLeft(word, "'’")
		if word == "" || slices.Contains(small, strings.ToLower(word)) {
			continue
		}
		if only == "" {
			only = word
		}
		heads = append(heads, []rune(word)[0])
	}
	letters := heads
	if len(heads) == 1 {
		letters = slices.DeleteFunc([]rune(only), func(r rune) bool { return !unicode.IsLetter(r) })
	}
	if len(letters) > 0 && !unicode.In(letters[0], unicode.Latin, unicode.Greek, unicode.Cyrillic) {
		return string(letters[:1])
	}
	return strings.ToUpper(string(letters[:min(len(letters), 3)]))
}
