package plot

import (
	"math"
	"slices"
)

// span is an axis's values from one end to the other, and where they lie.
type span struct {
	axis     Axis
	from, to float64 // values
	start    float64 // where from lies
	length   float64 // how far from there to lies; negative: upwards
}

// reach is a span that has room for all values; those that are no numbers, or cannot be
// shown on the scale, do not count.
func reach(a Axis, values []float64, start, length float64) span {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && (a.Scale != Log || v > 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 1, 1
	}
	if a.Scale != Log {
		low = min(low, 0)
		if high <= low {
			high = low + 1
		}
	} else if high <= low {
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

// ticks are the values to name, some four to seven.
func (s span) ticks() []float64 {
	var all []float64
	switch {
	case s.axis.Ticks != nil:
		all = s.axis.Ticks
	case s.axis.Scale == Log:
		all = logTicks(s.from, s.to)
	default:
		step := s.step(5)
		for i := math.Ceil(s.from/step - 1e-9); i*step <= s.to*(1+1e-9); i++ {
			all = append(all, i*step+0) // not -0
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(v float64) bool { return v < s.from*(1-1e-9) || v > s.to*(1+1e-9) })
}

// step is a round difference of which there are at most so many, or hardly more.
func (s span) step(most float64) float64 {
	step := (s.to - s.from) / most
	switch {
	case s.axis.Scale == Time:
		return timeStep(step)
	case s.axis.Binary:
		unit := 1.0
		for unit*1000 < step {
			unit *= 1024
		}
		return max(1, nice(step/unit)*unit)
	case s.axis.Whole:
		return max(1, nice(step))
	}
	return nice(step)
}

// logTicks are decades where there are enough of them, else 1, 2, 5, 10 …; where those are
// too few as well, round differences.
func logTicks(from, to float64) []float64 {
	decades := math.Log10(to / from)
	factors := []float64{1, 2, 5}
	if decades > 2.6 {
		factors = factors[:1]
	}
	every := max(1, int(math.Ceil(decades/7)))
	var all []float64
	for e := int(math.Floor(math.Log10(from))); e <= int(math.Ceil(math.Log10(to))); e++ {
		for _, f := range factors {
			if v := f * math.Pow10(e); e%every == 0 && v >= from*(1-1e-9) && v <= to*(1+1e-9) {
				all = append(all, v)
			}
		}
	}
	if len(all) >= 3 {
		return all
	}
	all = nil
	step := nice((to - from) / 4)
	for v := math.Ceil(from/step) * step; v <= to*(1+1e-9); v += step {
		all = append(all, v)
	}
	return all
}

// nice is 1, 2 or 5 times a power of ten, not below v.
func nice(v float64) float64 { return above(v) }

func above(v float64) float64 {
	unit := math.Pow10(int(math.Floor(math.Log10(v) + 1e-9)))
	for _, f := range []float64{1, 2, 5} {
		if v <= f*unit*(1+1e-9) {
			return f * unit
		}
	}
	return 10 * unit
}

func below(v float64) float64 {
	unit := math.Pow10(int(math.Floor(math.Log10(v) + 1e-9)))
	for _, f := range []float64{5, 2} {
		if v >= f*unit*(1-1e-9) {
			return f * unit
		}
	}
	return unit
}

// timeStep is a stretch of time as clocks show them, not below v seconds.
func timeStep(v float64) float64 {
	for _, step := range []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400} {
		if v <= step {
			return step
		}
	}
	return math.Ceil(v/86400) * 86400
}
