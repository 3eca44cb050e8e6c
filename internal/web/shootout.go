package web

import "matchstream/internal/match"

// kicksOf are a side's kicks in the shoot-out, in order.
func (s story) kicksOf(side string) (kicks []entry) {
	for _, e := range s.entries {
		if e.isKick() && e.side == side && !e.cancelled {
			kicks = append(kicks, e)
		}
	}
	return kicks
}

// kicks are the dots of a side.
func (s story) kicks(side string) (dots []node) {
	for _, e := range s.kicksOf(side) {
		dots = append(dots, el("li", at{"class": outcome(e)}, el("span", at{"class": "unseen"}, s.outcome(e))))
	}
	return dots
}

// rounds are the kicks by name, those of both teams side by side.
func (s story) rounds() (rounds []node) {
	home, visit := s.kicksOf("home"), s.kicksOf("visit")
	for i := range max(len(home), len(visit)) {
		rounds = append(rounds, el("li", at{}, s.kick("home", home, i), s.kick("visit", visit, i)))
	}
	return rounds
}

func (s story) kick(side string, kicks []entry, i int) node {
	if i >= len(kicks) {
		return el("span", at{"class": "kick " + side})
	}
	e := kicks[i]
	return el("span", at{"class": "kick " + side + " " + outcome(e)}, isolated(e.who()), el("i", at{"role": "img", "aria-label": s.outcome(e)}))
}

// outcome of a kick in words.
func (s story) outcome(e entry) string {
	if e.Kind == match.Goal {
		return s.Say("scored")
	}
	return s.Say("missed")
}

func outcome(e entry) string {
	if e.Kind == match.Goal {
		return "in"
	}
	return "out"
}
