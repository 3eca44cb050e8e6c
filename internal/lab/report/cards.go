package report

import (
	"matchstream/internal/lab"
)

// card is a figure that stands out.
type card struct {
	Name, Value, Note string
	Bad               bool
}

// cards are the figures that one looks at first: of the largest step that held, and rather
// one with watchers than with requests alone.
func (r *Run) cards() (all []card) {
	var best *lab.Step
	var title string
	for _, s := range r.searches() {
		b := s.best()
		rank := func(s *lab.Step) (v float64) {
			if mainFigure(s.Figures) != "http" {
				v = 2
			}
			if s.OK {
				v++
			}
			return v
		}
		if best == nil || rank(&b) > rank(best) || rank(&b) == rank(best) && b.Users >= best.Users {
			best, title = &b, s.title()
		}
	}
	if best == nil {
		return nil
	}
	f := best.Figures
	all = append(all, card{"Users", count(float64(best.Users)), title, !best.OK})
	for _, c := range []struct{ figure, name, note string }{
		{"complete.p99", "The last has it", "p99"}, {"http.p99", "An answer", "p99"}, {"latency.p99", "A delivery", "p99"},
		{"enter.p99", "To enter", "p99"}, {"canary.max", "The canary", "at most"},
	} {
		if v, ok := f[c.figure]; ok && len(all) < 4 {
			all = append(all, card{c.name, measured(v), c.note, false})
		}
	}
	return append(all, card{"Errors", count(errorsOf(f)), "in that step", errorsOf(f) > 0})
}
