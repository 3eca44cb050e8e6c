package match

import (
	"strings"
	"testing"
)

const (
	announceElp = `{"kind":"lineup","team":"elp","players":[{"number":1,"name":"Albil"},{"number":2,"name":"Desabato"},{"number":3,"name":"Cellay"},{"number":4,"name":"Re"},{"number":5,"name":"Brana"},{"number":6,"name":"Veron"},{"number":7,"name":"Perez"}],"substitutes":[{"number":21,"name":"Silva"},{"number":22,"name":"Gata"}],"coach":"Russo"}`
	announceTig = `{"kind":"lineup","team":"tig","players":` // squad
	silvaOn     = `{"kind":"substitution","team":"elp","player_out":9,"player_in":{"number":21,"name":"Silva"}}`
)

func TestScoresAndCounts(t *testing.T) {
	s := after(t, "start",
		`{"kind":"goal","team":"elp","player":9,"assist":10,"how":"header"}`,
		`{"kind":"goal","team":"elp","player":5,"player_team":"tig","comment":"own goal"}`,
		`{"kind":"goal","team":"tig","player":7}`,
		`{"kind":"shot","team":"tig"}`, `{"kind":"shot","team":"tig","player":7}`, `{"kind":"penalty","team":"elp","player":9}`,
		`{"kind":"miss","team":"elp","player":9,"how":"penalty"}`, `{"kind":"save","team":"tig","player":1}`,
		"halftime", "continue", "penalties",
		`{"kind":"goal","team":"elp","player":9}`, `{"kind":"miss","team":"tig","player":7}`, `{"kind":"save","team":"elp"}`, "stop")
	if got, want := s.Result(), (Result{Score: [2]int{2, 1}, Shootout: true, Penalties: [2]int{1, 0}}); got != want {
		t.Errorf("%v, wanted %v", got, want)
	}
	if got := s.Result().String(); got != "2:1 (1:0 in the shoot-out)" {
		t.Errorf("in words: %s", got)
	}
	counts := [2][len(Counted)]int{{7: 1, 8: 1}, {0: 2, 7: 1}}
	if got := [2][len(Counted)]int{s.Sides[Home].Counts, s.Sides[Visit].Counts}; got != counts {
		t.Errorf("counted %v, wanted %v", got, counts)
	}
	if !s.Shootout || s.Period != Ended {
		t.Errorf("shoot-out %v, period %s", s.Shootout, s.Period)
	}
}

