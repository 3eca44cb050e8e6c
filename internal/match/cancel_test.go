package match

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"testing"
)

func TestCancel(t *testing.T) {
	goal := `{"kind":"goal","team":"elp","player":9}`
	s := after(t, "start", goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`,
		`{"kind":"var","about":"goal","outcome":"overturned","ref":2}`, `{"kind":"cancel","ref":2,"reason":"offside"}`)
	if s.Sides[Home].Score != 0 || s.Log[1].Cancelled != 5 || s.LastID != 5 || len(s.Log) != 5 {
		t.Errorf("score %d, cancelled by %d, last %d", s.Sides[Home].Score, s.Log[1].Cancelled, s.LastID)
	}
	// The var goes on holding when the log is folded again for another reason.
	s = after(t, "start", goal, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, `{"kind":"cancel","ref":2}`, goal, `{"kind":"cancel","ref":5}`)
	if s.Sides[Home].Score != 0 {
		t.Errorf("score %d", s.Sides[Home].Score)
	}

	cases := []struct {
		name   string
		bodies []string
		body   string
		reason Reason
		want   []string
	}{
		{"cancelled already", []string{goal, `{"kind":"cancel","ref":2}`}, `{"kind":"cancel","ref":2}`, Refused, []string{"ref: ", "event 2 was cancelled by event 3"}},
		{"amend of a cancelled one", []string{goal, `{"kind":"cancel","ref":2}`}, `{"kind":"amend","ref":2,"how":"header"}`, Refused, []string{"cancelled by event 3"}},
		{"var of a cancelled one", []string{goal, `{"kind":"cancel","ref":2}`}, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, Refused, []string{"cancelled by event 3"}},
		{"no such event", nil, `{"kind":"cancel","ref":2}`, Malformed, []string{"ref: ", "there is no event 2"}},
		{"far away", nil, `{"kind":"amend","ref":9007199254740991,"minute":"1"}`, Malformed, []string{"there is no event"}},
		{"var of none", nil, `{"kind":"var","about":"goal","outcome":"open","ref":2}`, Malformed, []string{"there is no event 2"}},
		{"a cancel", []string{goal, `{"kind":"cancel","ref":2}`}, `{"kind":"cancel","ref":3}`, Malformed, []string{"no cancel or amend"}},
		{"an amend", []string{goal, `{"kind":"amend","ref":2,"minute":"1"}`}, `{"kind":"amend","ref":3,"minute":"2"}`, Malformed, []string{"no cancel or amend"}},
		{"var of an amend", []string{goal, `{"kind":"amend","ref":2,"minute":"1"}`}, `{"kind":"var","about":"other","outcome":"open","ref":3}`, Malformed, []string{"no cancel or amend"}},
		{"a half-time", []string{"halftime", "continue"}, `{"kind":"cancel","ref":2}`, Refused, []string{"event 3 (continue) would not hold", "continue cannot happen in the first half"}},
		{"the start", []string{goal}, `{"kind":"cancel","ref":1}`, Refused, []string{"event 2 (goal) would not hold", "before the start"}},
		{"who came on scored", []string{silvaOn, `{"kind":"comment","comment":"well"}`, `{"kind":"goal","team":"elp","player":21}`, "halftime"}, `{"kind":"cancel","ref":2,"force":true}`, Refused, []string{"event 4 (goal) would not hold", "Silva (21) is not on the pitch"}},
		{"a suspension", []string{"suspend", "resume"}, `{"kind":"cancel","ref":2}`, Refused, []string{"event 3 (resume) would not hold", "not suspended"}},
		{"a goal as scored by one gone", []string{goal, silvaOn}, `{"kind":"amend","ref":2,"player":{"number":21,"name":"Silva"}}`, Refused, []string{"Silva (21) is not on the pitch"}},
		{"amended: who came on scored", []string{silvaOn, `{"kind":"goal","team":"elp","player":21}`}, `{"kind":"amend","ref":2,"player_in":{"number":22,"name":"Gata"},"force":true}`, Refused, []string{"event 3 (goal) would not hold", "Silva (21) is not on the pitch"}},
		{"a red that became a second yellow", []string{`{"kind":"card","team":"elp","player":9,"card":"yellow"}`, `{"kind":"card","team":"elp","player":9,"card":"red"}`}, `{"kind":"amend","ref":3,"card":"yellow"}`, Refused, []string{"second_yellow"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := after(t, then([]string{"start"}, c.bodies...)...)
			_, got, err := send(t, s, c.body)
			wants(t, err, c.reason, c.want...)
			var e *Error
			if errors.As(err, &e); c.reason == Refused && !slices.Equal(e.Next, s.Next()) {
				t.Errorf("next: %v", e.Next)
			}
			if !reflect.DeepEqual(got, s) {
				t.Error("the match changed")
			}
		})
	}
}

func TestCancelReopens(t *testing.T) {
	cases := []struct {
		name   string
		bodies []string
		want   Period
	}{
		{"a stop", []string{"start", "stop", `{"kind":"cancel","ref":2}`}, First},
		{"a stop with what came later", []string{"start", "stop", bodies[Card], `{"kind":"comment","comment":"?"}`, `{"kind":"cancel","ref":2}`}, First},
		{"an abandonment", []string{"start", "halftime", "abandon", `{"kind":"cancel","ref":3}`}, HalftimeBreak},
		{"a stop, and stopped again", []string{"start", "stop", `{"kind":"cancel","ref":2}`, "stop"}, Ended},
		{"the second stop", []string{"start", "stop", `{"kind":"cancel","ref":2}`, "stop", `{"kind":"cancel","ref":4}`}, First},
		{"the shoot-out", then(toLast, "penalties", `{"kind":"cancel","ref":4}`), Last},
		{"the start", []string{"start", `{"kind":"cancel","ref":1}`}, NotStarted},
		{"the start, and started again", []string{"start", `{"kind":"cancel","ref":1}`, "start"}, First},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := after(t, c.bodies...)
			if s.Period != c.want || s.Abandoned || s.Shootout {
				t.Errorf("period %s, abandoned %v, shoot-out %v", s.Period, s.Abandoned, s.Shootout)
			}
			if c.want != NotStarted {
				return
			}
			if s.PeriodStart != 0 || len(s.Sides[Home].Lineup) != 0 {
				t.Errorf("begun: %d, %v", s.PeriodStart, s.Sides[Home].Lineup)
			}
		})
	}
}

func TestAmend(t *testing.T) {
	goal := `5 {"kind":"goal","team":"elp","player":9,"how":"header","comment":"what a goal"}`
	cases := []struct {
		name   string
		bodies []string
		ref    int64
		want   func(e Event, s State) bool
	}{
		{"detail by detail", []string{goal, `{"kind":"amend","ref":2,"player":10,"minute":"4"}`, `{"kind":"amend","ref":2,"how":"freekick"}`}, 2,
			func(e Event, s State) bool {
				return *e.Player == Player{10, "H10"} && e.Minute == "4" && e.How == "freekick" && e.Comment == "what a goal" && s.Sides[0].Score == 1
			}},
		{"the last one wins", []string{goal, `{"kind":"amend","ref":2,"minute":"4"}`, `{"kind":"amend","ref":2,"minute":"3+1","comment":"oh"}`}, 2,
			func(e Event, _ State) bool { return e.Minute == "3+1" && e.Comment == "oh" }},
		{"removed", []string{goal, `{"kind":"amend","ref":2,"how":null,"comment":null,"minute":null}`}, 2,
			func(e Event, _ State) bool { return e.How == "" && e.Comment == "" && e.Minute == "" }},
		{"removed and given again", []string{goal, `{"kind":"amend","ref":2,"how":null}`, `{"kind":"amend","ref":2,"how":"penalty"}`}, 2,
			func(e Event, _ State) bool { return e.How == "penalty" }},
		{"an own goal after all", []string{goal, `{"kind":"amend","ref":2,"player_team":"tig","player":5}`}, 2,
			func(e Event, s State) bool {
				return *e.Player == Player{5, "V5"} && e.PlayerTeam == "tig" && s.Sides[0].Score == 1
			}},
		{"no own goal after all", []string{`{"kind":"goal","team":"elp","player_team":"tig","player":9}`, `{"kind":"amend","ref":2,"player_team":null,"player":9}`}, 2,
			func(e Event, s State) bool {
				return *e.Player == Player{9, "H9"} && e.PlayerTeam == "" && s.Sides[0].Score == 1
			}},
		{"a substitution", []string{silvaOn, `{"kind":"amend","ref":2,"player_out":8}`}, 2,
			func(_ Event, s State) bool {
				return slices.Equal(numbers(s.Sides[0].Lineup), []int{1, 2, 3, 4, 5, 6, 7, 21, 9, 10, 11})
			}},
		{"a name where it was first said", []string{silvaOn, `{"kind":"amend","ref":2,"player_in":{"number":21,"name":"Sylva"}}`}, 2,
			func(_ Event, s State) bool { return s.Sides[0].Lineup[8].Name == "Sylva" }},
		{"a name in the line-up", []string{`{"kind":"amend","ref":1,"home_players":[1,2,3,4,5,6,7,8,{"number":9,"name":"Boselli"}]}`}, 1,
			func(e Event, s State) bool {
				return s.Sides[0].Lineup[8].Name == "Boselli" && len(s.Sides[0].Lineup) == 9 && len(e.VisitPlayers) == 11
			}},
		{"a player becomes staff", []string{bodies[Card], `{"kind":"amend","ref":2,"player":null,"staff":"Russo"}`}, 2,
			func(e Event, s State) bool { return e.Player == nil && s.Sides[0].Cards[0].Staff == "Russo" }},
		{"added time", []string{bodies[Addedtime], `{"kind":"amend","ref":2,"minutes":0}`}, 2,
			func(e Event, _ State) bool { return *e.Minutes == 0 }},
		{"a var's outcome", []string{`{"kind":"var","about":"other","outcome":"open","ref":1}`, `{"kind":"amend","ref":2,"outcome":"stands"}`}, 2,
			func(e Event, _ State) bool { return e.Outcome == "stands" && e.Ref == 1 }},
		{"a comment", []string{`{"kind":"comment","comment":"a"}`, `{"kind":"amend","ref":2,"comment":"b"}`}, 2,
			func(e Event, _ State) bool { return e.Comment == "b" }},
		{"an x- kind", []string{`{"kind":"x-weather","sky":"grey","team":7,"rain":true}`, `{"kind":"amend","ref":2,"team":{"a": 1},"sky":null,"wind":3,"comment":"cold"}`}, 2,
			func(e Event, _ State) bool {
				return len(e.Extra) == 3 && string(e.Extra["team"]) == `{"a":1}` && string(e.Extra["wind"]) == "3" && e.Comment == "cold" && e.Team == ""
			}},
		{"amended, then cancelled", []string{goal, `{"kind":"amend","ref":2,"player":10}`, `{"kind":"cancel","ref":2}`}, 2,
			func(e Event, s State) bool { return s.Sides[0].Score == 0 && s.Log[1].Cancelled == 4 }},
		{"another cancelled between", []string{goal, goal, `{"kind":"amend","ref":2,"minute":"1"}`, `{"kind":"cancel","ref":3}`, `{"kind":"amend","ref":2,"how":"penalty"}`}, 2,
			func(e Event, s State) bool { return e.Minute == "1" && e.How == "penalty" && s.Sides[0].Score == 1 }},
		{"a doubtful scorer, forced", []string{silvaOn, `{"kind":"goal","team":"elp","player":10}`, `{"kind":"amend","ref":3,"player":9,"force":true}`, `{"kind":"amend","ref":3,"how":"header"}`}, 3,
			func(e Event, s State) bool {
				return e.Forced && s.Log[3].Event.Event().Forced && !s.Log[2].Event.Event().Forced
			}},
		{"of a forced one", []string{silvaOn, `{"kind":"goal","team":"elp","player":9,"force":true}`, `{"kind":"amend","ref":3,"how":"header"}`}, 3,
			func(e Event, s State) bool { return e.Forced && e.How == "header" && !s.Log[3].Event.Event().Forced }},
		{"no substitutes", []string{`{"kind":"cancel","ref":1}`, announceElp, `{"kind":"start","visit_players":` + squad("V") + `}`, `{"kind":"amend","ref":3,"substitutes":[]}`}, 3,
			func(e Event, s State) bool {
				return e.Substitutes == nil && slices.Equal(s.Log[4].Event.Event().Removed, []string{"substitutes"})
			}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := after(t, then([]string{"start"}, c.bodies...)...)
			if e := s.Log[c.ref-1].Effective.Event(); !c.want(e, s) {
				t.Errorf("effective: %+v", e)
			}
			sane(t, s)
		})
	}
}

func TestAmendIsHeldAgainstItsKind(t *testing.T) {
	s := after(t, "start", `{"kind":"goal","team":"elp","player":9}`, `{"kind":"x-weather","sky":"grey"}`,
		`{"kind":"var","about":"other","outcome":"open","ref":1}`, silvaOn, `{"kind":"comment","comment":"a"}`,
		`{"kind":"goal","team":"elp","player_team":"tig","player":4}`)
	cases := []struct{ body, field, want string }{
		{`{"kind":"amend","ref":2,"team":"tig"}`, "team", "cannot be amended"},
		{`{"kind":"amend","ref":2,"team":null}`, "team", "cannot be amended"},
		{`{"kind":"amend","ref":2,"card":"red"}`, "card", "event 2 is a goal"},
		{`{"kind":"amend","ref":2,"colour":"red"}`, "colour", "event 2 is a goal"},
		{`{"kind":"amend","ref":2,"colour":null}`, "colour", "event 2 is a goal"},
		{`{"kind":"amend","ref":2,"player":null}`, "player", "missing"},
		{`{"kind":"amend","ref":2,"player":"Luna"}`, "player", "expected a player"},
		{`{"kind":"amend","ref":2,"player":{"number":1000,"name":"x"}}`, "player.number", "0 to 999"},
		{`{"kind":"amend","ref":2,"player":99}`, "player.number", "not known"},
		{`{"kind":"amend","ref":2,"player":{"number":10,"name":"Luna"}}`, "player.name", "number 10 is H10"},
		{`{"kind":"amend","ref":2,"player_team":"tig"}`, "player.name", "number 9 is V9"},
		{`{"kind":"amend","ref":7,"player_team":null}`, "player.name", "number 4 is H4"},
		{`{"kind":"amend","ref":2,"player_team":"elp"}`, "player_team", "the other team"},
		{`{"kind":"amend","ref":2,"player_team":"boc"}`, "player_team", "elp or tig"},
		{`{"kind":"amend","ref":2,"assist":9}`, "assist", "another player"},
		{`{"kind":"amend","ref":1,"home_players":null}`, "home_players", "not removed"},
		{`{"kind":"amend","ref":1,"home_players":[1,2]}`, "home_players", "7 to 11"},
		{`{"kind":"amend","ref":1,"home_players":[]}`, "home_players", "7 to 11"},
		{`{"kind":"amend","ref":6,"comment":null}`, "comment", "missing"},
		{`{"kind":"amend","ref":5,"player_out":null}`, "player_out", "missing"},
	}
	for _, c := range cases {
		t.Run(c.body, func(t *testing.T) {
			_, _, err := send(t, s, c.body)
			wants(t, err, Malformed, c.want)
			if got := err.(*Error).Field; got != c.field {
				t.Errorf("field %q, wanted %q", got, c.field)
			}
		})
	}
}

// Requests that were not read from JSON are held to the same form.
func TestCheckOfRequestsMadeByHand(t *testing.T) {
	s := after(t, "start", `{"kind":"goal","team":"elp","player":9}`, `{"kind":"x-weather","sky":"grey"}`)
	bad := []Request{
		{}, {Kind: "status"}, {Kind: Goal}, {Kind: Cancel}, {Kind: Amend}, {Kind: Amend, Details: Details{Ref: -1, Minute: "1"}},
		{Kind: Goal, Details: Details{Team: "elp", Player: &Player{Number: -1}}},
		{Kind: Goal, Details: Details{Team: "elp", Player: &Player{Number: 9}, Removed: []string{"how"}}},
		{Kind: Amend, Details: Details{Ref: 2, Removed: []string{"ref"}}},
		{Kind: Amend, Details: Details{Ref: 2, Card: "red"}},
		{Kind: Amend, Details: Details{Ref: 3, How: "header"}},
		{Kind: Amend, Details: Details{Ref: 2, Extra: map[string]json.RawMessage{"how": nil}}},
		{Kind: "x-a", Details: Details{Extra: map[string]json.RawMessage{"a": nil}}},
		{Kind: "x-a", Details: Details{Extra: map[string]json.RawMessage{"at": json.RawMessage("1")}}},
		{Kind: "x-a", Details: Details{Team: "elp"}},
		{Kind: Halftime, Details: Details{Comment: "\xff"}},
		{Kind: Halftime, Details: Details{Extra: map[string]json.RawMessage{"a": json.RawMessage("1")}}},
		{Kind: Addedtime, Details: Details{Minutes: new(100)}},
		{Kind: "x-a", Details: Details{Extra: map[string]json.RawMessage{"kind": json.RawMessage("1")}}},
	}
	for _, r := range bad {
		_, _, err := Check(s, r, kickoff, "")
		wants(t, err, Malformed)
	}
	e, next, err := Check(s, Request{Kind: Amend, Details: Details{Ref: 2, How: "header", Removed: []string{"comment"}}}, kickoff, "")
	if err != nil || e.How != "header" || next.Log[1].Effective.Event().How != "header" {
		t.Errorf("a good one: %+v, %v", e, err)
	}
}

// Apply is for the journal, but a journal may be damaged: it must not panic.
func TestApplyOfDamagedEvents(t *testing.T) {
	begun := after(t, "start", `{"kind":"comment","comment":"a"}`)
	for _, s := range []State{{}, New("elp", "tig", 1), begun} {
		for _, k := range append(kinds[:], "", "status", "x-a") {
			for _, d := range []Details{{}, {Team: "elp"}, {Team: "boc"}, {Team: "elp", Card: "red", PlayerTeam: "boc"},
				{Ref: 1}, {Ref: -1}, {Ref: 1 << 60}, {Ref: 2, Removed: []string{"nonsense", "team", "ref"}},
				{Team: "elp", PlayerOut: &Player{}}, {Team: "elp", PlayerIn: &Player{Number: 77}, Player: &Player{}}} {
				for _, forced := range []bool{false, true} {
					next, err := Apply(s, Event{ID: s.LastID + 1, Kind: k, Forced: forced, Details: d})
					if err == nil {
						if next.LastID != s.LastID+1 {
							t.Errorf("%s: last id %d", k, next.LastID)
						}
					}
				}
			}
		}
		if _, err := Apply(s, Event{ID: s.LastID + 2, Kind: Comment}); err == nil {
			t.Error("a hole in the ids")
		}
		if _, err := Apply(s, Event{ID: s.LastID, Kind: Comment}); err == nil {
			t.Error("an id twice")
		}
	}
}
