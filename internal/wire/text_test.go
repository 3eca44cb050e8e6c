package wire

import (
	"bytes"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"elp", `<<"elp">>`},
		{"", `<<"">>`},
		{`say "no" \ yes`, `<<"say \"no\" \\ yes">>`},
		{"a\nb\tc\rd", `<<"a\nb\tc\rd">>`},
		{"\x00\x1b\x7f", `<<"\x00\x1B\x7F">>`},
		{"ñ – ⚽ \u2028\u0085", "<<\"ñ – ⚽ \u2028\u0085\">>"},
		{`">>`, `<<"\">>">>`},
		{"\xff", "<<\"\ufffd\">>"},
	} {
		if got := string(appendText(nil, c.text)); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestTCPTextErrors(t *testing.T) {
	for _, value := range []string{``, `a`, `<<"`, `<<">>`, `<<"a>>`, `<<"a"`, `<<"\">>`, `<<"\q">>`, `<<"\x1">>`, `<<"\xZZ">>`, `<<"a"b">>`, "<<\"a\nb\">>"} {
		if s, ok := TCPText(value); ok {
			t.Errorf("%s: read as %q", value, s)
		}
	}
}

func TestTCPPlayerErrors(t *testing.T) {
	for _, value := range []string{``, `Luna`, `Luna (7)`, `Luna (x) `, `Luna () `, `Luna(7) `, `) `, ` (`, ` () `} {
		if p, ok := TCPPlayer(value); ok {
			t.Errorf("%q: read as %v", value, p)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, odd := range oddNames {
		f.Add(odd.name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := appendText(nil, s)
		if bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' || r == 0x7f }) || !utf8.Valid(b) {
			t.Fatalf("%q: raw control character or broken UTF-8 in %q", s, b)
		}
		if back, ok := TCPText(string(b)); !ok || utf8.ValidString(s) && back != s {
			t.Fatalf("%q: got %q back from %s", s, back, b)
		}
		name := appendName(nil, s)
		if bytes.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) || !utf8.Valid(name) {
			t.Fatalf("%q: raw control character or broken UTF-8 in the name %q", s, name)
		}
		if got, want := utf8.RuneCount(name), utf8.RuneCountInString(s); got != want {
			t.Fatalf("%q: the name has %d characters, want %d", s, got, want)
		}
	})
}
