package vitals

import "math"

// Samples are those of some seconds in a row, First to Last.
type Samples struct {
	First, Last int64       // seconds since the chart began; none: Last < First
	Values      [][]float32 // by series, in their order; NaN: there is none of this second
}

// keep what was read as the sample of a second. The seconds between it and the
// one before, in which the process did not run, have none.
func (c *Chart) keep(second int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gap := max(c.mu.last+1, second-Kept+1)
	c.mu.last = second
	for i := range c.series {
		ring := &c.mu.rings[i]
		for missed := gap; missed < second; missed++ {
			ring[missed%Kept] = float32(math.NaN())
		}
		ring[second%Kept] = float32(c.fresh[i])
		if of := c.series[i].Of; of != nil {
			c.mu.of[i] = of()
		}
	}
}

// Since are the samples behind a second; all that are kept, if that was long
// ago, or has not been yet. Any goroutine.
func (c *Chart) Since(second int64) Samples {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Samples{First: max(1, c.mu.last-Kept+1), Last: c.mu.last}
	if second <= s.Last {
		s.First = max(s.First, second+1)
	}
	s.Values = make([][]float32, len(c.series))
	for i := range s.Values {
		s.Values[i] = make([]float32, 0, s.Last-s.First+1)
		for at := s.First; at <= s.Last; at++ {
			s.Values[i] = append(s.Values[i], c.mu.rings[i][at%Kept])
		}
	}
	return s
}

// Limits are what each series can be at most, in their order; 0: there is no
// limit, or it is not known.
func (c *Chart) Limits() []float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]float64(nil), c.mu.of...)
}

// Sum of a rate's samples is how many there were: each stands for the seconds without
// one before it, too.
func Sum(samples []float32) (sum float64) {
	seconds := 0.0
	for _, v := range samples {
		seconds++
		if v := float64(v); !math.IsNaN(v) {
			sum, seconds = sum+v*seconds, 0
		}
	}
	return sum * Every.Seconds()
}
