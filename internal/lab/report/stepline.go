package report

import (
	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

// stepLine is one line of plots against N: a search of a run.
type stepLine struct {
	run    *Run
	search *search
}

// stepLines are those of all runs.
func stepLines(runs []*Run) (all []stepLine) {
	for _, r := range runs {
		for _, s := range r.searches() {
			all = append(all, stepLine{r, s})
		}
	}
	return all
}

// having are those in which there is a figure.
func having(all []stepLine, get func(lab.Step) (float64, bool)) (kept []stepLine) {
	for _, l := range all {
		for _, s := range l.search.steps {
			if _, ok := get(s); ok {
				kept = append(kept, l)
				break
			}
		}
	}
	return kept
}

// name tells a line apart from the others: by its run, its search, or both.
func (l stepLine) name(among []stepLine) string {
	runs, searches := map[*Run]bool{}, map[string]bool{}
	for _, other := range among {
		runs[other.run], searches[other.search.title()] = true, true
	}
	switch {
	case len(runs) == 1:
		return l.search.title()
	case len(searches) == 1:
		return l.run.Name
	}
	return l.run.Name + ", " + l.search.title()
}

// points are a figure of each step by N, as it is shown; of several steps with the same N
// the last.
func (l stepLine) points(get func(lab.Step) (v float64, ok bool), show func(float64) string) []plot.Point {
	byN := map[int]plot.Point{}
	for _, s := range l.search.steps {
		v, ok := get(s)
		if !ok {
			continue
		}
		p := plot.Point{X: float64(s.Users), Y: v, Hollow: !s.OK, Title: tried(s) + ": " + show(v)}
		if !s.OK {
			p.Title += " (failed)"
		}
		byN[s.Users] = p
	}
	return sortedPoints(byN)
}

// colour of a line: with searches of one run each has its own in all plots, http another
// than streams; else by its place.
func (l stepLine) colour(among []stepLine, i int) int {
	for _, other := range among {
		if other.run != l.run || other.search.nodes > 0 {
			return i + 1
		}
	}
	return colourOf(l.search.name, i)
}

func colourOf(search string, i int) int {
	if c := map[string]int{"streams": 1, "both": 2, "http": 3}[search]; c > 0 {
		return c
	}
	return i + 1
}

func figure(name string) func(lab.Step) (float64, bool) {
	return func(s lab.Step) (float64, bool) {
		v, ok := s.Figures[name]
		return v, ok
	}
}
