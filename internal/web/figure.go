package web

import (
	"math"

	"matchstream/internal/vitals"
)

// figure is a number as people read it.
type figure struct {
	Now  string `json:"now"`
	Note string `json:"note"`
	Rest bool   `json:"rest"` // nothing has happened lately
}

// figure of a series: its newest value, and what is worth saying beside it.
func (r reader) figure(s vitals.Series, samples []float32, limit float64) figure {
	f := figure{Now: r.number(newest(s.Unit, samples), s.Unit)}
	var peak float64
	for _, v := range samples {
		if v := float64(v); !math.IsNaN(v) {
			peak = max(peak, v)
		}
	}
	f.Rest = peak == 0
	switch {
	case s.Unit == vitals.Switch:
	case s.Note == vitals.Limit && limit > 0:
		f.Note = r.Say("node.of", "value", r.number(limit, s.Unit))
	case f.Rest:
	case s.Note == vitals.Total:
		f.Note = r.Say("node.in_all", "value", r.number(math.Round(vitals.Sum(samples)), vitals.Count))
	default:
		f.Note = r.Say("node.peak", "value", r.number(peak, s.Unit))
	}
	return f
}

// newest value: of a rate its mean over a few seconds, for what comes in bursts
// could not be read else.
func newest(u vitals.Unit, samples []float32) float64 {
	recent := samples[max(0, len(samples)-1):]
	if u == vitals.Rate || u == vitals.Stream || u == vitals.Cores {
		recent = samples[max(0, len(samples)-samplesAPoint):]
	}
	sum, known := 0.0, 0.0
	for _, v := range recent {
		if v := float64(v); !math.IsNaN(v) {
			sum, known = sum+v, known+1
		}
	}
	return sum / known // none: NaN
}