func TestLineups(t *testing.T) {
	s := after(t, announceElp, announceTig+squad("V")+`}`)
	elp := s.Sides[Home]
	wantNumbers(t, "announced", elp.Announced, 1, 2, 3, 4, 5, 6, 7)
	wantNumbers(t, "bench", elp.Bench, 21, 22)
	wantNumbers(t, "on the pitch", elp.Lineup)
	if elp.Coach != "Russo" {
		t.Errorf("coach %q", elp.Coach)
	}

	e, begun, err := send(t, s, `{"kind":"start"}`)
	if err != nil {
		t.Fatal(err)
	}
	wantNumbers(t, "stored home", e.HomePlayers, 1, 2, 3, 4, 5, 6, 7)
	wantNumbers(t, "stored visit", e.VisitPlayers, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	wantNumbers(t, "on the pitch", begun.Sides[Home].Lineup, 1, 2, 3, 4, 5, 6, 7)
	wantNumbers(t, "bench", begun.Sides[Home].Bench, 21, 22)

	// One line-up changed at the last moment, in numbers alone.
	e, begun, err = send(t, s, `{"kind":"start","home_players":[1,2,3,4,5,6,21]}`)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.HomePlayers[6]; got != (Player{21, "Silva"}) {
		t.Errorf("number 21 is %v", got)
	}
	wantNumbers(t, "bench", begun.Sides[Home].Bench, 7, 22)
	if begun.Sides[Home].Announced != nil {
		t.Error("an announcement outlives the start")
	}

	// A second announcement replaces the first, names included.
	again := strings.Replace(strings.Replace(announceElp, "Perez", "Pérez", 1), `"coach":"Russo"`, `"comment":"corrected"`, 1)
	_, again2, err := send(t, s, again)
	if err != nil {
		t.Fatal(err)
	}
	if elp := again2.Sides[Home]; elp.Announced[6].Name != "Pérez" || elp.Coach != "" {
		t.Errorf("announced again: %v, coach %q", elp.Announced, elp.Coach)
	}

	_, _, err = send(t, after(t, announceElp), `{"kind":"start"}`)
	wants(t, err, Malformed, "visit_players", "7 to 11", "tig has announced no line-up")
}

func TestNamesAreLookedUp(t *testing.T) {
	base := []string{"start", silvaOn, `{"kind":"card","team":"elp","player":{"number":30,"name":"Leon"},"card":"yellow"}`}
	cases := []struct{ name, body, field, want string }{
		{"on the pitch", `{"kind":"goal","team":"elp","player":10}`, "", "H10"},
		{"came on", `{"kind":"shot","team":"elp","player":21}`, "", "Silva"},
		{"with his name", `{"kind":"shot","team":"elp","player":{"number":21,"name":"Silva"}}`, "", "Silva"},
		{"gone off", `{"kind":"card","team":"elp","player":9,"card":"red"}`, "", "H9"},
		{"on the bench", `{"kind":"card","team":"elp","player":30,"card":"red"}`, "", "Leon"},
		{"own goal", `{"kind":"goal","team":"elp","player_team":"tig","player":10}`, "", "V10"},
		{"the other side", `{"kind":"card","team":"tig","player":21,"card":"red"}`, "player.number", "number 21 is not known"},
		{"unknown", `{"kind":"shot","team":"elp","player":99}`, "player.number", "send him with his name"},
		{"unknown on", `{"kind":"substitution","team":"elp","player_out":10,"player_in":99}`, "player_in.number", "number 99"},
		{"unknown assist", `{"kind":"goal","team":"elp","player":10,"assist":99}`, "assist.number", "number 99"},
		{"another name", `{"kind":"goal","team":"elp","player":{"number":10,"name":"Luna"}}`, "player.name", "number 10 is H10"},
		{"another name, forced", `{"kind":"goal","team":"elp","player":{"number":10,"name":"Luna"},"force":true}`, "player.name", "number 10 is H10"},
		{"another name of one gone", `{"kind":"card","team":"elp","player":{"number":9,"name":"Luna"},"card":"red"}`, "player.name", "number 9 is H9"},
		{"one number, two names", `{"kind":"substitution","team":"elp","player_out":{"number":50,"name":"A"},"player_in":{"number":50,"name":"B"},"force":true}`, "player_in.name", "number 50 is A"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, _, err := send(t, after(t, base...), c.body)
			if c.field != "" {
				wants(t, err, Malformed, c.field, c.want)
				if got := err.(*Error).Field; got != c.field {
					t.Errorf("field %q, wanted %q", got, c.field)
				}
				return
			}
			if err != nil || e.Player.Name != c.want {
				t.Errorf("%v (%v), wanted %s", e.Player, err, c.want)
			}
		})
	}
	// Before the start: the names of a start are held against the announced.
	_, _, err := send(t, after(t, announceElp, announceTig+squad("V")+`}`),
		`{"kind":"start","home_players":[1,2,3,4,5,6,{"number":7,"name":"Luna"}]}`)
	wants(t, err, Malformed, "home_players[6].name", "number 7 is Perez")
	_, _, err = send(t, after(t, announceElp), `{"kind":"start","home_players":[1,2,3,4,5,6,8],"visit_players":`+squad("V")+`}`)
	wants(t, err, Malformed, "home_players[6].number", "number 8 is not known")
}

func TestStrangers(t *testing.T) {
	s := after(t, "start")
	_, _, err := send(t, s, `{"kind":"goal","team":"boc","player":9,"force":true}`)
	wants(t, err, Malformed, "team: ", "elp or tig")
	_, _, err = send(t, s, `{"kind":"goal","team":"elp","player_team":"boc","player":9}`)
	wants(t, err, Malformed, "player_team: ", "elp or tig")
}

