package cli

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"matchstream/internal/follow"
	"matchstream/internal/match"
	"matchstream/internal/wire"
	"matchstream/matches"
)

// narrated is what is told of a match whose events happen one after the other
// from before the start, and how it stands at the end.
func narrated(t *testing.T, tl match.Timeline) (told []string, n *narrator, end match.State) {
	t.Helper()
	v := match.View{Info: match.Info{ID: tl.ID(), Home: tl.Home.ID, Visit: tl.Visit.ID, Date: tl.Date, Epoch: "000000"},
		Teams: [2]match.Team{tl.Home, tl.Visit}, State: match.New(tl.Home.ID, tl.Visit.ID, 0)}
	n = newNarrator(wire.NewMatch(v), past{}, "", false)
	add := func(f follow.Frame) {
		for _, l := range n.frame(f) {
			told = append(told, strings.TrimRight(l.String(), " "))
		}
	}
	status := func(note follow.Note) {
		s := follow.StatusOf(wire.NewMatch(v))
		add(follow.Frame{Position: v.Position(), Status: &s, Note: note})
	}
	n.meant = map[int64]match.Event{}
	status(follow.Joined)
	for _, l := range tl.Lines {
		e, next, err := match.Check(v.State, l.Request, l.At, "test")
		if err != nil {
			t.Fatalf("%s: %v", l.Body, err)
		}
		v.State = next
		add(follow.Frame{Position: v.Position(), Event: e})
		if e.Kind.RefreshesPicture() {
			status(follow.Refreshed)
		}
	}
	return told, n, v.State
}

// TestNarratorCountsAlong: whatever really happened is told, and the narrator,
// who hears events only, comes to the same picture as the server.
func TestNarratorCountsAlong(t *testing.T) {
	count := 0
	err := fs.WalkDir(matches.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		count++
		f, err := matches.FS.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		tl, err := match.ReadTimeline(f)
		if err != nil {
			return err
		}
		told, n, end := narrated(t, tl)
		if len(told) != len(tl.Lines)+1 {
			t.Errorf("%s: %d lines are told of %d events", name, len(told), len(tl.Lines))
		}
		for i, text := range told {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: line %d is empty", name, i)
			}
		}
		if n.now.Score != tl.Result.Score || n.now.Penalties != tl.Result.Penalties || n.now.Period != end.Period || n.now.Shootout != end.Shootout {
			t.Errorf("%s: %+v, the record says %+v", name, n.now, tl.Result)
		}
		return nil
	})
	if err != nil || count != 129 {
		t.Fatal(count, err)
	}
}

// TestNarratorTells: every kind, and what may happen to it, in a golden file.
func TestNarratorTells(t *testing.T) {
	f, err := os.Open("testdata/told.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tl, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	told, n, _ := narrated(t, tl)
	s := n.now
	s.Score[match.Home]++
	for _, note := range []follow.Note{follow.MovedOn, follow.Anew} {
		for _, l := range n.frame(follow.Frame{Status: &s, Note: note}) {
			told = append(told, l.String())
		}
	}
	told = append(told, n.last(follow.Over).String(), n.last(follow.Removed).String(), "top: "+n.top())
	got := strings.Join(told, "\n") + "\n"
	const golden = "testdata/told.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew); got:\n%s", golden, got)
	}
}

// Whoever begins at a position begins with the picture of then.
func TestNarratorSince(t *testing.T) {
	f, err := matches.FS.Open(matches.Seed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tl, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	before := past{timeline: tl, epoch: "aaaaaa"}
	now := wire.Match{Home: "elp", Visit: "tig", HomeScore: 1, VisitScore: 3, Period: match.Ended}
	for since, want := range map[string]string{"": "1–3 Full time", "0": "0–0 Not started", "31": "1–3 Full time", "31-aaaaaa": "1–3 Full time",
		"3-aaaaaa": "0–1 First half", "3-bbbbbb": "1–3 Full time", "32": "1–3 Full time", "23": "1–3 Second half"} {
		n := newNarrator(now, before, since, false)
		if got := fmt.Sprintf("%d–%d %s", n.now.Score[0], n.now.Score[1], n.label()); got != want {
			t.Errorf("since %q: %s, expected %s", since, got, want)
		}
	}
}
