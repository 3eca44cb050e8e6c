package report

import (
	"slices"

	"matchstream/internal/lab"
)

// level is a step of each run that may be compared: the largest that all have tried, and
// rather one that held in all.
func level(tries []*search) (steps []*lab.Step, at string) {
	steps = make([]*lab.Step, len(tries))
	if slices.Contains(tries, nil) {
		return ownBest(tries)
	}
	var best *lab.Step
	bestHeld := false
	for i := range tries[0].steps {
		first := &tries[0].steps[i]
		held, all := first.OK, true
		for _, other := range tries[1:] {
			s := other.with(first.Users, first.AtOnce)
			all = all && s != nil
			held = held && s != nil && s.OK
		}
		if all && (best == nil || held && !bestHeld || held == bestHeld && first.Users >= best.Users) {
			best, bestHeld = first, held
		}
	}
	if best == nil {
		return ownBest(tries)
	}
	for i, s := range tries {
		steps[i] = s.with(best.Users, best.AtOnce)
	}
	return steps, tried(*best)
}

func ownBest(tries []*search) (steps []*lab.Step, at string) {
	for _, s := range tries {
		if s == nil {
			steps = append(steps, nil)
			continue
		}
		best := s.best()
		steps = append(steps, &best)
	}
	return steps, "each at its most"
}

// with is the last step with so many; nil if there was none.
func (s *search) with(users, atOnce int) *lab.Step {
	for i := len(s.steps) - 1; i >= 0; i-- {
		if s.steps[i].Users == users && s.steps[i].AtOnce == atOnce {
			return &s.steps[i]
		}
	}
	return nil
}