// doubts are what the rules say about players, and what force makes of it.
func TestDoubtsAndForce(t *testing.T) {
	base := []string{"start", silvaOn,
		`{"kind":"card","team":"elp","player":10,"card":"red"}`,
		`{"kind":"card","team":"elp","player":{"number":30,"name":"Leon"},"card":"red"}`,
		`{"kind":"card","team":"elp","player":8,"card":"yellow"}`,
		`{"kind":"card","team":"elp","player":{"number":31,"name":"Iberbia"},"card":"yellow"}`}
	// On the pitch now: 1 to 8, 21, 11; gone: 9, 10, 30; bench: 31.
	cases := []struct {
		name, body, doubt string
		lineup            []int
	}{
		{"scorer gone", `{"kind":"goal","team":"elp","player":9}`, "player: H9 (9) is not on the pitch", nil},
		{"scorer on the bench", `{"kind":"goal","team":"elp","player":31}`, "Iberbia (31) is not on the pitch", nil},
		{"a new scorer", `{"kind":"goal","team":"elp","player":{"number":77,"name":"New"}}`, "New (77) is not on the pitch", nil},
		{"sent off scorer", `{"kind":"goal","team":"elp","player":10}`, "H10 (10) is not on the pitch", nil},
		{"assist", `{"kind":"goal","team":"elp","player":11,"assist":9}`, "assist: H9 (9) is not on the pitch", nil},
		{"own goal", `{"kind":"goal","team":"tig","player_team":"elp","player":9}`, "H9 (9) is not on the pitch", nil},
		{"miss", `{"kind":"miss","team":"elp","player":9}`, "H9 (9) is not on the pitch", nil},
		{"foul", `{"kind":"foul","team":"elp","player":9}`, "H9 (9) is not on the pitch", nil},
		{"out: not on", `{"kind":"substitution","team":"elp","player_out":9,"player_in":{"number":40,"name":"X"}}`, "player_out: H9 (9) is not on the pitch", []int{1, 2, 3, 4, 5, 6, 7, 8, 21, 11, 40}},
		{"out: on the bench", `{"kind":"substitution","team":"elp","player_out":31,"player_in":{"number":40,"name":"X"}}`, "player_out: Iberbia (31) is not on the pitch", []int{1, 2, 3, 4, 5, 6, 7, 8, 21, 11, 40}},
		{"in: on already", `{"kind":"substitution","team":"elp","player_out":3,"player_in":4}`, "player_in: H4 (4) is on the pitch already", []int{1, 2, 4, 5, 6, 7, 8, 21, 11}},
		{"in: himself", `{"kind":"substitution","team":"elp","player_out":3,"player_in":3}`, "player_in: H3 (3) is on the pitch already", []int{1, 2, 3, 4, 5, 6, 7, 8, 21, 11}},
		{"in: left", `{"kind":"substitution","team":"elp","player_out":3,"player_in":9}`, "player_in: H9 (9) has left", []int{1, 2, 9, 4, 5, 6, 7, 8, 21, 11}},
		{"in: sent off", `{"kind":"substitution","team":"elp","player_out":3,"player_in":10}`, "was sent off and cannot come on", []int{1, 2, 10, 4, 5, 6, 7, 8, 21, 11}},
		{"in: sent off from the bench", `{"kind":"substitution","team":"elp","player_out":3,"player_in":30}`, "Leon (30) has left", []int{1, 2, 30, 4, 5, 6, 7, 8, 21, 11}},
		{"second yellow", `{"kind":"card","team":"elp","player":8,"card":"yellow"}`, "send red with reason second_yellow", nil},
		{"second yellow on the bench", `{"kind":"card","team":"elp","player":31,"card":"yellow"}`, "send red with reason second_yellow", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := after(t, base...)
			_, _, err := send(t, s, c.body)
			wants(t, err, Refused, c.doubt)
			e, forced, err := send(t, s, strings.TrimSuffix(c.body, "}")+`,"force":true}`)
			if err != nil || !e.Forced {
				t.Fatalf("forced %v: %v", e.Forced, err)
			}
			want := c.lineup
			if want == nil {
				want = []int{1, 2, 3, 4, 5, 6, 7, 8, 21, 11}
			}
			wantNumbers(t, "on the pitch", forced.Sides[Home].Lineup, want...)
			sane(t, forced)
			e.Forced = false
			if _, err := Apply(s, e); err == nil {
				t.Error("Apply takes it without the mark")
			}
		})
	}
}

