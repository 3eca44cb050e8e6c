package report

import (
	"slices"

	"matchstream/internal/lab"
)

// stepTable are the steps of a search as rows of cells, of which the first names the
// columns. The columns are those of the figures that the search is about.
func stepTable(s *search) [][]string {
	of := "complete"
	if _, ok := s.best().Figures["complete.p99"]; !ok {
		if m := mainFigure(s.best().Figures); m != "" && m != "enter" && m != "connect" {
			of = m
		}
	}
	// Requests alone have no users that came.
	counted, name := "users", "users"
	if !slices.ContainsFunc(s.steps, func(step lab.Step) bool { _, ok := step.Figures["users"]; return ok }) {
		counted, name = "http.ok", "answers"
	}
	rows := [][]string{{"N", "C", "held", name, "enter p99", of + " p50", "p99", "max", "canary max", "errors", "cpu"}}
	for _, step := range s.steps {
		f := step.Figures
		figure := func(name string) string {
			if v, ok := f[name]; ok {
				return value(name, v)
			}
			return ""
		}
		held := "yes"
		switch {
		case step.Limit != nil && step.Limit.Of == "generator":
			held = "lab" // the lab's own limit
		case !step.OK:
			held = "no"
		}
		rows = append(rows, []string{count(float64(step.Users)), count(float64(step.AtOnce)), held, figure(counted),
			figure("enter.p99"), figure(of + ".p50"), figure(of + ".p99"), figure(of + ".max"), figure("canary.max"), short(errorsOf(f)), cores(step)})
	}
	return rows
}

// errorsOf is how many errors there were; those of answers are among errors, where both
// are told.
func errorsOf(f lab.Figures) float64 { return max(f["errors"], f["http.errors"]) }

// busy is how many processors the server, or the generator, had busy.
func busy(f lab.Figures, who string, took float64) (v float64, known bool) {
	if v, known = f[who+".cores"]; known {
		return v, true
	}
	v, known = f[who+".cpu"]
	if http, ok := f["http.cpu"]; ok && who == "generator" {
		v, known = v+http, true
	}
	return v / max(took, 1e-9), known && took > 0
}

// cores is how many processors the server had busy; "" if that is not known.
func cores(s lab.Step) string {
	if v, known := busy(s.Figures, "server", s.Took); known {
		return digits3(v)
	}
	return ""
}
