package report

import (
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

// countsOverTime draws the first of the figures that there is, of each run.
func countsOverTime(runs []*Run, name, title, label string, figures ...string) *plot.Plot {
	p := &plot.Plot{Name: name, Title: title, X: seconds(), Y: plot.Axis{Label: label, Show: short}}
	for _, f := range figures {
		for i, r := range runs {
			if points, _ := r.over([]string{f}, ""); len(points) > 0 {
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
		if points, _ := runs[0].over([]string{who}, ".cores"); len(points) > 0 {
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
