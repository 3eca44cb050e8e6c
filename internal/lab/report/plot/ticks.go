package plot

import (
	"math"
	"slices"
)

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
	for i := range 6 {
		if v := (math.Ceil(from/step) + float64(i)) * step; v <= to*(1+1e-9) {
			all = append(all, v)
		}
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
