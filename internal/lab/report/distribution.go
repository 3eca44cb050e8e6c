package report

import (
	"math"

	"matchstream/internal/lab"
)

// Distribution is a histogram in numbers. Durations are seconds.
type Distribution struct {
	Tag     string   `json:"tag"`
	Count   int64    `json:"count"`
	Min     float64  `json:"min"`
	Mean    float64  `json:"mean"`
	P50     float64  `json:"p50"`
	P90     float64  `json:"p90"`
	P99     float64  `json:"p99"`
	P999    float64  `json:"p999"`
	Max     float64  `json:"max"`
	Buckets []Bucket `json:"buckets"`
}

// Bucket counts what is longer than the bucket before, and not longer than UpTo.
type Bucket struct {
	UpTo  float64 `json:"up-to"`
	Count int64   `json:"count"`
}

func distribution(tag string, h *lab.Histogram) Distribution {
	q := func(share float64) float64 { return h.Quantile(share).Seconds() }
	return Distribution{
		Tag: tag, Count: h.Count(), Min: h.Min().Seconds(), Mean: h.Mean().Seconds(), Max: h.Max().Seconds(),
		P50: q(0.5), P90: q(0.9), P99: q(0.99), P999: q(0.999), Buckets: buckets(h),
	}
}

// buckets end at 1, 2, 5, 10 … of a unit, from the one with the shortest to the one with
// the longest.
func buckets(h *lab.Histogram) (all []Bucket) {
	end, step := 1.0, 0 // microseconds
	for _, bar := range h.Raw().Distribution() {
		if bar.Count == 0 {
			continue
		}
		for float64(bar.From) > end*(1+1e-9) {
			step++
			end = []float64{1, 2, 5}[step%3] * math.Pow10(step/3)
			if len(all) > 0 {
				all = append(all, Bucket{UpTo: end / 1e6})
			}
		}
		if len(all) == 0 {
			all = append(all, Bucket{UpTo: end / 1e6})
		}
		all[len(all)-1].Count += bar.Count
	}
	return all
}
