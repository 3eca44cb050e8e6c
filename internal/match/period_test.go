package match

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// situations are all that a match can be in, each with how to get there.
var situations = []struct {
	name   string
	bodies []string
	next   string // what events.md allows, in the order of the constants
}{
	{"before the start", nil, "lineup start comment"},
	{"first half", []string{"start"}, "halftime stop " + playing},
	{"half-time", []string{"start", "halftime"}, "continue card substitution var cancel amend comment suspend abandon"},
	{"second half", toLast, "extratime penalties stop " + playing},
	{"first half of extra time", toExtra, "halftime stop " + playing},
	{"half-time of extra time", then(toExtra, "halftime"), "continue card substitution var cancel amend comment suspend abandon"},
	{"second half of extra time", toLastExtra, "penalties stop " + playing},
	{"shoot-out", then(toLast, "penalties"), shootout},
	{"shoot-out after extra time", then(toLastExtra, "penalties"), shootout},
	{"after the end", then(toLast, "stop"), over},
	{"after the end in the first half", []string{"start", "stop"}, over},
	{"after the shoot-out", then(toLast, "penalties", "stop"), over},
	{"abandoned", []string{"start", "abandon"}, over},
	{"suspended in play", []string{"start", "suspend"}, suspended},
	{"suspended at half-time", []string{"start", "halftime", "suspend"}, suspended},
	{"suspended in the shoot-out", then(toLast, "penalties", "suspend"), suspended},
	{"abandoned while suspended", []string{"start", "suspend", "abandon"}, over},
	{"resumed", []string{"start", "suspend", "resume"}, "halftime stop " + playing},
}

const (
	playing = "addedtime goal miss shot offside foul corner goalkick throwin freekick save penalty " +
		"card substitution var cancel amend comment suspend abandon"
	shootout  = "stop goal miss save card var cancel amend comment suspend abandon"
	over      = "card cancel amend comment"
	suspended = "card var cancel amend comment resume abandon"
)

var (
	toLast      = []string{"start", "halftime", "continue"}
	toExtra     = then(toLast, "extratime")
	toLastExtra = then(toExtra, "halftime", "continue")
)

func then(bodies []string, more ...string) []string { return slices.Concat(bodies, more) }

// bodies are a request of each kind that nothing but the period can refuse.
var bodies = map[Kind]string{
	Lineup:       `{"kind":"lineup","team":"elp","players":` + squad("H") + `}`,
	Start:        begin,
	Halftime:     `{"kind":"halftime"}`,
	Continue:     `{"kind":"continue"}`,
	Extratime:    `{"kind":"extratime"}`,
	Penalties:    `{"kind":"penalties"}`,
	Stop:         `{"kind":"stop"}`,
	Addedtime:    `{"kind":"addedtime","minutes":3}`,
	Goal:         `{"kind":"goal","team":"elp","player":9}`,
	Miss:         `{"kind":"miss","team":"elp","player":9}`,
	Shot:         `{"kind":"shot","team":"elp"}`,
	Offside:      `{"kind":"offside","team":"elp","player":9}`,
	Foul:         `{"kind":"foul","team":"elp"}`,
	Corner:       `{"kind":"corner","team":"elp"}`,
	Goalkick:     `{"kind":"goalkick","team":"elp"}`,
	Throwin:      `{"kind":"throwin","team":"elp"}`,
	Freekick:     `{"kind":"freekick","team":"elp"}`,
	Save:         `{"kind":"save","team":"elp","player":1}`,
	Penalty:      `{"kind":"penalty","team":"elp"}`,
	Card:         `{"kind":"card","team":"elp","player":9,"card":"yellow"}`,
	Substitution: `{"kind":"substitution","team":"elp","player_out":9,"player_in":{"number":21,"name":"Silva"}}`,
	Var:          `{"kind":"var","about":"goal","outcome":"open"}`,
	Cancel:       `{"kind":"cancel","ref":2}`,
	Amend:        `{"kind":"amend","ref":1,"comment":"at last"}`,
	Comment:      `{"kind":"comment","comment":"rain"}`,
	Suspend:      `{"kind":"suspend","reason":"fog"}`,
	Resume:       `{"kind":"resume"}`,
	Abandon:      `{"kind":"abandon"}`,
}

