package web

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/words"
	"matchstream/matches"
)

// fold makes a view of events, by the rules and without a store.
func fold(t *testing.T, tl match.Timeline, speed float64) match.View {
	t.Helper()
	v := match.View{Info: match.Info{ID: tl.ID(), Home: tl.Home.ID, Visit: tl.Visit.ID, Date: tl.Date, Speed: speed, Epoch: "000000"},
		Teams: [2]match.Team{tl.Home, tl.Visit}, State: match.New(tl.Home.ID, tl.Visit.ID, speed)}
	for _, l := range tl.Lines {
		_, next, err := match.Check(v.State, l.Request, noon.UnixMilli()+l.At, "test")
		if err != nil {
			t.Fatalf("%s: %v", l.Body, err)
		}
		v.State = next
	}
	return v
}

func lines(t *testing.T, bodies ...string) match.Timeline {
	t.Helper()
	tl := match.Timeline{Home: match.Team{ID: "elp", Name: "Estudiantes"}, Visit: match.Team{ID: "tig", Name: "Tigre"}, Date: "2022-12-18"}
	for i, b := range bodies {
		r, err := match.ParseRequest([]byte(b))
		if err != nil {
			t.Fatalf("%s: %v", b, err)
		}
		tl.Lines = append(tl.Lines, match.Line{At: int64(i) * 60_000, Body: []byte(b), Request: r})
	}
	return tl
}

// TestAllTimelines: whatever really happened is told, and the running scores
// and the lists beside the teams come to the record's result.
func TestAllTimelines(t *testing.T) {
	n := 0
	err := fs.WalkDir(matches.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		tl := timeline(t, path)
		v := fold(t, tl, 1)
		p, s := newMatchPage(reader{Language: words.English}, v, noon), newStory(words.English, v)
		want := fmt.Sprintf("%d–%d", tl.Result.Score[0], tl.Result.Score[1])
		last := "0–0"
		goals := [2]int{}
		for _, e := range s.entries {
			if e.isGoal() {
				last = e.tally
			}
			if len(s.tell(e)) == 0 {
				t.Errorf("%s: event %d (%s) is not told", path, e.ID, e.Kind)
			}
		}
		for i, side := range p.Sides {
			for _, f := range s.featsOf(sides[i]) {
				if !f.red {
					goals[i] += len(f.times)
				}
			}
			in := 0
			for _, k := range s.kicksOf(sides[i]) {
				if k.Kind == match.Goal {
					in++
				}
			}
			if side.Score != tl.Result.Score[i] || goals[i] != side.Score || in != tl.Result.Penalties[i] || side.Penalties != in {
				t.Errorf("%s, side %d: %d, the record says %+v", path, i, side.Score, tl.Result)
			}
		}
		if last != want || p.Label != "Full time" {
			t.Errorf("%s: last score %s, label %s, the record says %s", path, last, p.Label, want)
		}
		return nil
	})
	if err != nil || n != 129 {
		t.Fatalf("%d timelines, %v", n, err)
	}
}

// told is a ticker in short, newest first.
func told(s story) (lines []string) {
	for _, e := range slices.Backward(s.entries) {
		line := fmt.Sprintf("%d %s", e.ID, words.Text(s.tell(e)))
		if remark := s.Remark(e.Event); remark != "" {
			line += " // " + remark
		}
		if e.tally != "" {
			line += " " + e.tally
		}
		if e.cancelled {
			line += " " + strings.TrimSpace("cancelled "+e.why)
		}
		if e.amended {
			line += " amended"
		}
		if e.review {
			line += " under review"
		}
		lines = append(lines, line)
	}
	return lines
}

func TestTickerIsRightAfterCancelAndAmend(t *testing.T) {
	v := fold(t, lines(t, start("E", "T"),
		`{"kind":"goal","team":"elp","player":9,"minute":"2"}`,
		`{"kind":"goal","team":"tig","player":8,"minute":"3"}`,
		`{"kind":"goal","team":"elp","player":9,"minute":"4"}`,
		`{"kind":"x-drone"}`,
		`{"kind":"cancel","ref":2,"reason":"handball"}`,
		`{"kind":"amend","ref":3,"player":1,"player_team":"elp","comment":"touched last by the keeper"}`,
		`{"kind":"amend","ref":3,"minute":"5"}`,
		`{"kind":"card","team":"tig","player":3,"card":"red","minute":"9"}`,
		`{"kind":"cancel","ref":9}`,
	), 1)
	s := newStory(words.English, v)
	want := []string{
		"10 Taken back: red card, T 3, 9′.",
		"9 Red card for T 3 (Tigre). cancelled",
		"8 Corrected: own goal, E 1, 5′.",
		"7 Corrected: own goal, E 1, 5′. // touched last by the keeper",
		"6 Taken back: goal, E 9, 2′. Reason: handball",
		"4 Goal for Estudiantes! E 9. 1–1",
		"3 Goal for Tigre! Own goal by E 1 of Estudiantes. // touched last by the keeper 0–1 amended",
		"2 Goal for Estudiantes! E 9. cancelled handball",
		"1 Kick-off",
	}
	if got := strings.Join(told(s), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("told:\n%s\nnot:\n%s", got, strings.Join(want, "\n"))
	}
	if got := fmt.Sprint(s.featsOf("home"), s.featsOf("visit")); got != "[{E 9 false [4′]}] [{E 1 false [5′ (o.g.)]}]" {
		t.Errorf("beside the teams: %s", got)
	}
}

