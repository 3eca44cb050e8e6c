package web

import (
	"math"
	"strconv"

	"matchstream/internal/vitals"
)

// point is the largest of a few samples; NaN, in JSON null: there was none.
type point float64

func (p point) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(p)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(p), 'g', -1, 64), nil
}

// rounded to four digits that count: more cannot be seen, and what the server
// draws is to be what the script does.
func rounded(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow10(3 - int(math.Floor(math.Log10(math.Abs(v)))))
	return math.Round(v*scale) / scale
}

const (
	// samplesAPoint are drawn as one.
	samplesAPoint = 5
	pointsKept    = vitals.Kept / samplesAPoint
)

// points from one to another, of samples that begin with second first.
func points(first int64, samples []float32, from, to int64) []point {
	all := make([]point, to-from+1)
	for i := range all {
		all[i] = point(math.NaN())
	}
	for i, v := range samples {
		at := (first+int64(i))/samplesAPoint - from
		if at >= 0 && at < int64(len(all)) && !math.IsNaN(float64(v)) && !(float64(all[at]) >= float64(v)) {
			all[at] = point(v)
		}
	}
	for i, p := range all {
		if !math.IsNaN(float64(p)) {
			all[i] = point(rounded(float64(p)))
		}
	}
	return all
}
