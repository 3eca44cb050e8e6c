package kept

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/google/pprof/profile"
)

// Share is how much of a resource one function took in each of two tries, 0 to 1, itself
// and without what it called.
type Share struct {
	Function       string
	Worked, Failed float64
}

// shares of all functions that a profile names, by the kind of sample, and the whole of
// it in its unit.
func shares(raw []byte, kind string) (map[string]float64, float64, error) {
	p, err := profile.ParseData(raw)
	if err != nil {
		return nil, 0, fmt.Errorf("expected a profile in pprof's format: %w", err)
	}
	at := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == kind })
	if at < 0 {
		return nil, 0, fmt.Errorf("expected a profile of %s", kind)
	}
	if at != 0 && kind == "cpu" && samples(p) < fewest {
		return nil, 0, fmt.Errorf("of %d samples, which are too few: expected %d", samples(p), fewest)
	}
	sums, all := map[string]float64{}, 0.0
	for _, s := range p.Sample {
		v := float64(s.Value[at])
		all += v
		sums[leaf(s)] += v
	}
	for name := range sums {
		if all > 0 {
			sums[name] /= all
		}
	}
	return sums, all, nil
}

// fewest samples of a processor's profile that say anything; it is asked a hundred times a second.
const fewest = 20

// samples there are, which are the first number of each.
func samples(p *profile.Profile) (n int64) {
	for _, s := range p.Sample {
		n += s.Value[0]
	}
	return n
}

// leaf is the innermost function of a sample, an inlined one, too.
func leaf(s *profile.Sample) string {
	if len(s.Location) == 0 || len(s.Location[0].Line) == 0 || s.Location[0].Line[0].Function == nil {
		return "unknown"
	}
	return short(s.Location[0].Line[0].Function.Name)
}

// top functions of two profiles of a kind: those that took the largest share in either,
// and how much more all of the second was than all of the first (0: cannot be told).
func top(worked, failed []byte, kind string, n int) (all []Share, more float64, err error) {
	a, wholeA, err := shares(worked, kind)
	if err != nil {
		return nil, 0, err
	}
	b, wholeB, err := shares(failed, kind)
	if err != nil {
		return nil, 0, err
	}
	names := maps.Clone(a)
	maps.Copy(names, b)
	for name := range names {
		all = append(all, Share{name, a[name], b[name]})
	}
	slices.SortFunc(all, func(x, y Share) int {
		return cmp.Or(cmp.Compare(max(y.Worked, y.Failed), max(x.Worked, x.Failed)), cmp.Compare(x.Function, y.Function))
	})
	if wholeA > 0 {
		more = wholeB / wholeA
	}
	return all[:min(n, len(all))], more, nil
}