// sane holds of every state: no number is in two places.
func sane(t interface {
	Helper()
	Errorf(string, ...any)
}, s State) {
	t.Helper()
	for i, side := range s.Sides {
		seen := map[int]string{}
		for list, players := range map[string][]Player{"line-up": side.Lineup, "bench": side.Bench, "gone": side.Gone} {
			for _, p := range players {
				if other, twice := seen[p.Number]; twice {
					t.Errorf("side %d: number %d is in %s and in %s", i, p.Number, list, other)
				}
				if p.Name == "" {
					t.Errorf("side %d: number %d has no name", i, p.Number)
				}
				seen[p.Number] = list
			}
		}
		if side.Score < 0 || side.Penalties < 0 {
			t.Errorf("side %d: %d goals, %d in the shoot-out", i, side.Score, side.Penalties)
		}
	}
}

func TestForceWithoutDoubtIsNotMarked(t *testing.T) {
	for _, body := range []string{
		`{"kind":"goal","team":"elp","player":9,"force":true}`, `{"kind":"halftime","force":true}`,
		`{"kind":"x-weather","force":true}`, `{"kind":"cancel","ref":1,"force":true}`,
	} {
		if e, _, err := send(t, after(t, "start"), body); err != nil || e.Forced {
			t.Errorf("%s: forced %v, %v", body, e.Forced, err)
		}
	}
}

func TestSubstitutions(t *testing.T) {
	s := after(t, "start", silvaOn, "halftime", `{"kind":"substitution","team":"elp","player_out":21,"player_in":{"number":22,"name":"Gata"}}`)
	wantNumbers(t, "line-up", s.Sides[Home].Lineup, 1, 2, 3, 4, 5, 6, 7, 8, 22, 10, 11)
	wantNumbers(t, "gone", s.Sides[Home].Gone, 9, 21)
	wantNumbers(t, "bench", s.Sides[Home].Bench)
	wantNumbers(t, "the others", s.Sides[Visit].Lineup, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
}

func TestCards(t *testing.T) {
	yellow := `{"kind":"card","team":"elp","player":9,"card":"yellow"}`
	s := after(t, "start", "5 "+yellow, `{"kind":"card","team":"elp","staff":"Russo","card":"yellow"}`,
		`{"kind":"card","team":"elp","staff":"Russo","card":"yellow"}`, // the rule is about players
		`{"kind":"card","team":"tig","player":9,"card":"yellow"}`,
		`30 {"kind":"card","team":"elp","player":9,"card":"red","reason":"second_yellow"}`)
	side := s.Sides[Home]
	wantNumbers(t, "line-up", side.Lineup, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11)
	wantNumbers(t, "gone", side.Gone, 9)
	if len(side.Cards) != 4 || len(s.Sides[Visit].Cards) != 1 {
		t.Fatalf("cards: %v", side.Cards)
	}
	first, staff, last := side.Cards[0], side.Cards[1], side.Cards[3]
	if first.ID != 2 || first.Card != "yellow" || *first.Player != (Player{9, "H9"}) || first.Minute != "6" || first.Shootout {
		t.Errorf("first card: %+v", first)
	}
	if staff.Player != nil || staff.Staff != "Russo" || last.Card != "red" || last.Minute != "31" {
		t.Errorf("later cards: %+v, %+v", staff, last)
	}

	// Yellows of the match do not count in the shoot-out, those in it do.
	s = after(t, "start", yellow, "halftime", "continue", "penalties", yellow)
	if !s.Sides[Home].Cards[1].Shootout {
		t.Error("the second card is not of the shoot-out")
	}
	_, _, err := send(t, s, yellow)
	wants(t, err, Refused, "second_yellow")
	// After the end they do.
	_, _, err = send(t, after(t, "start", yellow, "stop"), yellow)
	wants(t, err, Refused, "second_yellow")
}
