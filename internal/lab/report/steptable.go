package report

import (
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
	rows := [][]string{{"N", "C", "held", "users", "enter p99", of + " p50", "p99", "max", "canary max", "errors", "cpu"}}
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
		users := figure("users")
		if users == "" {
			users = figure("http.ok")
		}
		rows = append(rows, []string{count(float64(step.Users)), count(float64(step.AtOnce)), held, users,
			figure("enter.p99"), figure(of + ".p50"), figure(of + ".p99"), figure(of + ".max"), figure("canary.max"), short(errorsOf(f)), cores(step)})
	}
	return rows
}

func errorsOf(f lab.Figures) float64 { return f["errors"] + f["http.errors"] }

// cores is how many processors the server had busy on average; "" if that is not known.
func cores(s lab.Step) string {
	if v, ok := s.Figures["server.cpu"]; ok && s.Took > 0 {
		return digits3(v / s.Took)
	}
	return ""
}
