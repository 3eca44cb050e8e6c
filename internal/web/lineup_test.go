package web

import (
	"fmt"
	"strings"
	"testing"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// TestFormations: whoever plays stands in a row, once, in order.
func TestFormations(t *testing.T) {
	for n, want := range map[int]string{0: "[]", 1: "[1]", 7: "[1 3 2 1]", 8: "[1 3 3 1]", 9: "[1 4 3 1]", 10: "[1 4 4 1]", 11: "[1 4 4 2]", 13: "[1 4 4 4]"} {
		var eleven []*member
		for i := range n {
			eleven = append(eleven, &member{Player: match.Player{Number: i}})
		}
		rows, next := []int{}, 0
		for _, rank := range ranks(eleven) {
			rows = append(rows, len(rank))
			for _, m := range rank {
				if m.Number != next {
					t.Errorf("%d players: number %d stands where %d should", n, m.Number, next)
				}
				next++
			}
		}
		if fmt.Sprint(rows) != want || next != n {
			t.Errorf("%d players stand as %v, not %s", n, rows, want)
		}
	}
}

// TestSquads: what a player did is beside his name, and nothing else.
func TestSquads(t *testing.T) {
	s := newStory(words.English, fold(t, lines(t,
		`{"kind":"lineup","team":"elp","players":`+eleven("E")+`,"substitutes":[{"number":12,"name":"Twelve"},{"number":13,"name":"Thirteen"}],"coach":"Coach"}`,
		`{"kind":"start","visit_players":`+eleven("T")+`}`,
		`{"kind":"goal","team":"elp","player":9}`,
		`{"kind":"goal","team":"elp","player":9}`,
		`{"kind":"goal","team":"elp","player":9}`,
		`{"kind":"cancel","ref":5}`,
		`{"kind":"goal","team":"tig","player":2,"player_team":"elp"}`,
		`{"kind":"substitution","team":"elp","player_out":3,"player_in":12,"minute":"60"}`,
		`{"kind":"card","team":"elp","player":4,"card":"yellow"}`,
		`{"kind":"card","team":"elp","player":4,"card":"red","reason":"second_yellow"}`,
		`{"kind":"card","team":"tig","player":{"number":40,"name":"Forty"},"card":"yellow"}`,
	), 1))
	if got, want := inShort(s.squadOf(match.Home)), "coach Coach; E 2 own 1; E 3 off 60; E 4 yellow second; E 9 goals 2; bench Twelve on 60 for E 3; bench Thirteen"; got != want {
		t.Errorf("home: %s\nnot %s", got, want)
	}
	if got, want := inShort(s.squadOf(match.Visit)), "bench Forty yellow"; got != want {
		t.Errorf("visit: %s\nnot %s", got, want)
	}
}

// inShort is a squad without those who began and did nothing.
func inShort(q squad) string {
	var all []string
	add := func(before string, m *member) {
		text := before + m.Name
		for _, did := range []struct {
			it   bool
			text string
		}{{m.goals > 0, fmt.Sprintf(" goals %d", m.goals)}, {m.own > 0, fmt.Sprintf(" own %d", m.own)}, {m.yellow, " yellow"}, {m.second, " second"},
			{m.red, " red"}, {m.off, " off " + m.offAt}, {m.on, " on " + m.onAt + " for " + m.instead}} {
			if did.it {
				text += did.text
			}
		}
		if before != "" || text != m.Name {
			all = append(all, text)
		}
	}
	if q.coach != "" {
		all = append(all, "coach "+q.coach)
	}
	for _, m := range q.eleven {
		add("", m)
	}
	for _, m := range q.bench {
		add("bench ", m)
	}
	return strings.Join(all, "; ")
}
