package web

import (
	"strconv"
	"strings"

	"matchstream/internal/match"
)

// tally counts along the rows, oldest first: the score that stands beside
// each goal and kick.
type tally struct {
	goals, kicks map[string]int // by side
}

func (t *tally) add(r *row) {
	if t.goals == nil {
		t.goals, t.kicks = map[string]int{}, map[string]int{}
	}
	switch {
	case r.Mark == "goal":
		t.goals[r.Side]++
		r.Tally = score(t.goals)
	case r.Mark == "kick":
		if r.In {
			t.kicks[r.Side]++
		}
		r.Tally = score(t.kicks)
	}
}

func score(n map[string]int) string {
	return strconv.Itoa(n[sides[match.Home]]) + "–" + strconv.Itoa(n[sides[match.Visit]])
}

// feat is a line beside a team's name: who scored when, who was sent off.
type feat struct {
	Name    string
	Red     bool
	Minutes []string // "23′ (pen.)"
}

// featsOf are a side's goals and red cards, in order; more goals of one
// player are one line. rows are newest first.
func featsOf(rows []row, side string) (feats []feat) {
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		if r.Cancelled || r.Side != side || r.Mark != "goal" && r.Mark != "red" {
			continue
		}
		var when []string
		if r.Minute != "" {
			when = append(when, r.Minute+"′")
		}
		if r.Note != "" {
			when = append(when, "("+r.Note+")")
		}
		red := r.Mark == "red"
		at := len(feats)
		for j, f := range feats {
			if !red && !f.Red && f.Name == r.Name {
				at = j
			}
		}
		if at == len(feats) {
			feats = append(feats, feat{Name: r.Name, Red: red})
		}
		if when != nil {
			feats[at].Minutes = append(feats[at].Minutes, strings.Join(when, " "))
		}
	}
	return feats
}

// kicksOf are a side's kicks in the shoot-out: whether each went in.
func kicksOf(rows []row, side string) (kicks []bool) {
	for i := len(rows) - 1; i >= 0; i-- {
		if r := rows[i]; r.Mark == "kick" && r.Side == side && !r.Cancelled {
			kicks = append(kicks, r.In)
		}
	}
	return kicks
}