func TestEveryKindInEverySituation(t *testing.T) {
	for _, situation := range situations {
		t.Run(situation.name, func(t *testing.T) {
			s := after(t, situation.bodies...)
			next := strings.Fields(situation.next)
			if got := strings.Join(names(s.Next()), " "); got != strings.Join(ordered(next), " ") {
				t.Errorf("next: %s\n wanted: %s", got, situation.next)
			}
			for _, k := range kinds {
				state, body := s, bodies[k]
				if k == Cancel && s.Period != NotStarted {
					// Something harmless to cancel.
					_, state, _ = send(t, s, `{"kind":"comment","comment":"oops"}`)
					body = `{"kind":"cancel","ref":` + Position{ID: state.LastID}.String() + `}`
				}
				_, after, err := send(t, state, body)
				if slices.Contains(next, string(k)) {
					if err != nil {
						t.Errorf("%s: %v", k, err)
					}
					continue
				}
				wants(t, err, Refused, string(k)+" cannot happen")
				var e *Error
				if errors.As(err, &e); !slices.Equal(e.Next, s.Next()) {
					t.Errorf("%s: the refusal names %v", k, e.Next)
				}
				if after.LastID != state.LastID {
					t.Errorf("%s was refused and changed the match", k)
				}
			}
			if _, _, err := send(t, s, `{"kind":"x-weather","sky":["grey"]}`); err != nil {
				t.Errorf("x-: %v", err)
			}
			// What is refused for its period stays so with force.
			if !slices.Contains(next, "start") {
				_, _, err := send(t, s, strings.TrimSuffix(begin, "}")+`,"force":true}`)
				wants(t, err, Refused, "start cannot happen")
			}
		})
	}
}

func names(list []Kind) []string {
	var names []string
	for _, k := range list {
		names = append(names, string(k))
	}
	return names
}

// ordered puts kinds in the order of their constants.
func ordered(list []string) []string {
	slices.SortFunc(list, func(a, b string) int {
		return slices.Index(kinds[:], Kind(a)) - slices.Index(kinds[:], Kind(b))
	})
	return list
}

func TestPeriods(t *testing.T) {
	steps := []struct {
		kind string
		want Period
	}{{"start", First}, {"halftime_start", HalftimeBreak}, {"halftime_stop", Last}, {"extratime", FirstExtra},
		{"halftime", HalftimeExtra}, {"continue", LastExtra}, {"penalties", Shootout}, {"stop", Ended}}
	s := New("elp", "tig", 1)
	if s.Period != NotStarted {
		t.Errorf("a new match is in period %s", s.Period)
	}
	for _, step := range steps {
		_, s, _ = send(t, s, step.kind)
		if s.Period != step.want {
			t.Errorf("after %s: %s, wanted %s", step.kind, s.Period, step.want)
		}
	}
}

func TestRefreshesPicture(t *testing.T) {
	for _, k := range append(kinds[:], "x-a") {
		if got, want := k.RefreshesPicture(), k == Cancel || k == Amend || k == Abandon; got != want {
			t.Errorf("%s: %v", k, got)
		}
	}
}

func TestStatus(t *testing.T) {
	cases := []struct {
		bodies    []string
		postponed bool
		want      Status
	}{
		{nil, false, Scheduled},
		{nil, true, Postponed},
		{[]string{"start"}, true, Live},
		{[]string{"start", "halftime"}, false, Live},
		{then(toLast, "penalties"), false, Live},
		{[]string{"start", "suspend"}, true, Suspended},
		{[]string{"start", "stop"}, false, Finished},
		{[]string{"start", "suspend", "abandon"}, false, Abandoned},
		{[]string{"start", "stop", `{"kind":"cancel","ref":2}`}, false, Live},
		{[]string{"start", "abandon", `{"kind":"cancel","ref":2}`}, false, Live},
		{[]string{"start", "suspend", "abandon", `{"kind":"cancel","ref":3}`}, false, Suspended},
		{[]string{"start", `{"kind":"cancel","ref":1}`}, true, Postponed},
	}
	for _, c := range cases {
		v := View{Info: Info{Postponed: c.postponed, Epoch: "k3f9a2"}, State: after(t, c.bodies...)}
		if got := v.Status(); got != c.want {
			t.Errorf("%v: %s, wanted %s", c.bodies, got, c.want)
		}
		if got, want := v.Position(), (Position{int64(len(c.bodies)), "k3f9a2"}); got != want {
			t.Errorf("position %v, wanted %v", got, want)
		}
	}
}
