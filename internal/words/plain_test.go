package words

import (
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Müller 国 ÅÄÖ 👩‍👧":          "Müller 国 ÅÄÖ 👩‍👧",
		"a\x1b[2Jb\x07c\rd\ne\tf":   "a [2Jb c d e f",
		"\u009b31mred\u0085x\x7f":   " 31mred x ",
		"abc\u202edef\u2066g\u061c": "abc def g ",
		"one\u2028two\u2029three":   "one two three",
		"\xff\xfeok":                "\uFFFDok",
		"":                          "",
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("a\x1b[2J\u202e\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := Plain(text)
		if !utf8.ValidString(got) {
			t.Errorf("%q becomes %q, which is no UTF-8", text, got)
		}
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || Acts(r) {
				t.Errorf("%q becomes %q, in which %U acts", text, got, r)
			}
		}
	})
}
