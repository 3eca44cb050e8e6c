package report

import (
	"slices"

	"matchstream/internal/lab"
)

// Comparison is several runs of one stage, side by side.
type Comparison struct {
	Stage    string    `json:"stage"`
	Runs     []string  `json:"runs"` // names
	Rows     []Row     `json:"rows"`
	Settings []Changed `json:"settings"` // those that changed, and only those

	runs []*Run
}

// Columns is how many a table has: a name, a value for each run, a ratio for all but one.
func (c *Comparison) Columns() int { return 2 * len(c.Runs) }

// Row is a figure in each run; where a run has none, it is null.
type Row struct {
	Search string     `json:"search"`
	At     string     `json:"at,omitempty"` // the step that was looked at
	Figure string     `json:"figure"`
	Values []*float64 `json:"values"`
	Ratios []*float64 `json:"ratios"` // to the first run's, where that is not 0
}

// The rows about what a search came to.
const (
	carried    = "users carried"
	carriedAt  = "at once"
	fewestFail = "fewest that failed"
)

// compared are the figures worth a row.
var compared = []string{"connect.p99", "enter.p50", "enter.p99", "latency.p50", "latency.p99", "latency.max",
	"complete.p50", "complete.p99", "complete.max", "http.p50", "http.p99", "http.max", "canary.p99", "canary.max",
	"errors", "http.errors", "incomplete", "own", "deliveries", "server.cores", "server.cpu", "server.memory",
	"server.descriptors", "server.watchers", "server.connections",
	"generator.cores", "generator.cpu", "generator.memory", "lateness.p99"}

func compare(runs []*Run) *Comparison {
	c := &Comparison{Stage: runs[0].Stage, Settings: changed(runs), runs: runs}
	var keys []search // all that there are, each once
	for _, r := range runs {
		c.Runs = append(c.Runs, r.Name)
		for _, s := range r.searches() {
			if !slices.ContainsFunc(keys, func(k search) bool { return k.name == s.name && k.nodes == s.nodes }) {
				keys = append(keys, search{name: s.name, nodes: s.nodes})
			}
		}
	}
	for _, k := range keys {
		c.search(k)
	}
	return c
}

// search adds the rows of one search: what it came to, and the figures of the largest
// step that all runs have tried; if there is none, of the step that each is looked at by.
func (c *Comparison) search(k search) {
	found := make([]*lab.Found, len(c.runs))
	tries := make([]*search, len(c.runs))
	for i, r := range c.runs {
		for j, f := range r.Found {
			if f.Search == k.name && f.Nodes == k.nodes {
				found[i] = &r.Found[j]
			}
		}
		for _, s := range r.searches() {
			if s.name == k.name && s.nodes == k.nodes {
				tries[i] = s
			}
		}
	}
	ofFound := func(name string, get func(*lab.Found) int) {
		values := make([]*float64, len(found))
		for i, f := range found {
			if f != nil && (get(f) > 0 || name == carried) {
				v := float64(get(f))
				values[i] = &v
			}
		}
		c.row(k, "", name, values)
	}
	ofFound(carried, func(f *lab.Found) int { return f.Users })
	ofFound(carriedAt, func(f *lab.Found) int { return f.AtOnce })
	ofFound(fewestFail, func(f *lab.Found) int { return f.Failing })

	steps, at := level(tries)
	for _, name := range compared {
		values := make([]*float64, len(steps))
		for i, s := range steps {
			if s == nil {
				continue
			}
			if v, ok := s.Figures[name]; ok {
				values[i] = &v
			}
		}
		c.row(k, at, name, values)
	}
}

// row adds a row, if any run has a value, and any of them is not 0.
func (c *Comparison) row(k search, at, name string, values []*float64) {
	if !slices.ContainsFunc(values, func(v *float64) bool { return v != nil && *v != 0 }) {
		return
	}
	ratios := make([]*float64, len(values))
	for i, v := range values {
		if a := values[0]; i > 0 && v != nil && a != nil && *a != 0 {
			r := *v / *a
			ratios[i] = &r
		}
	}
	c.Rows = append(c.Rows, Row{Search: k.title(), At: at, Figure: name, Values: values, Ratios: ratios})
}
