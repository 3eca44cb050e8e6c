package kept

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Change is one series of the metrics in both tries: what counts up as its rate a
// second, anything else as it was at the end.
type Change struct {
	Series         string
	Rate           bool
	Worked, Failed float64
}

// Ratio is how many times as much it was in the try that failed; +Inf, if it was nothing
// before.
func (c Change) Ratio() float64 { return c.Failed / c.Worked }

// uninteresting are series that say nothing of the load.
var uninteresting = []string{"go_info", "go_gc_duration_seconds", "go_memstats_", "process_start_time", "process_virtual", "promhttp_", "process_network"}

// changes are the series that changed most, by their ratio; and apart those that were
// nothing in one of the two tries, which have none, the largest first. Of both n at most.
func changes(worked, failed *Kept, n int) (all, only []Change) {
	a, b := values(worked), values(failed)
	for series, v := range b {
		was, both := a[series]
		if !both || v == was || slices.ContainsFunc(uninteresting, func(s string) bool { return strings.HasPrefix(series, s) }) {
			continue
		}
		c := Change{series, failed.After.Grows(series), was, v}
		if was == 0 || v == 0 {
			only = append(only, c)
		} else {
			all = append(all, c)
		}
	}
	far := func(c Change) float64 { return math.Abs(math.Log(math.Abs(c.Ratio()))) }
	slices.SortFunc(all, func(x, y Change) int {
		return cmp.Or(cmp.Compare(far(y), far(x)), cmp.Compare(x.Series, y.Series))
	})
	size := func(c Change) float64 { return max(math.Abs(c.Worked), math.Abs(c.Failed)) }
	slices.SortFunc(only, func(x, y Change) int {
		return cmp.Or(cmp.Compare(size(y), size(x)), cmp.Compare(x.Series, y.Series))
	})
	return all[:min(n, len(all))], only[:min(n, len(only))]
}

// values of a try by series.
func values(k *Kept) map[string]float64 {
	all, before := k.After.Series(), k.Before.Series()
	seconds := k.After.When.Sub(k.Before.When).Seconds()
	for series, v := range all {
		if !k.After.Grows(series) {
			continue
		}
		if delete(all, series); seconds > 0 && v >= before[series] {
			all[series] = (v - before[series]) / seconds
		}
	}
	return all
}
