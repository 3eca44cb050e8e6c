package suspects

// shortest time in seconds over which a rate is worth something: the kernel counts CPU
// in hundredths.
const shortest = 0.5

// rates of what counts up: mean while events were played, and of the busiest second of all.
func (w *Watch) rates(of func(look) (float64, bool)) (mean, peak float64) {
	rate := func(from, to look) (float64, bool) {
		a, ok := of(from)
		b, ok2 := of(to)
		took := to.when.Sub(from.when).Seconds()
		return max(0, (b-a)/took), ok && ok2 && took >= shortest
	}
	from := 0
	for i := range w.looks {
		if r, ok := rate(w.looks[from], w.looks[i]); ok {
			peak, from = max(peak, r), i
		} else if _, seen := of(w.looks[from]); !seen {
			from = i
		}
	}
	if r, ok := rate(w.played()); ok {
		return r, peak
	}
	mean, _ = rate(w.looks[0], w.looks[len(w.looks)-1])
	return mean, peak
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
