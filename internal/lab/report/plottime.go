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

// over is a figure of each second; where the seconds do not have it, of each step, for as
// long as that took.
func (r *Run) over(name string) (all []plot.Point) {
	for _, s := range r.Seconds {
		if v, ok := s.Figures[name]; ok {
			all = append(all, plot.Point{X: s.At, Y: v})
		}
	}
	if len(all) > 0 || len(r.Seconds) == 0 || !lab.IsDuration(name) {
		return all
	}
	for _, s := range r.Steps {
		if v, ok := s.Figures[name]; ok {
			all = append(all, plot.Point{X: s.At, Y: v}, plot.Point{X: s.At + s.Took, Y: v})
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

// busyOverTime draws processors: of one run the server's and the lab's, of several the
// server's.
func busyOverTime(runs []*Run) *plot.Plot {
	if len(runs) > 1 {
		p := countsOverTime(runs, "cpu-over-time", "Processors that the server had busy, over time", "", "server.cores")
		p.Y.Show = digits
		return p
	}
	p := &plot.Plot{Name: "cpu-over-time", Title: "Processors busy, over time", X: seconds(), Y: plot.Axis{Show: digits}}
	for i, who := range []string{"server", "generator", "host"} {
		if points := runs[0].over(who + ".cores"); len(points) > 0 {
			name := map[string]string{"server": "the server's", "generator": "the lab's", "host": "all of the host's"}[who]
			p.Series = append(p.Series, plot.Series{Name: name, Colour: i + 1, Points: points})
		}
	}
	p.Bands, p.Note = runs[0].bands()
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
			p.Series = append(p.Series, plot.Series{Name: r.Name, Colour: i + 1, Points: r.each(errorsOf)})
		}
	} else {
		codes := runs[0].codes()
		for i, code := range codes {
			p.Series = append(p.Series, plot.Series{Name: code, Colour: i % (plot.Colours + 1), Points: runs[0].each(func(f lab.Figures) float64 { return troublesOf(f)[code] })})
		}
		if len(codes) == 0 {
			p.Series = []plot.Series{{Name: "errors", Points: runs[0].each(errorsOf)}}
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

// codes are those of the errors that there were in any second; statuses are among answered.
func (r *Run) codes() []string {
	all := map[string]bool{}
	for _, s := range r.Seconds {
		for code := range troublesOf(s.Figures) {
			if !strings.HasPrefix(code, lab.StatusCode) {
				all[code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// each is a number for each second.
func (r *Run) each(of func(lab.Figures) float64) (all []plot.Point) {
	for _, s := range r.Seconds {
		all = append(all, plot.Point{X: s.At, Y: of(s.Figures)})
	}
	return all
}
