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

// kicks are the dots of a side: five places, or as many as it needs.
func (s story) kicks(side string) (dots []node) {
	for _, e := range s.kicksOf(side) {
		class, text := outcome(e), s.Say("missed")
		if class == "in" {
			text = s.Say("scored")
		}
		dots = append(dots, el("li", at{"class": class}, el("span", at{"class": "unseen"}, text)))
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
	label := s.Say("missed")
	if outcome(e) == "in" {
		label = s.Say("scored")
	}
	return el("span", at{"class": "kick " + side + " " + outcome(e)}, isolated(e.who()), el("i", at{"role": "img", "aria-label": label}))
}

func outcome(e entry) string {
	if e.Kind == match.Goal {
		return "in"
	}
	return "out"
}
