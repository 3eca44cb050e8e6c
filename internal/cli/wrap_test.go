package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text          string
		width, indent int
		want          []string
	}{
		{"   23'  Goal for Argentina!  Argentina 1–0 France", 49, 8, []string{"   23'  Goal for Argentina!  Argentina 1–0 France"}},
		{"   23'  Goal for Argentina!  Argentina 1–0 France", 48, 8, []string{"   23'  Goal for Argentina!  Argentina 1–0", "        France"}},
		{"   23'  Goal for Argentina!  Argentina 1–0 France", 28, 8, []string{"   23'  Goal for Argentina!", "        Argentina 1–0 France"}},
		{"   23'  Goal for Argentina!", 16, 0, []string{"   23'  Goal for", "Argentina!"}},
		{"a longlonglong word", 6, 2, []string{"a", "  longlonglong", "  word"}},
		{"longlonglong", 6, 2, []string{"longlonglong"}},
		{"longlong   ", 6, 2, []string{"longlong"}},
		{"long   ", 7, 2, []string{"long   "}},
		{"two words ", 9, 2, []string{"two words"}},
		{"日本 日本 日本", 9, 2, []string{"日本 日本", "  日本"}},
		{"", 5, 2, []string{""}},
	} {
		if got := wrap(c.text, c.width, c.indent); !slices.Equal(got, c.want) {
			t.Errorf("%q in %d columns becomes\n%q, expected\n%q", c.text, c.width, got, c.want)
		}
	}
}

// FuzzWrap: no word is lost, and no row is too long that could be broken.
func FuzzWrap(f *testing.F) {
	f.Add("   23'  Goal for Argentina!  Argentina 1–0 France", uint8(30), uint8(8))
	f.Add(" a  b ", uint8(0), uint8(9))
	f.Fuzz(func(t *testing.T, text string, width, indent uint8) {
		rows := wrap(text, int(width), int(indent))
		words := func(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) }
		if got := strings.Join(rows, " "); !slices.Equal(words(got), words(text)) {
			t.Errorf("%q becomes %q", text, rows)
		}
		for _, row := range rows {
			if runewidth.StringWidth(row) > int(width) && len(words(row)) > 1 {
				t.Errorf("%q has more than %d columns", row, width)
			}
		}
	})
}
