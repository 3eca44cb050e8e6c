package vitals

import "math"

// Values are what a rule looks at: the chart as of the newest sample. A name
// that no series has is a bug, and panics.
type Values struct{ chart *Chart }

// Now is the newest value of a series; 0 if there is none.
func (v Values) Now(name string) float64 { return orZero(v.chart.fresh[v.at(name)]) }

// Of is what a series can be at most; 0: there is no limit, or it is not known.
func (v Values) Of(name string) float64 {
	v.chart.mu.Lock()
	defer v.chart.mu.Unlock()
	return v.chart.mu.of[v.at(name)]
}

// Part is how much of its limit a series has reached; 0 where there is none.
func (v Values) Part(name string) float64 {
	if of := v.Of(name); of > 0 {
		return v.Now(name) / of
	}
	return 0
}

// Sum over the last so many seconds, at most those that are kept: of a rate,
// how many there were.
func (v Values) Sum(name string, seconds int64) (sum float64) {
	i := v.at(name)
	v.chart.mu.Lock()
	defer v.chart.mu.Unlock()
	last := v.chart.mu.last
	for at := max(1, last-min(seconds, Kept)+1); at <= last; at++ {
		sum += orZero(float64(v.chart.mu.rings[i][at%Kept]))
	}
	return sum
}

// Mean over the last so many seconds, at most those that are kept.
func (v Values) Mean(name string, seconds int64) float64 {
	return v.Sum(name, seconds) / float64(max(1, min(seconds, Kept)))
}

func (v Values) at(name string) int {
	i, ok := v.chart.place[name]
	if !ok {
		panic("vitals: no series is called " + name)
	}
	return i
}

func orZero(f float64) float64 {
	if math.IsNaN(f) {
		return 0
	}
	return f
}
