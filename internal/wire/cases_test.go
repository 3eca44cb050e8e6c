package wire

import (
	"encoding/json"
	"strings"

	"matchstream/internal/match"
)

const epoch = "k3f9a2"

// 2026-11-22 18:22:04.999 UTC: the time on the wire is cut, not rounded.
const at = 1795371724999

func p(number int, name string) *match.Player { return &match.Player{Number: number, Name: name} }

func number(n int) *int { return &n }

var (
	elp = []match.Player{
		{Number: 25, Name: "Albil"}, {Number: 14, Name: "Mercado"}, {Number: 2, Name: "Ré"},
		{Number: 4, Name: "Fernández"}, {Number: 0, Name: "Núñez"}, {Number: 999, Name: "de la Cruz"},
		{Number: 18, Name: "Fernandez"},
	}
	tig = []match.Player{
		{Number: 12, Name: "Garcia"}, {Number: 3, Name: "Castaño"}, {Number: 6, Name: "Echeverría"},
		{Number: 8, Name: "Galmarini"}, {Number: 5, Name: "Castro"}, {Number: 9, Name: "Stracqualursi"},
		{Number: 7, Name: "Luna"},
	}
)

type eventCase struct {
	name  string
	event match.Event
}

func plain(k match.Kind, d match.Details) eventCase { return named(string(k), k, d) }

func named(name string, k match.Kind, d match.Details) eventCase {
	return eventCase{name, match.Event{Kind: k, Details: d, By: "the bench"}}
}

