package report

import (
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

func sortedPoints(by map[int]plot.Point) (all []plot.Point) {
	for _, n := range slices.Sorted(maps.Keys(by)) {
		all = append(all, by[n])
	}
	return all
}

// users is the axis of N; where few were tried, they are what is named.
func users(lines []stepLine) plot.Axis {
	a := plot.Axis{Label: "N, users", Scale: plot.Log, Show: count}
	if all := tries(lines); len(all) <= 8 {
		for _, n := range all {
			a.Ticks = append(a.Ticks, float64(n))
		}
	}
	return a
}

// load is a plot of durations against N.
type load struct{ name, title, figure, note, axis string }

// of several lines is drawn what is expected of the figure: of the canary at most, else p99.
func (l load) quantile() string {
	if l.figure == "canary" {
		return "max"
	}
	return "p99"
}

const hollowNote = "Hollow: did not hold."

// note is one with a word of hollow marks, if there are any.
func note(text string, lines []stepLine) string {
	for _, l := range lines {
		for _, s := range l.search.steps {
			if !s.OK && !strings.HasSuffix(text, hollowNote) {
				return strings.TrimSpace(text + " " + hollowNote)
			}
		}
	}
	return text
}

// againstN draws durations: of one line p50, p99 and the maximum, of several one of these of each.
func againstN(runs []*Run, l load) *plot.Plot {
	lines := having(stepLines(runs), figure(l.figure+".p99"))
	p := &plot.Plot{Name: l.name, Title: l.title, Note: note(l.note, lines), X: users(lines),
		Y: plot.Axis{Label: l.axis, Scale: plot.Log, Show: duration}}
	shown := []string{"p50", "p99", "max"}
	if len(lines) == 1 {
		for i, q := range shown {
			p.Series = append(p.Series, plot.Series{Name: q, Kind: plot.Marked, Colour: i + 1, Points: lines[0].points(figure(l.figure+"."+q), duration)})
		}
	} else {
		shown = []string{l.quantile()}
		p.Y.Label += ", " + shown[0]
		for i, line := range lines {
			p.Series = append(p.Series, plot.Series{Name: line.name(lines), Kind: plot.Marked, Colour: line.colour(lines, i), Points: line.points(figure(l.figure+"."+shown[0]), duration)})
		}
	}
	p.Rules = rules(runs, l.figure, shown)
	return p
}

// rules are what all runs expected of those of a figure's durations that are drawn.
func rules(runs []*Run, figure string, drawn []string) (all []plot.Rule) {
	for _, text := range runs[0].Expected {
		for _, r := range runs[1:] {
			if !slices.Contains(r.Expected, text) {
				text = ""
			}
		}
		expected, err := lab.ParseExpected(text)
		if err != nil {
			continue // of another version
		}
		for _, e := range expected {
			if q, of := strings.CutPrefix(e.Name, figure+"."); of && slices.Contains(drawn, q) && e.Value > 0 {
				all = append(all, plot.Rule{At: e.Value, Label: "expected: " + e.Text})
			}
		}
	}
	return all
}

// severalN says whether more than one N was tried: of one there is nothing to draw
// against N.
func severalN(lines []stepLine) bool { return len(tries(lines)) > 1 }

// tries are all N, in order.
func tries(lines []stepLine) []int {
	all := map[int]bool{}
	for _, l := range lines {
		for _, s := range l.search.steps {
			all[s.Users] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// errorsByN draws how many errors each step had.
func errorsByN(runs []*Run) *plot.Plot {
	lines := stepLines(runs)
	p := &plot.Plot{Name: "errors-by-n", Title: "Errors, against N", X: users(lines), Y: plot.Axis{Label: "errors in the step", Show: short, Whole: true}}
	any := false
	for i, l := range lines {
		points := l.points(func(s lab.Step) (float64, bool) {
			v := errorsOf(s.Figures)
			any = any || v > 0
			return v, true
		}, count)
		p.Series = append(p.Series, plot.Series{Name: l.name(lines), Kind: plot.Marked, Colour: l.colour(lines, i), Points: points})
	}
	if !any {
		p.Series = nil
	}
	p.Note = note("", lines)
	return p
}
