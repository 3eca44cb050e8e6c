package crest

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/match"
)

func TestColours(t *testing.T) {
	for text, want := range map[string]string{
		"red": "#c8202f", " Azul  Marino ": "#14284f", "light-blue": "#6bb8ea", "#f00": "#ff0000", "0B6b43": "#0b6b43",
		"": "none", "#ff": "none", "reddish": "none", "+12345": "none", "#é0": "none", "url(x)": "none",
	} {
		got := "none"
		if c, ok := Parse(text); ok {
			got = c.String()
		}
		if got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Argentina": "ARG", "Estudiantes de La Plata": "EP", "Club Atlético Boca Juniors": "CAB", "Ñublense": "ÑUB",
		"الاتحاد السكندري": "ا", "日本": "日", "1. FC Köln": "FK", "<script>": "SCR", "17": "", "": "", "'": "",
	} {
		if got := initials(match.Team{Name: name}); got != want {
			t.Errorf("%q: %q, not %q", name, got, want)
		}
	}
}

// TestTeamsDiffer: the crests of a league are of many kinds.
func TestTeamsDiffer(t *testing.T) {
	kinds, pairs := map[string]int{}, map[Colour]int{}
	for i := range 200 {
		c := Of(match.Team{ID: fmt.Sprintf("t%d", i), Name: "Team"})
		kinds[string(c.Form)+string(c.Division)]++
		pairs[c.First]++
	}
	if len(kinds) < 25 || len(pairs) < 9 {
		t.Errorf("%d kinds, %d colours", len(kinds), len(pairs))
	}
}

func TestOwnColours(t *testing.T) {
	for _, c := range []struct {
		colours []string
		want    string
	}{
		{[]string{"red", "white"}, "#c8202f #ffffff #ffffff"},
		{[]string{"rojo/blanco"}, "#c8202f #ffffff #ffffff"},
		{[]string{"nonsense", "amarillo"}, "#f5c518 #161b22 #161b22"},
		{[]string{"#000", "#010101"}, "#000000 #ffffff #ffffff"},
	} {
		got := Of(match.Team{ID: "x", Name: "X", Colours: c.colours})
		if s := fmt.Sprint(got.First, got.Second, got.Ink); s != c.want {
			t.Errorf("%q: %s, not %s", c.colours, s, c.want)
		}
	}
}

// TestAnyTeam: whatever a team is called and wears, its crest stays the same
// and its two colours and the shirts of two teams can be told apart.
func TestAnyTeam(t *testing.T) {
	team := rapid.Custom(func(t *rapid.T) match.Team {
		return match.Team{ID: rapid.StringMatching(`[a-z0-9_]{1,8}`).Draw(t, "id"), Name: rapid.String().Draw(t, "name"),
			Colours: rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.StringMatching(`#[0-9a-f]{6}`)), 0, 3).Draw(t, "colours")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := team.Draw(t, "a"), team.Draw(t, "b")
		home, visit := Of(a), Of(b)
		if home != Of(a) || len([]rune(home.Initials)) > 3 {
			t.Fatalf("%+v", home)
		}
		if !home.First.far(home.Second) {
			t.Fatalf("%v on %v", home.Second, home.First)
		}
		if s := Shirts(home, visit); !s[0].far(s[1]) {
			t.Fatalf("%v against %v", s[0], s[1])
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("red")
	f.Add("#0b6b43")
	f.Fuzz(func(t *testing.T, text string) {
		c, ok := Parse(text)
		if again, _ := Parse(c.String()); ok && again != c {
			t.Errorf("%q: %v, then %v", text, c, again)
		}
	})
}
