package card

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"matchstream/internal/match"
)

var update = flag.Bool("update", false, "draw the golden cards anew")

var cards = map[string]Card{
	"final": {Teams: [2]match.Team{{ID: "arg", Name: "Argentina", Colours: []string{"sky blue", "white"}}, {ID: "fra", Name: "France", Colours: []string{"navy", "red"}}},
		Score: "3–3", Under: "4–2 pen.", Phase: "Full time", About: "World Cup 2022, Final", Day: "Sunday 18 December 2022", Site: "MatchStream",
		Scorers: [2][]string{{"Lionel Messi 23′ (pen.), 108′", "Ángel Di María 36′"}, {"Kylian Mbappé 80′ (pen.), 81′, 118′ (pen.)"}}},
	"hostile": {Teams: [2]match.Team{{ID: "rtl", Name: "الاتحاد السكندري"}, {ID: "lng", Name: strings.Repeat("W", 100) + " " + strings.Repeat("m", 99)}},
		Score: "12–10", Phase: strings.Repeat("very long ", 30), About: "日本", Day: "x\u202ey\x00z", Site: "MatchStream",
		Scorers: [2][]string{{"محمد 3′"}, strings.Split(strings.Repeat("Łukasz Ødegård 9′|", 12), "|")}},
	"before": {Teams: [2]match.Team{{ID: "elp", Name: "Estudiantes de La Plata", Colours: []string{"red", "white"}}, {ID: "tig", Name: "Wolverhampton Wanderers"}},
		Score: "18:30", Phase: "UTC", Day: "Saturday 10 September 2011", Site: "MatchStream"},
}

// TestGoldenCards compares what is to be seen, with some room for how another
// processor adds fractions.
func TestGoldenCards(t *testing.T) {
	for name, c := range cards {
		path := "testdata/" + name + ".png"
		if *update {
			if err := os.WriteFile(path, c.PNG(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(c.draw(), want); n > 50 {
			t.Errorf("%s differs in %d pixels (go test -update draws it anew)", path, n)
		}
	}
}

// differing counts the pixels that look different.
func differing(a, b image.Image) (n int) {
	if a.Bounds() != b.Bounds() {
		return Width * Height
	}
	for y := range Height {
		for x := range Width {
			r, g, bl, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			if max(r, r2)-min(r, r2)+max(g, g2)-min(g, g2)+max(bl, b2)-min(bl, b2) > 0x0c00 {
				n++
			}
		}
	}
	return n
}

// TestAnyCard: whatever the texts are, there is a card, and no box on it.
func TestAnyCard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringN(0, 200, -1), rapid.SampledFrom([]string{"", "Tigre", strings.Repeat("a b ", 50)}))
		c := Card{Score: "1–0", Phase: text.Draw(t, "phase"), About: text.Draw(t, "about"),
			Scorers: [2][]string{rapid.SliceOfN(text, 0, 3).Draw(t, "scorers")}}
		for i := range c.Teams {
			c.Teams[i] = match.Team{ID: rapid.StringMatching(`[a-z0-9_]{1,32}`).Draw(t, "id"), Name: text.Draw(t, "name")}
			if _, ok := Drawable(nameOf(c.Teams[i])); !ok {
				t.Fatalf("%q cannot be drawn", nameOf(c.Teams[i]))
			}
		}
		c.draw()
	})
}

func FuzzDrawable(f *testing.F) {
	f.Add("Łódź\u202e\x00")
	f.Fuzz(func(t *testing.T, text string) {
		once, ok := Drawable(text)
		if again, still := Drawable(once); again != once || still != ok {
			t.Errorf("%q: %q %v, then %q %v", text, once, ok, again, still)
		}
	})
}

func BenchmarkCard(b *testing.B) {
	c := cards["final"]
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(c.PNG())))
	}
}
