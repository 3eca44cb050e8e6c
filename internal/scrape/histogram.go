package scrape

import (
	"cmp"
	"math"
	"slices"
)

// Histogram is a metric of that kind, over all its series. The zero value is empty.
type Histogram struct {
	Count   float64
	Sum     float64
	Buckets []Bucket // with rising borders, the last +Inf
}

// Bucket counts what is not above its border, that of the buckets before included.
type Bucket struct{ Border, Count float64 }

// Histogram is the sum of a histogram's series that have these labels; false: there is none.
func (m Metrics) Histogram(name string, having ...Label) (h Histogram, ok bool) {
	counts := map[float64]float64{}
	for _, one := range m.families[name].GetMetric() {
		from := one.GetHistogram()
		if from == nil || !has(one, having) {
			continue
		}
		ok = true
		h.Count += float64(from.GetSampleCount())
		h.Sum += from.GetSampleSum()
		for _, b := range from.GetBucket() {
			counts[b.GetUpperBound()] += float64(b.GetCumulativeCount())
		}
	}
	if !ok {
		return h, false
	}
	counts[math.Inf(1)] = h.Count
	for border, n := range counts {
		h.Buckets = append(h.Buckets, Bucket{border, n})
	}
	slices.SortFunc(h.Buckets, func(a, b Bucket) int { return cmp.Compare(a.Border, b.Border) })
	return h, true
}

// Since is what was counted since an earlier reading of the same metric.
func (h Histogram) Since(earlier Histogram) Histogram {
	out := Histogram{Count: h.Count - earlier.Count, Sum: h.Sum - earlier.Sum, Buckets: slices.Clone(h.Buckets)}
	before := map[float64]float64{}
	for _, b := range earlier.Buckets {
		before[b.Border] = b.Count
	}
	for i := range out.Buckets {
		out.Buckets[i].Count -= before[out.Buckets[i].Border]
	}
	return out
}

// Quantile is the value that a share q, 0 to 1, does not exceed, as far as buckets can
// tell: within one all values count as spread evenly, and above the last finite border
// it is that. 0 if nothing was counted.
func (h Histogram) Quantile(q float64) float64 {
	if h.Count <= 0 {
		return 0
	}
	rank, from, below := q*h.Count, 0.0, 0.0
	for _, b := range h.Buckets {
		if b.Count >= rank && b.Count > below {
			if math.IsInf(b.Border, 1) {
				return from
			}
			return from + (b.Border-from)*(rank-below)/(b.Count-below)
		}
		from, below = b.Border, b.Count
	}
	return from
}