// TestWhatWasMeant: who takes back or corrects says what, whose and of when, as
// far as that is known, in both languages.
func TestWhatWasMeant(t *testing.T) {
	for _, c := range []struct{ event, en, es string }{
		{`{"kind":"card","team":"elp","player":9,"card":"yellow","minute":"2"}`, "yellow card, E 9, 2′", "tarjeta amarilla, E 9, 2′"},
		{`{"kind":"card","team":"elp","staff":"Sabella","card":"red"}`, "red card, Sabella, 2′", "tarjeta roja, Sabella, 2′"},
		{`{"kind":"card","team":"elp","player":9,"card":"red","reason":"second_yellow"}`, "second yellow card, E 9, 2′", "segunda amarilla, E 9, 2′"},
		{`{"kind":"goal","team":"elp","player":3,"player_team":"tig","minute":"45+2"}`, "own goal, T 3, 45+2′", "gol en propia puerta, T 3, 45+2′"},
		{`{"kind":"substitution","team":"elp","player_out":4,"player_in":{"number":30,"name":"Sub"}}`, "substitution, Sub, 2′", "cambio, Sub, 2′"},
		{`{"kind":"corner","team":"tig"}`, "corner, Tigre, 2′", "saque de esquina, Tigre, 2′"},
		{`{"kind":"comment","comment":"a dog"}`, "comment, 2′", "comentario, 2′"},
	} {
		v := fold(t, lines(t, start("E", "T"), c.event, `{"kind":"cancel","ref":2,"reason":"VAR"}`), 1)
		for l, want := range map[*words.Language]string{words.English: "3 Taken back: " + c.en + ". Reason: VAR", words.Spanish: "3 Anulación: " + c.es + ". Motivo: VAR"} {
			if got := told(newStory(l, v))[0]; got != want {
				t.Errorf("%s: %s, want %s", c.event, got, want)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	for _, c := range []struct {
		info          match.Info
		bodies        []string
		label, minute string
		live, begun   bool
	}{
		{label: "Not started"},
		{info: match.Info{Postponed: true}, label: "Postponed"},
		{bodies: []string{`{"kind":"suspend"}`}, label: "Suspended", minute: "2", live: true, begun: true},
		{bodies: []string{`{"kind":"comment","comment":"x"}`}, label: "First half", minute: "3", live: true, begun: true},
		{bodies: []string{`{"kind":"halftime"}`}, label: "Half-time", live: true, begun: true},
		{bodies: []string{`{"kind":"stop"}`}, label: "Full time", begun: true},
		{bodies: []string{`{"kind":"abandon"}`}, label: "Abandoned", begun: true},
	} {
		bodies := c.bodies
		if bodies != nil {
			bodies = append([]string{start("E", "T")}, bodies...)
		}
		v := fold(t, lines(t, bodies...), 1)
		v.Info.Postponed = c.info.Postponed
		p := newMatchPage(reader{Language: words.English}, v, noon.Add(2*60*1e9))
		if p.Label != c.label || p.Minute != c.minute || p.Live != c.live || p.Begun != c.begun {
			t.Errorf("%v: %q %q live %v begun %v", c, p.Label, p.Minute, p.Live, p.Begun)
		}
	}
}

// TestReviews: what is under review is marked while it is, and no longer.
func TestReviews(t *testing.T) {
	goal, card := `{"kind":"goal","team":"elp","player":9,"minute":"2"}`, `{"kind":"card","team":"tig","player":8,"card":"red","minute":"3"}`
	for name, c := range map[string]struct {
		events []string
		marked []int64
		top    string
	}{
		"open":             {[]string{goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`}, []int64{2, 3}, "Under review: the goal."},
		"stands":           {[]string{goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, `{"kind":"var","about":"goal","outcome":"stands","ref":2}`}, nil, ""},
		"closed without":   {[]string{goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, `{"kind":"var","about":"goal","outcome":"overturned"}`}, nil, ""},
		"another is open":  {[]string{goal, card, `{"kind":"var","about":"card","outcome":"open","ref":3}`, `{"kind":"var","about":"goal","outcome":"stands","ref":2}`}, []int64{3, 4}, "Under review: the card."},
		"cancelled itself": {[]string{goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, `{"kind":"cancel","ref":3}`}, nil, ""},
		"after the end":    {[]string{goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, `{"kind":"stop"}`}, nil, ""},
	} {
		s := newStory(words.English, fold(t, lines(t, append([]string{start("E", "T")}, c.events...)...), 1))
		var marked []int64
		for _, e := range s.entries {
			if e.review {
				marked = append(marked, e.ID)
			}
		}
		if !slices.Equal(marked, c.marked) || s.underReview() != c.top {
			t.Errorf("%s: %v %q", name, marked, s.underReview())
		}
	}
}
