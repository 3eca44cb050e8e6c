package report

import (
	"math"
	"strconv"

	"matchstream/internal/lab"
	"matchstream/internal/lab/report/plot"
)

// percentiles draws what share of all was not longer, as HdrHistogram's plots do: each
// step to the right leaves a tenth of what was left.
func percentiles(runs []*Run) *plot.Plot {
	p := &plot.Plot{Name: "percentiles", Title: "Latency, by percentile", Note: "At the best step. Each tick leaves a tenth of what was left.",
		X: plot.Axis{Label: "share that was not longer", Scale: plot.Log, Show: percentile, Ticks: []float64{1, 2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}},
		Y: plot.Axis{Label: "latency", Scale: plot.Log, Show: duration}}
	for _, r := range runs {
		for _, l := range r.looked() {
			name, colour := l.Of, colourOf(l.search, len(p.Series))
			if len(runs) > 1 {
				name, colour = r.Name+", "+name, len(p.Series)+1
			}
			p.Series = append(p.Series, plot.Series{Name: name, Colour: colour, Points: percentilePoints(l.raw)})
		}
	}
	return p
}

// percentilePoints are twelve to each tenth, up to the last value but one.
func percentilePoints(h *lab.Histogram) (all []plot.Point) {
	for x := 1.0; x <= float64(max(h.Count(), 1))*(1+1e-9); x *= math.Pow(10, 1.0/12) {
		v := h.Quantile(1 - 1/x)
		if x == 1 {
			v = h.Min()
		}
		all = append(all, plot.Point{X: x, Y: v.Seconds()})
	}
	return all
}

// percentile is 1/(1-share) as a share: 100 is 99%.
func percentile(x float64) string {
	return strconv.FormatFloat(100*(1-1/x), 'g', 7, 64) + "%"
}

const (
	byNodesNote = "Dashed: if each node brought as many as the first."
	untriedNote = byNodesNote + " Hollow: more were not tried, so that it is no limit."
)

// byNodes draws how many users so many nodes carry, beside what they would if each
// brought as many as the first.
func (r *Report) byNodes(runs []*Run) *plot.Plot {
	p := &plot.Plot{Name: "users-by-nodes", Title: "Users carried, by nodes", Note: byNodesNote,
		X: plot.Axis{Label: "nodes", Show: count, Whole: true}, Y: plot.Axis{Label: "users", Show: short}}
	for _, run := range runs {
		for _, s := range foundSearches(run) {
			by, first := map[int]plot.Point{}, 0
			for _, f := range run.Found {
				if f.Search != s || f.Nodes == 0 {
					continue
				}
				if first == 0 {
					first = f.Users / f.Nodes
				}
				point := plot.Point{X: float64(f.Nodes), Y: float64(f.Users), Hollow: f.Failing == 0, Title: many(f.Nodes, "node") + ": " + many(f.Users, "user")}
				if point.Hollow {
					point.Title += ", more were not tried"
					p.Note = untriedNote
				}
				by[f.Nodes] = point
			}
			name := s
			if len(runs) > 1 {
				name = run.Name + ", " + s
			}
			points := sortedPoints(by)
			if len(points) == 0 {
				continue
			}
			colour := len(p.Series)/2 + 1
			last := points[len(points)-1].X
			p.Series = append(p.Series,
				plot.Series{Name: name, Kind: plot.Marked, Colour: colour, Points: points},
				plot.Series{Name: name + ", if each brought as many", Dashed: true, Colour: colour, Points: []plot.Point{{}, {X: last, Y: last * float64(first)}}})
		}
	}
	if len(p.Series) > 0 && len(r.Article) > 0 {
		var points []plot.Point
		for _, a := range r.Article {
			points = append(points, plot.Point{X: float64(a.Nodes), Y: float64(a.Users), Title: "Scaling Erlang, " + a.Text + ": " + many(a.Users, "user")})
		}
		p.Series = append(p.Series, plot.Series{Name: "Scaling Erlang (2011)", Kind: plot.Marks, Colour: 4, Points: points})
	}
	return p
}

// foundSearches are the names of what was searched for with nodes.
func foundSearches(r *Run) (all []string) {
	seen := map[string]bool{}
	for _, f := range r.Found {
		if f.Nodes > 0 && !seen[f.Search] {
			seen[f.Search] = true
			all = append(all, f.Search)
		}
	}
	return all
}
