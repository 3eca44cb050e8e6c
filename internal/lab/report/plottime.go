package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

// seconds is the axis of time.
func seconds() plot.Axis {
	return plot.Axis{Label: "time since it began", Scale: plot.Time, Show: clock}
}

// moment is a plot of durations over time: at each moment of the first of the figures that
// there is.
type moment struct {
	name, title string
	figures     []string
}

// overTime draws durations: of one run p50, p99 and the maximum, of several p99 of each,
// or the maximum where nobody has that.
func overTime(runs []*Run, m moment) *plot.Plot {
	p := &plot.Plot{Name: m.name, Title: m.title, X: seconds(), Y: plot.Axis{Scale: plot.Log, Show: duration}}
	seen, shown := map[string]bool{}, []string{}
	over := (*Run).over
	if !slices.ContainsFunc(runs, func(r *Run) bool { return r.seconds(m.figures) }) {
		over = (*Run).overSteps
	}
	add := func(r *Run, name, q string, colour int) {
		points, of := over(r, m.figures, q)
		for _, f := range of {
			seen[f] = true
		}
		if len(points) > 0 {
			shown = append(shown, strings.TrimPrefix(q, "."))
			p.Series = append(p.Series, plot.Series{Name: name, Colour: colour, Points: points})
		}
	}
	if len(runs) == 1 {
		for i, q := range []string{"p50", "p99", "max"} {
			add(runs[0], q, "."+q, i+1)
		}
		p.Bands, p.Note = runs[0].bands()
	}
	for _, q := range []string{"p99", "max"} {
		for i, r := range runs {
			if len(runs) > 1 {
				add(r, r.Name, "."+q, i+1)
			}
		}
		if len(p.Series) > 0 && len(runs) > 1 {
			p.Title += ", " + q
			break
		}
	}
	of := slices.Sorted(maps.Keys(seen))
	p.Y.Label = strings.Join(of, ", ")
	for _, f := range of {
		p.Rules = append(p.Rules, rules(runs, f, shown)...)
	}
	return p
}

// seconds says whether durations of any of these figures were noted each second.
func (r *Run) seconds(figures []string) bool {
	for _, q := range []string{".p99", ".max"} {
		if points, _ := r.over(figures, q); len(points) > 0 {
			return true
		}
	}
	return false
}

// over is a figure of each second: the first of several that it has, with an ending. It
// says which it took. A line ends where there are steps without.
func (r *Run) over(figures []string, ending string) (all []plot.Point, of []string) {
	last := 0
	for _, s := range r.Seconds {
		if f, v, ok := first(s.Figures, figures, ending); ok {
			all, of = append(all, plot.Point{X: s.At, Y: v, Gap: s.Step > last+1}), append(of, f)
			last = s.Step
		}
	}
	return all, of
}

// overSteps is the same of each step, for as long as that took.
func (r *Run) overSteps(figures []string, ending string) (all []plot.Point, of []string) {
	last := 0
	for _, s := range r.Steps {
		if f, v, ok := first(s.Figures, figures, ending); ok && len(r.Steps) > 1 {
			all, of = append(all, plot.Point{X: s.At, Y: v, Gap: s.Number > last+1}, plot.Point{X: s.At + s.Took, Y: v}), append(of, f)
			last = s.Number
		}
	}
	return all, of
}

func first(has lab.Figures, figures []string, ending string) (name string, v float64, ok bool) {
	for _, name = range figures {
		if v, ok = has[name+ending]; ok {
			return name, v, true
		}
	}
	return "", 0, false
}

// bands are a run's steps, with a word of what they mean.
func (r *Run) bands() (all []plot.Band, note string) {
	for _, s := range r.Steps {
		b := plot.Band{From: s.At, To: s.At + s.Took, Label: short(float64(s.Users)), Failed: !s.OK, Title: fmt.Sprintf("step %d, %s: held", s.Number, tried(s))}
		note = "On top: N of each step."
		if !s.OK {
			b.Title = fmt.Sprintf("step %d, %s: did not hold", s.Number, tried(s))
		}
		all = append(all, b)
	}
	if slices.ContainsFunc(all, func(b plot.Band) bool { return b.Failed }) {
		note += " Red: did not hold."
	}
	return all, note
}
