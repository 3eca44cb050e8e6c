package web

import (
	"strings"

	"matchstream/internal/match"
	"matchstream/internal/words"
)

// feat is a line beside a team's name: who scored when, who was sent off.
type feat struct {
	name  string
	red   bool
	times []string // "23′ (pen.)"
}

// featsOf are a side's goals and red cards, in order; more goals of one
// player are one line.
func (s story) featsOf(side string) (feats []feat) {
	for _, e := range s.entries {
		if e.cancelled || e.side != side || !e.isGoal() && !e.isRed() {
			continue
		}
		var times []string
		if e.Minute != "" {
			times = append(times, when(e.Minute))
		}
		if note := s.note(e); note != "" {
			times = append(times, "("+note+")")
		}
		at := len(feats)
		for i, f := range feats {
			if !e.isRed() && !f.red && f.name == e.who() {
				at = i
			}
		}
		if at == len(feats) {
			feats = append(feats, feat{name: e.who(), red: e.isRed()})
		}
		if times != nil {
			feats[at].times = append(feats[at].times, strings.Join(times, " "))
		}
	}
	return feats
}

// note says what is special about a goal.
func (s story) note(e entry) string {
	switch {
	case words.OwnGoal(e.Event):
		return s.Say("own_goal")
	case e.Kind == match.Goal && e.How == "penalty":
		return s.Say("from_penalty")
	}
	return ""
}

func (s story) feats(side string) (lines []node) {
	for _, f := range s.featsOf(side) {
		sign := icon("goal", "")
		if f.red {
			sign = icon("red", s.Say("red_card"))
		}
		lines = append(lines, el("li", at{}, sign, el("span", at{}, isolated(f.name), " "+strings.Join(f.times, ", "))))
	}
	return lines
}
