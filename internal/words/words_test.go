package words

import (
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
		if English.texts.Kind[string(k)] == "" {
			t.Errorf("no noun for %s: the page would not listen for it either", k)
		}
		if len(English.texts.Event[string(k)]) == 0 && k != match.Comment {
			t.Errorf("no sentence for %s", k)
		}
	}
	if len(English.texts.Kind) != len(allKinds) {
		t.Errorf("%d nouns for %d kinds", len(English.texts.Kind), len(allKinds))
	}
	for key := range English.texts.Event {
		if kind, _, _ := strings.Cut(key, "."); !slices.Contains(allKinds, match.Kind(kind)) {
			t.Errorf("a sentence for %s, which is no kind", key)
		}
	}
	for _, p := range []match.Period{match.NotStarted, match.First, match.HalftimeBreak, match.Last, match.FirstExtra,
		match.HalftimeExtra, match.LastExtra, match.Shootout, match.Ended} {
		if English.texts.Period[string(p)] == "" {
			t.Errorf("no words for %s", p)
		}
	}
}

// TestFactsExist: a placeholder with a typing error would silently drop its
// sentence.
func TestFactsExist(t *testing.T) {
	minutes := 2
	luna := &match.Player{Number: 7, Name: "Luna"}
	facts := English.factsOf(match.Event{Kind: match.Goal, Details: match.Details{Team: "elp", PlayerTeam: "tig", Player: luna,
		PlayerIn: luna, PlayerOut: luna, Assist: luna, How: "header", Staff: "x", Coach: "x", Reason: "x", About: "goal",
		Ref: 1, Minutes: &minutes}}, strings.ToUpper, match.Event{Kind: match.Goal, Details: match.Details{Player: luna, Minute: "5"}})
	for key, alternatives := range English.texts.Event {
		for _, a := range alternatives {
			if _, ok := fill(a, facts); !ok {
				t.Errorf("%s: %q asks for what is never known", key, a)
			}
		}
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
		for _, p := range English.Sentence(c.kind, c.variant, c.facts) {
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
