package web

import (
	"slices"
	"strconv"
	"strings"

	"matchstream/internal/match"
)

// row is one event in the ticker. rows.js makes the same rows of the same
// events, and what it does afterwards (running scores, scorers) it reads from
// their data- attributes: the rows are all that the script knows of the past.
type row struct {
	ID        int64
	Kind      match.Kind
	Class     string // of the list item
	Side      string // home, visit, or "" where no team is meant
	Minute    string
	Sentence  []part
	Comment   string
	Cancelled bool
	Amended   bool
	Tally     string // the score after a goal, the shoot-out's after a kick

	Mark string // what is told beside the teams: goal, red, kick; or ""
	Name string // of whom
	Note string // o.g., pen.
	In   bool   // the kick went in
}

// phase is what changes how an event is told.
type phase struct{ extra, shootout bool }

// ticker is the rows of a match, newest first.
func ticker(v match.View) []row {
	log := v.State.Log
	rows := make([]row, 0, len(log))
	amended := amendments(log)
	var now phase
	var t tally
	for _, entry := range log {
		e := entry.Effective.Event()
		if strings.HasPrefix(string(e.Kind), "x-") {
			continue // no words are known for it, and no EventSource can ask for it
		}
		r := newRow(v, e, now)
		r.Cancelled, r.Amended = entry.Cancelled != 0, amended[e.ID]
		if !r.Cancelled {
			now.extra = now.extra || e.Kind == match.Extratime
			now.shootout = now.shootout || e.Kind == match.Penalties
			t.add(&r)
		}
		rows = append(rows, r)
	}
	slices.Reverse(rows)
	return rows
}

// amendments are the ids of the events that were amended.
func amendments(log []match.Entry) map[int64]bool {
	ids := map[int64]bool{}
	for _, entry := range log {
		if entry.Event.Kind == match.Amend {
			ids[entry.Event.Ref] = true
		}
	}
	return ids
}

func newRow(v match.View, e match.Event, now phase) row {
	variant := variantOf(e, now)
	r := row{ID: e.ID, Kind: e.Kind, Class: string(e.Kind), Minute: e.Minute, Comment: e.Comment,
		Side: sideOf(v, e.Team), Sentence: sentence(string(e.Kind), variant, factsOf(v, e))}
	switch {
	case e.Kind == match.Goal || e.Kind == match.Miss:
		if now.shootout {
			r.Class, r.Mark, r.In = "kick", "kick", e.Kind == match.Goal
		} else if e.Kind == match.Goal {
			r.Mark = "goal"
		}
		if e.How == "penalty" {
			r.Note = say("from_penalty")
		}
		if ownGoal(e) {
			r.Note = say("own_goal")
		}
	case e.Kind == match.Card:
		r.Class = "card " + e.Card
		if e.Card == "red" {
			r.Mark = "red"
		}
	}
	if r.Mark == "goal" || r.Mark == "red" {
		r.Name = e.Staff
		if e.Player != nil {
			r.Name = e.Player.Name
		}
	}
	return r
}

func ownGoal(e match.Event) bool {
	return e.Kind == match.Goal && e.PlayerTeam != "" && e.PlayerTeam != e.Team
}

// variantOf chooses among the sentences of a kind.
func variantOf(e match.Event, now phase) string {
	switch e.Kind {
	case match.Goal, match.Miss:
		if now.shootout {
			return "shootout"
		}
	case match.Halftime, match.Continue:
		if now.extra {
			return "extra"
		}
	case match.Stop:
		if now.shootout {
			return "shootout"
		}
		if now.extra {
			return "extra"
		}
	case match.Card:
		if e.Reason == "second_yellow" {
			return e.Reason
		}
		return e.Card
	case match.Var:
		return e.Outcome
	case match.Addedtime:
		if e.Minutes != nil {
			return strconv.Itoa(*e.Minutes)
		}
	}
	return ""
}

// factsOf is what sentences may fill in. What is not known is "".
func factsOf(v match.View, e match.Event) map[string]string {
	facts := map[string]string{
		"team":       nameOf(v, e.Team),
		"player":     playerName(e.Player),
		"player_in":  playerName(e.PlayerIn),
		"player_out": playerName(e.PlayerOut),
		"assist":     playerName(e.Assist),
		"staff":      e.Staff,
		"coach":      e.Coach,
		"reason":     e.Reason,
		"how":        words.How[e.How],
		"about":      words.About[e.About],
	}
	if e.Minutes != nil {
		facts["minutes"] = strconv.Itoa(*e.Minutes)
	}
	if ownGoal(e) {
		facts["own_team"] = nameOf(v, e.PlayerTeam)
	}
	if e.Ref > 0 && e.Ref <= int64(len(v.State.Log)) {
		meant := v.State.Log[e.Ref-1].Effective
		facts["what"], facts["ref_minute"] = words.Kind[string(meant.Kind)], meant.Minute
	}
	return facts
}

func playerName(p *match.Player) string {
	if p == nil {
		return ""
	}
	return p.Name
}

var sides = [2]string{match.Home: "home", match.Visit: "visit"}

func sideOf(v match.View, team string) string {
	for i, id := range v.State.Teams {
		if team != "" && id == team {
			return sides[i]
		}
	}
	return ""
}

func nameOf(v match.View, team string) string {
	for i, id := range v.State.Teams {
		if id == team && v.Teams[i].Name != "" {
			return v.Teams[i].Name
		}
	}
	return team
}
