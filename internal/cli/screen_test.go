package cli

import (
	"fmt"
	"strings"
	"testing"
)

// onVT is a screen on a terminal of the test, whose size is asked for by the
// test only.
func onVT(v *vt, colour bool) *screen {
	return &screen{to: v, colour: colour, size: func() (int, int) { return v.width, v.height }, stop: func() {}}
}

func expectShown(t *testing.T, v *vt, want ...string) {
	t.Helper()
	if got := v.shown(); got != strings.Join(want, "\n") {
		t.Errorf("on the screen is\n%s\nexpected\n%s", got, strings.Join(want, "\n"))
	}
	if v.wrong != nil {
		t.Errorf("the terminal does not know %v", v.wrong)
	}
}

func TestScreen(t *testing.T) {
	for _, colour := range []bool{false, true} {
		v := newVT(20, 6)
		fmt.Fprint(v, "$ matchstream watch\r\n")
		s := onVT(v, colour)
		s.begin()
		s.top("A 0–0 B", "")
		s.line(line{when: "1'", text: "one"})
		s.line(line{text: "two"})
		expectShown(t, v, " A 0–0 B", strings.Repeat("─", 20), "    1'  one", "        two")

		// More lines than rows: they scroll, the top stays.
		s.line(line{text: "three"})
		s.line(line{when: "4'", text: "four", style: green})
		s.top("A 1–0 B", "")
		expectShown(t, v, " A 1–0 B", strings.Repeat("─", 20), "        two", "        three", "    4'  four")

		// A line that is longer than the terminal is wide goes on in the next
		// row, between words, below where it began if there is room for that;
		// what is too long on top is cut.
		s.line(line{text: "a line longer than that"})
		s.top(strings.Repeat("Very long ", 5), "connection lost, trying again…")
		expectShown(t, v, " Very long Very lon…", "── connection lost,", "    4'  four", "        a line", "longer than that")

		// Another size: drawn anew.
		s.top("A 1–0 B", "")
		v.resize(30, 5)
		s.resize()
		expectShown(t, v, " A 1–0 B", strings.Repeat("─", 30), "        a line longer than", "        that")
		v.resize(30, 3)
		s.resize()
		expectShown(t, v, "        a line longer than", "        that") // no room for a top
		v.resize(30, 8)
		s.resize()
		expectShown(t, v, " A 1–0 B", strings.Repeat("─", 30), "        two", "        three", "    4'  four", "        a line longer than", "        that")

		// The end: the whole terminal scrolls again, and what comes next stands
		// below.
		s.end()
		fmt.Fprint(v, "$ ")
		expectShown(t, v, " A 1–0 B", strings.Repeat("─", 30), "        two", "        three", "    4'  four", "        a line longer than", "        that", "$")
		if v.painted != colour {
			t.Errorf("painted: %v, expected %v", v.painted, colour)
		}
		if v.top != 0 || v.bottom != 7 || !v.wrap {
			t.Errorf("the region is %d to %d, wrapping %v", v.top, v.bottom, v.wrap)
		}
	}
}

// Whatever operators write, the terminal is shown only what this program says.
func TestHostileText(t *testing.T) {
	v := newVT(40, 6)
	s := onVT(v, true)
	s.begin()
	evil := "x\x1b[2J\x1b]0;title\x07\u009b1;1H\r\ny\u202ez\xff"
	s.top(evil, evil)
	s.line(line{when: evil, text: evil})
	s.end()
	if v.wrong != nil {
		t.Errorf("the terminal was told %v", v.wrong)
	}
	if got := v.shown(); strings.ContainsAny(got, "\u202e\u009b\x07") || !strings.Contains(got, "]0;title") {
		t.Errorf("shown is %q", got)
	}
	if got := string(harmless([]byte("id: 1\n\tname: \x1b[2J\u009b\u202e\r\n"))); got != "id: 1\n\tname:  [2J  \r\n" {
		t.Errorf("raw bytes become %q", got)
	}
}
