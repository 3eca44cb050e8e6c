package vitals

import "math"

// Reader gives a series' sample; elapsed is the time since the one before, in
// seconds, 0 at the very first call. NaN: there is none now. It is called by
// the chart's goroutine alone, must not block, and should not allocate.
type Reader func(elapsed float64) float64

// Gauge is a number that rises and falls.
func Gauge(read func() float64) Reader { return func(float64) float64 { return read() } }

// PerSecond is how fast a counter rises. One that has fallen was begun anew.
func PerSecond(read func() uint64) Reader {
	return perSecond(func() float64 { return float64(read()) })
}

// Busy is likewise, of a number of seconds.
func Busy(read func() float64) Reader { return perSecond(read) }

func perSecond(read func() float64) Reader {
	var before float64
	return func(elapsed float64) float64 {
		now := read()
		rise := now - before
		if now < before {
			rise = now
		}
		before = now
		if elapsed <= 0 {
			return math.NaN()
		}
		return rise / elapsed
	}
}

// Slowly reads only once in so many seconds what is dear to find out.
func Slowly(seconds int, read func() float64) Reader {
	var value, left float64
	return func(elapsed float64) float64 {
		if left -= elapsed; left <= 0 {
			value, left = read(), float64(seconds)-0.5 // ticks are not exact
		}
		return value
	}
}
