package compare

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// comparison puts what differs into a report.
type comparison struct {
	a, b   *profile // people, simulators
	report *Report
	only   map[string]bool // steps that only one log has, about which all is said by that
}

// share tells of a share that differs.
func (c *comparison) share(about, text, option string, a, b Measure) {
	if !sharesDiffer(a, b) {
		return
	}
	c.report.Differences = append(c.report.Differences, Difference{About: about, Option: option, People: a, Simulators: b,
		Text: fmt.Sprintf("%s: %s of people (%d of %d), %s of simulators (%d of %d)", text, percent(a.Share()), a.Count, a.Of, percent(b.Share()), b.Count, b.Of), Gravity: math.Abs(a.Share() - b.Share())})
}

// percent is a share for a person: 0% and 100% are exactly that.
func percent(share float64) string {
	text := fmt.Sprintf("%.0f%%", 100*share)
	if share > 0 && share < 1 && (text == "0%" || text == "100%") {
		text = fmt.Sprintf("%.1f%%", 100*share)
	}
	return text
}

// requests: who asks for what at all.
func (c *comparison) requests() {
	c.only = map[string]bool{}
	for _, what := range both(c.a.does, c.b.does) {
		if isProtocol(what) {
			continue // see connections
		}
		a, b := Measure{Count: c.a.does[what], Of: c.a.users}, Measure{Count: c.b.does[what], Of: c.b.users}
		option := ""
		if what == "GET /1/checkin" || what == "GET /1/matches" {
			switch {
			case c.a.does["GET /1/checkin"]+c.a.does["GET /1/matches"] == 0:
				option = "--no-api"
			case c.b.does["GET /1/checkin"]+c.b.does["GET /1/matches"] == 0:
				option = "without --no-api"
			}
		}
		text := what + ", asked for by"
		if a.Count == 0 || b.Count == 0 {
			text = what + " is in one log only, asked for by"
			c.only[what] = true
		}
		c.share("requests", text, option, a, b)
	}
}

// order: what is done behind what, where both logs have both.
func (c *comparison) order() {
	for _, what := range both(c.a.does, c.b.does) {
		for _, next := range both(c.a.after[what], c.b.after[what]) {
			if !c.only[next] {
				c.share("order", what+", and then "+next, "", Measure{Count: c.a.after[what][next], Of: c.a.does[what]}, Measure{Count: c.b.after[what][next], Of: c.b.does[what]})
			}
		}
	}
}

// paths are the most frequent ones of each log.
func (c *comparison) paths() {
	const most = 5
	told := map[string]bool{}
	for _, p := range []*profile{c.a, c.b} {
		frequent := slices.SortedFunc(maps.Keys(p.paths), func(x, y string) int {
			return cmp.Or(cmp.Compare(p.paths[y], p.paths[x]), cmp.Compare(x, y))
		})
		for _, steps := range frequent[:min(most, len(frequent))] {
			if told[steps] {
				continue
			}
			told[steps] = true
			a, b := Measure{Count: c.a.paths[steps], Of: c.a.users}, Measure{Count: c.b.paths[steps], Of: c.b.users}
			c.report.Paths = append(c.report.Paths, Path{Steps: steps, People: a, Simulators: b, Differs: sharesDiffer(a, b)})
		}
	}
}

// numbers tells of distributions that differ, if they do, and by so much as matters
// (least). show makes a value readable.
func (c *comparison) numbers(about, text, option string, a, b []float64, least func(x, y float64) bool, show func(float64) string) bool {
	d, differ := apart(a, b)
	if !differ || !slices.ContainsFunc([]float64{0.1, 0.5, 0.9}, func(q float64) bool { return least(quantile(a, q), quantile(b, q)) }) {
		return false
	}
	ma, mb := middle(a), middle(b)
	c.report.Differences = append(c.report.Differences, Difference{About: about, Option: option, People: ma, Simulators: mb, Gravity: d,
		Text: fmt.Sprintf("%s: people %s in the middle, %s at 90%%; simulators %s, %s", text, show(ma.P50), show(ma.P90), show(mb.P50), show(mb.P90))})
	return true
}

func middle(sorted []float64) Measure {
	return Measure{Count: len(sorted), Of: len(sorted), P50: quantile(sorted, 0.5), P90: quantile(sorted, 0.9)}
}

// anyNumber: that one more or less is done matters; aSecond and a tenth: of times, what
// is less comes from the machine.
func anyNumber(x, y float64) bool { return x != y }

func aSecond(x, y float64) bool {
	return math.Abs(x-y) >= 1 && math.Abs(x-y) >= max(x, y)/10
}

func number(v float64) string { return fmt.Sprintf("%.0f", v) }

// seconds for a person.
func seconds(v float64) string {
	d := time.Duration(v * float64(time.Second))
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(10 * time.Millisecond)
	default:
		d = d.Round(100 * time.Microsecond)
	}
	return d.String()
}

// both are the keys of two maps, sorted.
func both(a, b map[string]int) []string {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, has := a[k]; !has {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func isProtocol(what string) bool {
	return what == "tcp" || what == "sse" || what == "ws" || what == board
}
