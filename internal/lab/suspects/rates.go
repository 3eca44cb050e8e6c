package suspects

import "time"

// shortest time in seconds over which a rate is worth something: the kernel counts CPU
// in hundredths.
const shortest = 0.5

// rates of what counts up: mean while events were played, and of the busiest second of
// all. A look that has not seen it is left out; 0: it was not seen often enough.
func (w *Watch) rates(of func(look) (point, bool)) (mean, peak float64) {
	var seen []point
	for _, l := range w.looks {
		if p, ok := of(l); ok {
			seen = append(seen, p)
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
	begin, end := w.between()
	first, last := seen[0], seen[len(seen)-1]
	var within []point
	for _, l := range w.looks[begin : end+1] {
		if p, ok := of(l); ok {
			within = append(within, p)
		}
	}
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

// between are the looks between which events happened.
func (w *Watch) between() (from, to int) {
	if w.end > 0 {
		return w.play, w.end
	}
	return w.play, len(w.looks) - 1
}

// played are those looks.
func (w *Watch) played() (from, to look) {
	i, j := w.between()
	return w.looks[i], w.looks[j]
}

// point that was counted, if it was seen.
func (l look) point(v *float64) (point, bool) {
	if v == nil {
		return point{}, false
	}
	return point{l.when, *v}, true
}

func (l look) ofHost(v func(*hostLook) float64) (point, bool) {
	if l.host == nil {
		return point{}, false
	}
	return point{l.when, v(l.host)}, true
}

// ofServer is of when the server has said it, which may be long after it was asked.
func (l look) ofServer(place int, v func(*serverLook) float64) (point, bool) {
	s := l.servers[place]
	if s == nil {
		return point{}, false
	}
	return point{s.when, v(s)}, true
}