// every is each kind, with few details and with all, and what is odd.
func every() []eventCase {
	cases := []eventCase{
		plain(match.Lineup, match.Details{Team: "elp", Players: elp}),
		named("lineup with all", match.Lineup, match.Details{Team: "tig", Players: tig, Substitutes: []match.Player{{Number: 21, Name: "Silva"}}, Coach: `Rodolfo "Arru" Arruabarrena`}),
		plain(match.Start, match.Details{HomePlayers: elp, VisitPlayers: tig}),
		plain(match.Halftime, match.Details{Minute: "45+2"}),
		plain(match.Continue, match.Details{}),
		plain(match.Extratime, match.Details{}),
		plain(match.Penalties, match.Details{}),
		plain(match.Stop, match.Details{Comment: "It is over."}),
		plain(match.Addedtime, match.Details{Minutes: number(4), Minute: "45"}),
		named("addedtime of none", match.Addedtime, match.Details{Minutes: number(0)}),
		plain(match.Goal, match.Details{Team: "tig", Player: p(7, "Luna"), Minute: "5"}),
		named("own goal", match.Goal, match.Details{Team: "elp", Player: p(7, "Luna"), PlayerTeam: "tig", Minute: "31"}),
		named("goal with all", match.Goal, match.Details{Team: "elp", Player: p(7, "Luna"), PlayerTeam: "tig", Assist: p(12, "Garcia"), How: "header", Minute: "90+3", Comment: "What a day"}),
		plain(match.Miss, match.Details{Team: "tig", Player: p(7, "Luna"), How: "penalty"}),
		plain(match.Card, match.Details{Team: "elp", Player: p(25, "Albil"), Card: "red", Minute: "18"}),
		named("second yellow", match.Card, match.Details{Team: "elp", Player: p(25, "Albil"), Card: "red", Reason: "second_yellow"}),
		named("card for staff", match.Card, match.Details{Team: "elp", Staff: "Miguel Ángel Russo", Card: "yellow", Reason: "dissent"}),
		plain(match.Substitution, match.Details{Team: "elp", PlayerOut: p(18, "Fernandez"), PlayerIn: p(21, "Silva"), Minute: "60"}),
		plain(match.Var, match.Details{About: "goal", Outcome: "open"}),
		named("var with ref", match.Var, match.Details{About: "goal", Outcome: "overturned", Ref: 3, Comment: "Hand"}),
		plain(match.Cancel, match.Details{Ref: 3}),
		named("cancel with reason", match.Cancel, match.Details{Ref: 3, Reason: "offside", Comment: "VAR"}),
		plain(match.Amend, match.Details{Ref: 3, Player: p(9, "Stracqualursi"), Removed: []string{"assist"}}),
		named("amend of all", match.Amend, match.Details{Ref: 3, Player: p(9, "Stracqualursi"), PlayerTeam: "elp", Assist: p(7, "Luna"), How: "freekick", Minute: "6", Comment: "After the referee's report", Removed: []string{"reason"}}),
		named("amend that only removes", match.Amend, match.Details{Ref: 3, Removed: []string{"assist", "how"}}),
		named("amend of a start", match.Amend, match.Details{Ref: 1, HomePlayers: elp[:2]}),
		named("amend of a lineup", match.Amend, match.Details{Ref: 1, Players: elp[:1], Substitutes: elp[1:2], Coach: "Russo"}),
		named("amend of an x-", match.Amend, match.Details{Ref: 1, Extra: map[string]json.RawMessage{"b": []byte(`1`), "a": []byte(`"2"`)}, Removed: []string{"aa", "minute"}}),
		plain(match.Comment, match.Details{Comment: "A line of text"}),
		plain(match.Suspend, match.Details{Reason: "fog"}),
		plain(match.Resume, match.Details{}),
		plain(match.Abandon, match.Details{Reason: "the fog stays"}),
		plain("x-weather", match.Details{}),
		named("x- with all", "x-weather_2-b", match.Details{Minute: "3", Comment: "Rain", Extra: map[string]json.RawMessage{
			"wind": []byte(`12.50`), "rain": []byte(`true`), "sky": []byte(`"grey \"&\" <low>\n"`), "none": []byte(`null`),
			"gusts": []byte(`[ 14, {"to" : "18"} ]`), "2_a": []byte(`-1e3`), "dry": []byte(`false`), "team": []byte(`{"a":1}`), "empty": []byte(`""`),
		}}),
	}
	for _, k := range match.Counted {
		cases = append(cases, plain(k, match.Details{Team: "tig"}),
			named(string(k)+" with player", k, match.Details{Team: "tig", Player: p(8, "Galmarini")}))
	}
	for _, odd := range oddNames {
		cases = append(cases, named("odd: "+odd.what, match.Substitution, match.Details{
			Team: "elp", PlayerOut: p(18, odd.name), PlayerIn: p(21, odd.name), Comment: odd.name,
		}))
	}
	for i := range cases {
		cases[i].event.ID = int64(i + 1)
		cases[i].event.Timestamp = at + int64(i)*1000
	}
	forced := cases[10]
	forced.name = "goal forced"
	forced.event.Forced = true
	return append(cases, forced)
}

var oddNames = []struct{ what, name string }{
	{"quotes", `Edson "Pelé" O'Neill`},
	{"backslashes", `C:\new\table`},
	{"tab", "a\tb"},
	{"newlines", "a\nb\r\nc\r"},
	{"control characters", "\x00\x01\x1b[31m\x1f\x7f"},
	{"eñe", "Ñuñoa Peñarol"},
	{"dash", "Paris – Saint-Germain"},
	{"emoji", "⚽ 👨‍👩‍👧 🇦🇷"},
	{"60 characters", strings.Repeat("Łódź ", 12)},
	{"line separators", "a\u2028b\u2029c\u0085d"},
	{"right to left", "محمد صلاح \u202e7"},
	{"markup", "<b>&amp;</b> >>"},
	{"parentheses", "Luna (7) "},
	{"colons", "a: b:"},
	{"invalid UTF-8", "a\xffb\xc3"},
}

type statusCase struct {
	name    string
	view    match.View
	resumed bool
}

