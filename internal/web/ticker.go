package web

import (
	"slices"
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
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
	Sentence  []words.Part
	Comment   string
	Cancelled bool
	Amended   bool
	Tally     string // the score after a goal, the shoot-out's after a kick

	Mark string // what is told beside the teams: goal, red, kick; or ""
	Name string // of whom
	Note string // o.g., pen.
	In   bool   // the kick went in
}

// ticker is the rows of a match, newest first.
func ticker(l *words.Language, v match.View) []row {
	log := v.State.Log
	rows := make([]row, 0, len(log))
	amended := amendments(log)
	var now words.Phase
	var t tally
	for _, entry := range log {
		e := entry.Effective.Event()
		if strings.HasPrefix(string(e.Kind), "x-") {
			continue // no words are known for it, and no EventSource can ask for it
		}
		r := newRow(l, v, e, now)
		r.Cancelled, r.Amended = entry.Cancelled != 0, amended[e.ID]
		if !r.Cancelled {
			now = now.After(e.Kind)
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

func newRow(l *words.Language, v match.View, e match.Event, now words.Phase) row {
	r := row{ID: e.ID, Kind: e.Kind, Class: string(e.Kind), Minute: e.Minute, Comment: e.Comment,
		Side: sideOf(v, e.Team), Sentence: l.Tell(e, now, func(team string) string { return nameOf(v, team) }, meant(v, e))}
	switch {
	case e.Kind == match.Goal || e.Kind == match.Miss:
		if now.Shootout {
			r.Class, r.Mark, r.In = "kick", "kick", e.Kind == match.Goal
		} else if e.Kind == match.Goal {
			r.Mark = "goal"
		}
		if e.How == "penalty" {
			r.Note = l.Say("from_penalty")
		}
		if words.OwnGoal(e) {
			r.Note = l.Say("own_goal")
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

// meant is the event that e speaks of, as it counts now.
func meant(v match.View, e match.Event) words.Meant {
	if e.Ref < 1 || e.Ref > int64(len(v.State.Log)) {
		return words.Meant{}
	}
	x := v.State.Log[e.Ref-1].Effective
	return words.Meant{Kind: x.Kind, Minute: x.Minute}
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
