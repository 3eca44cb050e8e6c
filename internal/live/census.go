package live

import (
	"matchstream/internal/feed"
	"matchstream/internal/wire"
)

// Census is what this node has of its matches.
type Census struct {
	Open   int // in memory, and going on, or not begun
	Over   int // in memory, and over
	AtRest int // in memory, compressed: nobody has asked for them lately
	Away   int // not in memory: over, and nobody asks
	Lanes  [wire.Formats]int
}

// Census counts. It looks at each match: a millisecond for ten thousand.
func (l *Live) Census() (c Census) {
	l.entries.all(func(e *entry) bool {
		now := e.now.Load()
		switch {
		case now == nil && e.resting.Load() != nil:
			c.AtRest++
		case now == nil:
			c.Away++
		case now.end() == feed.Open:
			c.Open++
		default:
			c.Over++
		}
		for f := range e.lanes {
			if e.lanes[f].Load() != nil {
				c.Lanes[f]++
			}
		}
		return true
	})
	return c
}
