package vitals

import "math"

// Latest is the newest sample of a series; false: there is none yet, or its value is
// not known. Any goroutine.
func (c *Chart) Latest(name string) (float64, bool) {
	i, ok := c.place[name]
	if !ok {
		return 0, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.last == 0 {
		return 0, false
	}
	v := float64(c.mu.rings[i][c.mu.last%Kept])
	return v, !math.IsNaN(v)
}

// Second of the newest sample, since the chart began; 0: there is none. Any goroutine.
func (c *Chart) Second() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.last
}
