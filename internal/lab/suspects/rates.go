package suspects

import (
	"slices"
	"time"
)

// shortest time in seconds over which a rate is worth something: the kernel counts CPU
// in hundredths.
const shortest = 0.5

// rates of what counts up: mean while events were played, and of the busiest second of
// all. A look that has not seen it is left out; 0: it was not seen often enough.
func (w *Watch) rates(of func(look) (float64, bool)) (mean, peak float64) {
	var seen []point
	for _, l := range w.looks {
		if v, ok := of(l); ok {
			seen = append(seen, point{l.when, v})
		}
	}
	if len(seen) < 2 {
		return 0, 0
	}
	from := seen[0]
	for _, p := range seen {
		if p.when.Sub(from.when).Seconds() >= shortest {
			peak, from = max(peak, from.rate(p)), p
		}
	}
	begin, end := w.played()
	first, last := seen[0], seen[len(seen)-1]
	within := slices.DeleteFunc(slices.Clone(seen), func(p point) bool { return p.when.Before(begin.when) || p.when.After(end.when) })
	if n := len(within); n > 1 && within[n-1].when.Sub(within[0].when).Seconds() >= shortest {
		first, last = within[0], within[n-1]
	}
	return first.rate(last), max(peak, first.rate(last))
}

// point is what was counted until a moment.
type point struct {
	when  time.Time
	value float64
}

// rate a second from one to another; what is less than before began anew.
func (p point) rate(to point) float64 {
	took := to.when.Sub(p.when).Seconds()
	if took <= 0 || to.value < p.value {
		return 0
	}
	return (to.value - p.value) / took
}

// played are the looks between which events happened.
func (w *Watch) played() (from, to look) {
	if w.end > 0 {
		return w.looks[w.play], w.looks[w.end]
	}
	return w.looks[w.play], w.looks[len(w.looks)-1]
}

// of a number that may not be known.
func of(v *float64) (float64, bool) {
	if v == nil {
		return 0, false
	}
	return *v, true
}
