package top

import "time"

// Growth is the values of something over the last minute. It says that the thing grows
// without end by this rule: of the four quarters of the time looked at, the lowest value
// of each is higher than that of the one before, and from the first to the last it has
// risen by a twentieth or more. A value that swings, like memory between two
// collections, is thereby looked at where it is lowest.
type Growth struct {
	values []valueAt
}

type valueAt struct {
	at    time.Duration // since the node's start
	value float64
}

const (
	// growthTime is how long something must have grown, at least.
	growthTime = time.Minute
	quarters   = 4
	// growthLeast is the least rise, as a part of what there was.
	growthLeast = 0.05
	// growthSamples are in each quarter, at least: who asks seldom looks at a longer time.
	growthSamples = 3
)

// growthWindow is the time looked at by who asks once in every.
func growthWindow(every time.Duration) time.Duration {
	return max(growthTime, quarters*growthSamples*every)
}

// Add a value, and forget those that are no longer looked at. Times must rise.
func (g *Growth) Add(at time.Duration, value float64, window time.Duration) {
	g.values = append(g.values, valueAt{at, value})
	for len(g.values) > 1 && g.values[1].at <= at-window {
		g.values = g.values[1:]
	}
}

// Grows says whether it does.
func (g *Growth) Grows(window time.Duration) bool {
	if g == nil || len(g.values) == 0 {
		return false
	}
	last := g.values[len(g.values)-1].at
	if g.values[0].at > last-window {
		return false // not known for so long
	}
	var lowest [quarters]float64
	var any [quarters]bool
	for _, v := range g.values {
		q := quarters - 1 - int((last-v.at)*quarters/window)
		if q < 0 {
			q = 0 // just at the border, or kept since nothing was asked in between
		}
		if !any[q] || v.value < lowest[q] {
			lowest[q], any[q] = v.value, true
		}
	}
	for q := range quarters {
		if !any[q] || q > 0 && lowest[q] <= lowest[q-1] {
			return false
		}
	}
	return lowest[quarters-1] >= lowest[0]*(1+growthLeast)
}
