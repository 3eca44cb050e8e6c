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

// moment is a plot of durations over time: of the first of the figures that there is.
type moment struct {
	name, title string
	figures     []string
}

// overTime draws durations: of one run p50, p99 and the maximum, of several p99 of each.
func overTime(runs []*Run, m moment) *plot.Plot {
	p := &plot.Plot{Name: m.name, Title: m.title, X: seconds(), Y: plot.Axis{Scale: plot.Log, Show: duration}}
	name := ""
	for _, name = range m.figures {
		if slices.ContainsFunc(runs, func(r *Run) bool { return len(r.over(name+".max")) > 0 || len(r.over(name+".p99")) > 0 }) {
			break
		}
	}
	p.Y.Label = name
	if len(runs) == 1 {
		for i, q := range []string{"p50", "p99", "max"} {
			if points := runs[0].over(name + "." + q); len(points) > 0 {
				p.Series = append(p.Series, plot.Series{Name: q, Colour: i + 1, Points: points})
			}
		}
		p.Bands, p.Note = runs[0].bands()
	} else {
		q := ".p99"
		if len(runs[0].over(name+q)) == 0 {
			q = ".max"
		}
		p.Y.Label += q
		for i, r := range runs {
			p.Series = append(p.Series, plot.Series{Name: r.Name, Colour: i + 1, Points: r.over(name + q)})
		}
	}
	p.Rules = rules(runs, name)
	return p
}

// over is a figure of each second.
func (r *Run) over(name string) (all []plot.Point) {
	for _, s := range r.Seconds {
		if v, ok := s.Figures[name]; ok {
			all = append(all, plot.Point{X: s.At, Y: v})
		}
	}
	return all
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

// countsOverTime draws the first of the figures that there is, of each run.
func countsOverTime(runs []*Run, name, title, label string, figures ...string) *plot.Plot {
	p := &plot.Plot{Name: name, Title: title, X: seconds(), Y: plot.Axis{Label: label, Show: short}}
	for _, f := range figures {
		for i, r := range runs {
			if points := r.over(f); len(points) > 0 {
				p.Series = append(p.Series, plot.Series{Name: r.Name, Colour: i + 1, Points: points})
			}
		}
		if len(p.Series) > 0 {
			if f == "http.requests" {
				p.Title, p.Y.Label = "Requests, each second", "requests/s"
			}
			break
		}
	}
	if len(runs) == 1 {
		p.Bands, p.Note = runs[0].bands()
	}
	return p
}

func memoryOverTime(runs []*Run) *plot.Plot {
	p := countsOverTime(runs, "memory-over-time", "The server's memory, over time", "", "server.memory")
	p.Y.Show, p.Y.Binary = memory, true
	return p
}

// errorsOverTime draws the errors of each second: of one run by code, of several all.
func errorsOverTime(runs []*Run) *plot.Plot {
	p := &plot.Plot{Name: "errors-over-time", Title: "Errors, each second", X: seconds(), Y: plot.Axis{Label: "errors/s", Show: short, Whole: true}}
	if len(runs) > 1 {
		for i, r := range runs {
			p.Series = append(p.Series, plot.Series{Name: r.Name, Colour: i + 1, Points: r.sums(func(name string) bool { return name == "errors" || name == "http.errors" })})
		}
	} else {
		for i, code := range runs[0].codes() {
			p.Series = append(p.Series, plot.Series{Name: strings.TrimPrefix(code, "errors."), Colour: i % (plot.Colours + 1), Points: runs[0].sums(func(name string) bool { return strings.TrimPrefix(name, "http.") == code })})
		}
		p.Bands, p.Note = runs[0].bands()
	}
	for _, s := range p.Series {
		if slices.ContainsFunc(s.Points, func(point plot.Point) bool { return point.Y > 0 }) {
			return p
		}
	}
	p.Series = nil // nothing to see
	return p
}

// codes are the names of figures that count errors by code, of which there were any.
func (r *Run) codes() []string {
	all := map[string]bool{}
	for _, s := range r.Seconds {
		for name, v := range s.Figures {
			if name = strings.TrimPrefix(name, "http."); strings.HasPrefix(name, "errors.") && v > 0 {
				all[name] = true
			}
		}
	}
	if len(all) == 0 {
		return []string{"errors"}
	}
	return slices.Sorted(maps.Keys(all))
}

// sums adds up figures of each second.
func (r *Run) sums(of func(name string) bool) (all []plot.Point) {
	for _, s := range r.Seconds {
		all = append(all, plot.Point{X: s.At, Y: sum(s.Figures, of)})
	}
	return all
}

func sum(f lab.Figures, of func(string) bool) (v float64) {
	for name, n := range f {
		if of(name) {
			v += n
		}
	}
	return v
}
