package top

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"matchstream/internal/inside"
)

var trimmed = regexp.MustCompile(`(?m) +$`)

// screens are the states that are looked at.
func screens() map[string]*State {
	all := map[string]*State{"one": oneNode(), "three": threeNodes()}
	for p := range panels {
		if p != MatchesPanel {
			s := threeNodes()
			s.Panel = p
			all["three-"+p.String()] = s
			s = oneNode()
			s.Panel = p
			all["one-"+p.String()] = s
		}
	}
	match := oneNode()
	m := match.Nodes[0].Now.Matches.List[0]
	match.Match = m.ID
	match.Nodes[0].Now.Matches.Match = &inside.Detail{Match: m,
		Lanes: []inside.Lane{{Format: "tcp", Watchers: 6000, Frames: 214, Bytes: 24_000, Oldest: 24_000}, {Format: "sse", Watchers: 2000, Frames: 250, Bytes: 96_000, Oldest: 60_000, Full: 2, Slowest: m.Slowest}},
		Last:  []inside.Event{{ID: 212, At: noon.Add(98 * time.Second), Kind: "goal", Minute: "80"}, {ID: 211, At: noon.Add(40 * time.Second), Kind: "comment"}}}
	all["match"] = match
	help := oneNode()
	help.Help = true
	all["help"] = help
	away := threeNodes()
	away.Chosen = 3
	all["away"] = away
	asking := oneNode()
	asking.Asking, asking.Held = true, true
	all["asking"] = asking
	note := oneNode()
	note.Note = "cpu profile of node-a, 12.3k bytes: go tool pprof /var/tmp/profiles/cpu-node-a-20221218T120000Z.pprof"
	all["note"] = note
	ascii := oneNode()
	ascii.glyphs = asciiGlyphs
	all["ascii"] = ascii
	return all
}

// TestScreens: what is seen, on a small terminal and on a large one, is in testdata; no
// line is wider than it, and there are as many as it has.
func TestScreens(t *testing.T) {
	for name, s := range screens() {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			got := s.view(size[0], size[1], unpainted())
			fits(t, name, got, size[0], size[1])
			golden(t, fmt.Sprintf("%s-%dx%d.txt", name, size[0], size[1]), trimmed.ReplaceAllString(got, "")+"\n")
		}
		for _, size := range [][2]int{{20, 5}, {40, 8}, {60, 12}, {300, 100}} { // whatever comes
			fits(t, name, s.view(size[0], size[1], unpainted()), size[0], 0)
		}
	}
}

func fits(t *testing.T, name, screen string, width, height int) {
	t.Helper()
	lines := strings.Split(screen, "\n")
	if height > 0 && len(lines) != height {
		t.Errorf("%s: %d lines, expected %d", name, len(lines), height)
	}
	for _, l := range lines {
		if utf8.RuneCountInString(l) > width {
			t.Errorf("%s: %d columns, expected at most %d: %s", name, utf8.RuneCountInString(l), width, l)
		}
	}
}

// TestColoursAreOnlyAnAid: without them the same text is there.
func TestColoursAreOnlyAnAid(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name, s := range screens() {
		with, without := s.view(80, 24, painted()), s.view(80, 24, unpainted())
		if with == without {
			t.Errorf("%s has no colours", name)
		}
		if sgr.ReplaceAllString(with, "") != without {
			t.Errorf("%s is another text with colours", name)
		}
	}
}

// TestASCII: where the terminal shows nothing else, there is nothing else.
func TestASCII(t *testing.T) {
	for name, s := range screens() {
		s.glyphs = asciiGlyphs
		for _, r := range s.view(80, 24, unpainted()) {
			if r > '~' {
				t.Errorf("%s has %q", name, r)
			}
		}
	}
}

// TestManyRows: the row that is picked is on the screen, and it is said how many are not.
func TestManyRows(t *testing.T) {
	s := oneNode()
	list := &s.Nodes[0].Now.Matches.List
	for i := range 100 {
		*list = append(*list, inside.Match{ID: fmt.Sprintf("match-%03d", i), State: "open"})
	}
	if top := s.view(80, 24, unpainted()); !strings.Contains(top, "▸!arg-fra") || !strings.Contains(top, "· node-a · 86 more") {
		t.Errorf("\n%s", top)
	}
	s.Move(1 << 30)
	if bottom := s.view(80, 24, unpainted()); !strings.Contains(bottom, "▸ match-099") || strings.Contains(bottom, "arg-fra") {
		t.Errorf("\n%s", bottom)
	}
	nodes := make([]*Node, 30)
	for i := range nodes {
		nodes[i] = NewNode(fmt.Sprintf("node-%02d", i))
	}
	many := NewState(nodes, time.Second, ByLag, false)
	many.Chosen = 30
	if got := many.view(80, 24, unpainted()); !strings.Contains(got, "▸ node-29") || !strings.Contains(got, "[matches]") {
		t.Errorf("\n%s", got)
	}
}
