package web

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/match"
)

var allKinds = []match.Kind{match.Lineup, match.Start, match.Halftime, match.Continue, match.Extratime, match.Penalties,
	match.Stop, match.Addedtime, match.Goal, match.Miss, match.Shot, match.Offside, match.Foul, match.Corner, match.Goalkick,
	match.Throwin, match.Freekick, match.Save, match.Penalty, match.Card, match.Substitution, match.Var, match.Cancel,
	match.Amend, match.Comment, match.Suspend, match.Resume, match.Abandon}

func TestEveryKindHasWords(t *testing.T) {
	for _, k := range allKinds {
		if words.Kind[string(k)] == "" {
			t.Errorf("no noun for %s: the page would not listen for it either", k)
		}
		if len(words.Event[string(k)]) == 0 && k != match.Comment {
			t.Errorf("no sentence for %s", k)
		}
	}
	if len(words.Kind) != len(allKinds) {
		t.Errorf("%d nouns for %d kinds", len(words.Kind), len(allKinds))
	}
	for key := range words.Event {
		if kind, _, _ := strings.Cut(key, "."); !slices.Contains(allKinds, match.Kind(kind)) {
			t.Errorf("a sentence for %s, which is no kind", key)
		}
	}
	for _, p := range []match.Period{match.NotStarted, match.First, match.HalftimeBreak, match.Last, match.FirstExtra,
		match.HalftimeExtra, match.LastExtra, match.Shootout, match.Ended} {
		if words.Period[string(p)] == "" {
			t.Errorf("no words for %s", p)
		}
	}
}

// TestFactsExist: a placeholder with a typing error would silently drop its
// sentence.
func TestFactsExist(t *testing.T) {
	minutes := 2
	v := match.View{State: match.New("elp", "tig", 1)}
	v.State.Log = []match.Entry{{Effective: &match.Kept{Kind: match.Goal, Minute: "5"}}}
	luna := &match.Player{Number: 7, Name: "Luna"}
	facts := factsOf(v, match.Event{Kind: match.Goal, Details: match.Details{Team: "elp", PlayerTeam: "tig", Player: luna,
		PlayerIn: luna, PlayerOut: luna, Assist: luna, How: "header", Staff: "x", Coach: "x", Reason: "x", About: "goal",
		Ref: 1, Minutes: &minutes}})
	for key, alternatives := range words.Event {
		for _, a := range alternatives {
			if _, ok := fill(a, facts); !ok {
				t.Errorf("%s: %q asks for what is never known", key, a)
			}
		}
	}
}

// TestTextsInUse: what a page or script asks for is there, and nothing else is.
func TestTextsInUse(t *testing.T) {
	asked := regexp.MustCompile(`say "(\w+)"|say\("(\w+)"|page\.(\w+)`)
	var all strings.Builder
	for _, pattern := range []string{"pages/*.html", "assets/*.js", "*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || found == nil {
			t.Fatal(pattern, err)
		}
		for _, name := range found {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	for _, found := range asked.FindAllStringSubmatch(all.String(), -1) {
		if key := found[1] + found[2] + found[3]; words.Page[key] == "" {
			t.Errorf("no text for %q", key)
		}
	}
	for key := range words.Page {
		if !strings.Contains(all.String(), `"`+key+`"`) && !strings.Contains(all.String(), "page."+key) {
			t.Errorf("nobody asks for %q", key)
		}
	}
}

func TestWordsAreAModule(t *testing.T) {
	text, ok := strings.CutPrefix(string(source("words.js")), "export default ")
	if !ok || !json.Valid([]byte(text)) {
		t.Errorf("words.js is no module of one value: %.60q", text)
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		kind, variant string
		facts         map[string]string
		want          string
	}{
		{"goal", "", map[string]string{"team": "A", "player": "B", "how": "with a header", "assist": "C"}, "Goal for [A]! [B] [with a header], set up by [C]."},
		{"goal", "", map[string]string{"team": "A", "player": "B"}, "Goal for [A]! [B]."},
		{"goal", "", map[string]string{"team": "A"}, "Goal for [A]!"},
		{"goal", "", map[string]string{"team": "{player}", "player": "}{"}, "Goal for [{player}]! [}{]."},
		{"goal", "shootout", map[string]string{"team": "A", "player": "B"}, "[B] scores for [A]."},
		{"addedtime", "1", map[string]string{"minutes": "1"}, "One minute of added time."},
		{"addedtime", "0", map[string]string{"minutes": "0"}, "[0] minutes of added time."},
		{"card", "yellow", map[string]string{"staff": "S", "team": "A"}, "Yellow card for [S] ([A])."},
		{"comment", "", nil, ""},
		{"x-drone", "", nil, ""},
		{"stop", "none such", nil, "Full time"},
	} {
		var got strings.Builder
		for _, p := range sentence(c.kind, c.variant, c.facts) {
			if p.Value {
				p.Text = "[" + p.Text + "]"
			}
			got.WriteString(p.Text)
		}
		if got.String() != c.want {
			t.Errorf("%s.%s %v: %q, not %q", c.kind, c.variant, c.facts, got.String(), c.want)
		}
	}
}
