package compare

import "time"

// streams counts how a user watches.
func (p *profile) streams(w way) {
	var first, last *entry
	var until time.Time
	var lasted []float64
	resumed, back, slow := false, false, false
	for i := range w {
		e := &w[i]
		if !e.stream {
			continue
		}
		back = back || last != nil && !e.position && last.why == "left"
		resumed = resumed || e.resumed
		slow = slow || e.slow
		lasted = append(lasted, e.lasted.Seconds())
		if first == nil {
			first = e
		}
		last = e
		if end := e.when.Add(e.lasted); end.After(until) {
			until = end
		}
	}
	if first == nil {
		return
	}
	p.watch++
	p.via[first.what]++
	p.ends[last.why]++
	p.resume += one(resumed)
	p.back += one(back)
	p.slow += one(slow)
	p.lasted = append(p.lasted, median(lasted))
	stayed := until.Sub(first.when).Seconds()
	p.stayed = append(p.stayed, stayed)
	if last.why == "left" {
		p.left = append(p.left, stayed)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
