package match

import (
	"fmt"
	"testing"
)

// long is a match of n events, two of three of them shots, with what is to
// come next.
func long(b *testing.B, n int) (State, []Event) {
	lineup := func(letter string) (list []Player) {
		for i := 1; i <= 11; i++ {
			list = append(list, Player{i, fmt.Sprint(letter, i)})
		}
		return list
	}
	events := []Event{{ID: 1, Timestamp: kickoff, Kind: Start, Details: Details{HomePlayers: lineup("H"), VisitPlayers: lineup("V")}}}
	for id := int64(2); id <= int64(n); id++ {
		e := Event{ID: id, Timestamp: kickoff + id*1000, Kind: Shot, Details: Details{Team: "elp", Player: &Player{9, "H9"}, Minute: "7"}}
		if id%3 == 0 {
			e.Kind = Goal
		}
		events = append(events, e)
	}
	s, err := Fold("elp", "tig", 1, events)
	if err != nil {
		b.Fatal(err)
	}
	return s, events
}

// BenchmarkApply folds one more event into a match of 500, as each node does.
func BenchmarkApply(b *testing.B) {
	before, events := long(b, 499)
	last := Event{ID: 500, Timestamp: kickoff + 600_000, Kind: Goal, Details: Details{Team: "elp", Player: &Player{9, "H9"}}}
	b.Run("in order", func(b *testing.B) {
		b.ReportAllocs()
		s := New("elp", "tig", 1)
		for i := 0; b.Loop(); i++ {
			if i%len(events) == 0 {
				s = New("elp", "tig", 1)
			}
			var err error
			if s, err = Apply(s, events[i%len(events)]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) { // the log is copied
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Apply(before, last); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cancel", func(b *testing.B) { // the log is folded again
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Apply(before, Event{ID: 500, Kind: Cancel, Details: Details{Ref: 250}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	before, _ := long(b, 499)
	body := []byte(`{"kind":"goal","team":"elp","player":9,"comment":"what a goal"}`)
	b.ReportAllocs()
	for b.Loop() {
		r, err := ParseRequest(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := Check(before, r, kickoff, "bench"); err != nil {
			b.Fatal(err)
		}
	}
}
