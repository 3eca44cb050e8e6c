package match

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// requests are what an operator might send who presses every button.
func requests(last int64) *rapid.Generator[Request] {
	return rapid.Custom(func(t *rapid.T) Request {
		// Playing on is likelier than anything else, or few matches go far.
		common := []Kind{Goal, Card, Substitution, Cancel, Amend, Shot, Suspend, Resume, Comment, Var, "x-a"}
		r := Request{Kind: rapid.SampledFrom(append(common, kinds[:]...)).Draw(t, "kind"), Force: rapid.Bool().Draw(t, "force")}
		player := func(name string) *Player {
			n := rapid.IntRange(1, 16).Draw(t, name)
			p := &Player{Number: n}
			if n > 11 { // the others are known from the start
				p.Name = "N" + Position{ID: int64(n)}.String()
			}
			return p
		}
		squad := func(letter string) (list []Player) {
			for n := 1; n <= 11; n++ {
				list = append(list, Player{n, letter + Position{ID: int64(n)}.String()})
			}
			return list
		}
		ref := func() int64 { return rapid.Int64Range(1, max(last, 1)+1).Draw(t, "ref") }
		team := rapid.SampledFrom([]string{"elp", "tig"}).Draw(t, "team")
		card := rapid.SampledFrom([]string{"yellow", "yellow", "red"}).Draw(t, "card")
		switch r.Kind {
		case Lineup:
			r.Team, r.Players = team, squad(map[string]string{"elp": "H", "tig": "V"}[team])
		case Start:
			r.HomePlayers, r.VisitPlayers = squad("H"), squad("V")
		case Addedtime:
			r.Minutes = new(int)
		case Goal:
			r.Team, r.Player = team, player("player")
			if rapid.Bool().Draw(t, "own") {
				r.PlayerTeam = map[string]string{"elp": "tig", "tig": "elp"}[team]
			}
		case Miss, Shot, Offside, Foul, Corner, Goalkick, Throwin, Freekick, Save, Penalty:
			r.Team, r.Player = team, player("player")
		case Card:
			r.Team, r.Player, r.Card = team, player("player"), card
		case Substitution:
			r.Team, r.PlayerOut, r.PlayerIn = team, player("out"), player("in")
		case Var:
			r.About, r.Outcome, r.Ref = "other", "open", ref()
		case Cancel:
			r.Ref = ref()
		case Amend:
			r.Ref = ref()
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				r.Player = player("player")
			case 1:
				r.PlayerIn = player("in")
			case 2:
				r.Card = card
			case 3:
				r.Minute = "7"
			case 4:
				r.Removed = []string{rapid.SampledFrom([]string{"minute", "comment", "player", "player_team"}).Draw(t, "removed")}
			case 5:
				r.Extra = map[string]json.RawMessage{"a": json.RawMessage(`1`)}
			}
		case Comment:
			r.Comment = "rain"
		case "x-a":
			r.Extra = map[string]json.RawMessage{"b": json.RawMessage(`2`)}
		}
		return r
	})
}