func view(last int64, period match.Period, change func(*match.View)) match.View {
	v := match.View{
		Info: match.Info{
			ID: "elp-tig-2011-09-10", Home: "elp", Visit: "tig", Date: "2011-09-10",
			Speed: 1, Epoch: epoch, Created: at - 3_600_000,
		},
		Teams: [2]match.Team{{ID: "elp", Name: "Estudiantes de La Plata"}, {ID: "tig", Name: `Tigre "El Matador"`}},
		State: match.New("elp", "tig", 1),
	}
	v.State.LastID, v.State.Period = last, period
	if last > 0 {
		v.State.LastTimestamp, v.State.PeriodStart = at, at-60_000
		v.State.Sides[match.Home].Lineup = elp
		v.State.Sides[match.Visit].Lineup = tig
	}
	if change != nil {
		change(&v)
	}
	return v
}

// standings are the matches whose status is shown.
func standings() []statusCase {
	full := func(v *match.View) {
		v.Info.Stadium, v.Info.Competition = "Estadio Único <La Plata>", "Apertura & Clausura"
		v.Info.Kickoff, v.Info.Speed = "2011-09-10T18:00:00Z", 60
		home, visit := &v.State.Sides[match.Home], &v.State.Sides[match.Visit]
		home.Score, visit.Score = 1, 3
		// A sent-off player is gone; who came on stands in the other's place.
		home.Lineup = append([]match.Player{{Number: 21, Name: "Silva"}}, elp[2:]...)
		home.Bench = []match.Player{{Number: 30, Name: "Boselli"}, {Number: 31, Name: "Villagra"}}
		home.Gone = elp[:2]
		home.Cards = []match.CardShown{
			{ID: 18, Card: "red", Player: p(14, "Mercado"), Minute: "18"},
			{ID: 19, Card: "yellow", Staff: "Russo"},
		}
		home.Counts, visit.Counts = [9]int{1, 2, 3, 4, 5, 6, 7, 8, 9}, [9]int{9, 8, 7, 6, 5, 4, 3, 2, 1}
	}
	shootout := func(v *match.View) {
		v.State.Shootout = true
		v.State.Sides[match.Home].Score, v.State.Sides[match.Visit].Score = 2, 2
		v.State.Sides[match.Home].Penalties, v.State.Sides[match.Visit].Penalties = 4, 3
	}
	return []statusCase{
		{"before", view(0, match.NotStarted, nil), true},
		{"before, with a kick-off", view(0, match.NotStarted, func(v *match.View) { v.Info.Kickoff = "2011-09-10T18:00:00Z" }), true},
		{"before, postponed", view(0, match.NotStarted, func(v *match.View) { v.Info.Postponed = true }), true},
		{"before, not resumed", view(0, match.NotStarted, nil), false},
		{"first", view(1, match.First, nil), true},
		{"during, with all", view(20, match.Last, full), true},
		{"during, not resumed", view(20, match.Last, full), false},
		{"suspended", view(20, match.Last, func(v *match.View) { v.State.Suspended, v.State.SuspendedAt = true, at }), true},
		{"halftime", view(9, match.HalftimeBreak, nil), true},
		{"extra time", view(31, match.FirstExtra, nil), true},
		{"break of extra time", view(33, match.HalftimeExtra, nil), true},
		{"second half of extra time", view(34, match.LastExtra, nil), true},
		{"shoot-out", view(40, match.Shootout, shootout), true},
		{"after", view(31, match.Ended, nil), true},
		{"after a shoot-out", view(50, match.Ended, func(v *match.View) { shootout(v); v.State.Period = match.Ended }), true},
		{"abandoned", view(31, match.Ended, func(v *match.View) { v.State.Abandoned = true }), true},
		{"odd names", view(31, match.Last, func(v *match.View) {
			for i, odd := range oddNames {
				side := &v.State.Sides[i%2]
				if i < 2 {
					side.Lineup = nil
				}
				side.Lineup = append(side.Lineup, match.Player{Number: i, Name: odd.name})
			}
		}), true},
	}
}
