package plot

import (
	"math"
)

// span is an axis's values from one end to the other, and where they lie.
type span struct {
	axis     Axis
	from, to float64 // values
	start    float64 // where from lies
	length   float64 // how far from there to lies; negative: upwards
}

// reach is a span that has room for all values; those that cannot be shown on the scale do
// not count.
func reach(a Axis, values []float64, start, length float64) span {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if a.Scale != Log || v >= near {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 1, 1
	}
	if a.Scale != Log {
		low = min(low, 0)
		if high < low+near {
			high = low + 1
		}
	} else if high <= low*(1+near) {
		low, high = low/2, high*2
	}
	return span{a, low, high, start, length}
}

// round moves the ends out to round values.
func (s span) round() span {
	switch s.axis.Scale {
	case Log:
		s.from, s.to = below(s.from), above(s.to)
	case Linear:
		step := s.step(4)
		s.to = math.Ceil(s.to/step-1e-9) * step
		s.from = math.Floor(s.from/step+1e-9) * step
	}
	return s
}

// margin moves the ends of a logarithmic span out by a share of its length.
func (s span) margin(share float64) span {
	if s.axis.Scale == Log {
		f := math.Pow(s.to/s.from, share)
		s.from, s.to = s.from/f, s.to*f
	}
	return s
}

// at is where a value lies; one beyond the ends lies at the end.
func (s span) at(v float64) float64 {
	share := (v - s.from) / (s.to - s.from)
	if s.axis.Scale == Log {
		share = math.Log(max(v, s.from)/s.from) / math.Log(s.to/s.from)
	}
	return s.start + min(max(share, 0), 1)*s.length
}