// frozen is a state as text: whatever changes in it afterwards shows.
func frozen(t *rapid.T, s State) string {
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRandomMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New("elp", "tig", 1)
		var events []Event
		var states []State
		var texts []string
		at := int64(kickoff)
		for range rapid.IntRange(1, 60).Draw(t, "length") {
			r := requests(s.LastID).Draw(t, "request")
			at += rapid.Int64Range(-1000, 600_000).Draw(t, "time")
			states, texts = append(states, s), append(texts, frozen(t, s))
			e, next, err := Check(s, r, at, "bench")
			if err != nil {
				var refusal *Error
				if !errors.As(err, &refusal) || refusal.Message == "" || (refusal.Reason == Refused) != (refusal.Next != nil) {
					t.Fatalf("a poor error: %#v", err)
				}
				if !reflect.DeepEqual(next, s) {
					t.Fatal("refused, and yet the match changed")
				}
				continue
			}
			// Two Applys on one state do not meet in its log.
			other, err := Apply(s, Event{ID: e.ID, Timestamp: e.Timestamp, Kind: Comment, Details: Details{Comment: "another"}})
			if err != nil {
				t.Fatal(err)
			}
			applied, err := Apply(s, e)
			if err != nil {
				t.Fatalf("Check took event %d (%s), Apply does not: %v", e.ID, e.Kind, err)
			}
			if !reflect.DeepEqual(applied, next) {
				t.Fatalf("Check and Apply differ at event %d (%s)", e.ID, e.Kind)
			}
			if other.Log[e.ID-1].Event.Event().Comment != "another" {
				t.Fatal("one Apply wrote into the log of another")
			}
			if e.Forced {
				plain := e
				plain.Forced = false
				if _, err := Apply(s, plain); err == nil {
					t.Fatalf("event %d (%s) is marked as forced without need", e.ID, e.Kind)
				}
			}
			if s = applied; s.LastID != e.ID || s.LastTimestamp != e.Timestamp || len(s.Log) != int(e.ID) {
				t.Fatalf("after event %d: %d, %d, %d", e.ID, s.LastID, s.LastTimestamp, len(s.Log))
			}
			sane(t, s)
			events = append(events, e)
		}
		for i := range states {
			if frozen(t, states[i]) != texts[i] {
				t.Fatalf("a state changed after it was left: %d", i)
			}
		}
		folded, err := Fold("elp", "tig", 1, events)
		if err != nil || !reflect.DeepEqual(folded, s) {
			t.Fatalf("the log folds to another match (%v)", err)
		}
		sameWithoutTheCancelled(t, s)
	})
}

// sameWithoutTheCancelled holds a match against one in which what was
// cancelled never happened, and what was amended was right at once.
func sameWithoutTheCancelled(t *rapid.T, s State) {
	again := New(s.Teams[0], s.Teams[1], s.Speed)
	was := map[int64]int64{} // the numbers that events had
	for _, entry := range s.Log {
		e := entry.Effective.Event()
		if entry.Cancelled != 0 || e.Kind == Cancel || e.Kind == Amend {
			continue
		}
		id := e.ID
		e.ID, e.Ref = again.LastID+1, 0 // refs mean the old numbers
		var err error
		if again, err = Apply(again, e); err != nil {
			t.Fatalf("event %d (%s) does not hold: %v", id, e.Kind, err)
		}
		was[e.ID] = id
	}
	for i := range again.Sides {
		for j := range again.Sides[i].Cards {
			c := &again.Sides[i].Cards[j]
			c.ID = was[c.ID]
		}
	}
	again.LastID, again.LastTimestamp, again.Log, again.room = s.LastID, s.LastTimestamp, s.Log, s.room
	if frozen(t, again) != frozen(t, s) {
		t.Fatalf("cancelling and amending left something behind:\n%s\n%s", frozen(t, again), frozen(t, s))
	}
}

// States that follow one another share the array of their logs; here many
// append to it at once, under the race detector.
func TestApplyAtTheSameTime(t *testing.T) {
	s := after(t, "start", "halftime", "continue") // with room behind the end
	done := make(chan State)
	const at = 8
	for i := range at {
		go func() {
			next, team := s, []string{"elp", "tig"}[i%2]
			for range 50 {
				var err error
				if next, err = Apply(next, Event{ID: next.LastID + 1, Kind: Shot, Details: Details{Team: team}}); err != nil {
					t.Error(err)
				}
			}
			done <- next
		}()
	}
	for range at {
		next := <-done
		team := next.Log[3].Event.Event().Team
		for _, entry := range next.Log[3:] {
			if entry.Event.Event().Team != team {
				t.Fatalf("a shot of %s in the log of %s", entry.Event.Event().Team, team)
			}
		}
		if n := next.Sides[0].Counts[0] + next.Sides[1].Counts[0]; n != 50 {
			t.Errorf("%d shots", n)
		}
	}
}

// Folding a match must not copy its log for each event, also where each event
// is checked before it comes back through the journal.
func TestApplySharesTheLog(t *testing.T) {
	s := after(t, "start")
	copies := 0
	for range 1000 {
		e, _, err := Check(s, Request{Kind: Comment, Details: Details{Comment: "rain"}}, kickoff, "bench")
		if err != nil {
			t.Fatal(err)
		}
		next, err := Apply(s, e)
		if err != nil {
			t.Fatal(err)
		}
		if &next.Log[0] != &s.Log[0] {
			copies++
		}
		s = next
	}
	if copies > 40 {
		t.Errorf("the log was copied %d times in 1,000 events", copies)
	}
}
