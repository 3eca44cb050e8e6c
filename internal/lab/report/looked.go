package report

import (
	"fmt"
	"math"
	"strings"

	"matchstream/internal/lab"
	"matchstream/internal/lab/record"
)

// lookedAt is the histogram by which a search is looked at.
type lookedAt struct {
	Title  string
	Of     string // streams, 2,048 users, 64 at once
	search string
	Values Distribution
	raw    *lab.Histogram
}

// looked are those of a run: of each search, with the most nodes, the one of its best
// step; without steps, the run's own.
func (r *Run) looked() (all []lookedAt) {
	most := map[string]int{}
	for _, s := range r.searches() {
		most[s.name] = max(most[s.name], s.nodes)
	}
	for _, s := range r.searches() {
		if s.nodes == most[s.name] {
			best := s.best()
			all = r.look(all, best.Number, s.name, s.at(best))
		}
	}
	if len(all) == 0 {
		all = r.look(all, 0, "", "the whole run")
	}
	return all
}

// look adds the first histogram that a step has.
func (r *Run) look(all []lookedAt, step int, search, title string) []lookedAt {
	for _, name := range []string{"latency", "http", "complete", "enter", "connect"} {
		tag := record.Tag(step, name)
		if h := r.record.Histogram(tag); h != nil && h.Count() > 0 {
			return append(all, lookedAt{histogramTitle(name), title, search, distribution(tag, h), h})
		}
	}
	return all
}

func histogramTitle(name string) string {
	return map[string]string{"latency": "latency of each delivery", "http": "latency of each answer",
		"complete": "time to the last watcher", "enter": "time to enter", "connect": "time to connect"}[name]
}

// barRoom is how many columns a bar has.
const barRoom = 44

func (l lookedAt) text(p *paper) {
	d := l.Values
	p.heading(l.Title)
	p.hanging("  ", "  ", l.Of+": "+many(int(d.Count), "value"))
	p.line(fmt.Sprintf("  p50 %s, p90 %s, p99 %s, p99.9 %s, max %s",
		measured(d.P50), measured(d.P90), measured(d.P99), measured(d.P999), measured(d.Max)))
	p.line("    up to    count   share    sum")
	largest, sum := int64(1), int64(0)
	for _, b := range d.Buckets {
		largest = max(largest, b.Count)
	}
	for _, b := range d.Buckets {
		sum += b.Count
		p.line(fmt.Sprintf("  %7s  %7s  %5s  %5s  %s", duration(b.UpTo), short(float64(b.Count)), share(b.Count, d.Count), share(sum, d.Count), bar(float64(b.Count)/float64(largest))))
	}
}

// share is a part in percent: 12.3%. Only all is 100%, and only none is 0%.
func share(part, all int64) string {
	v := 100 * float64(part) / float64(all)
	switch {
	case part == 0:
		return "0%"
	case v < 0.05:
		return "<0.1%"
	case part < all && v >= 99.95:
		return "99.9%"
	case part == all:
		return "100%"
	}
	return fmt.Sprintf("%.1f%%", v)
}

// bar is a share, 0 to 1, in eighths of a column; of something there is a trace.
func bar(share float64) string {
	eighths := int(math.Round(share * barRoom * 8))
	if share > 0 {
		eighths = max(1, eighths)
	}
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return s
}
