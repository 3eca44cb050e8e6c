package pump

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// clock is a wheel beside what it has to remember: when each key is due.
type clock struct {
	*rapid.T
	wheel wheel
	now   uint32
	due   map[uint64]uint32
	last  uint64 // key
}

// add makes an appointment so many ticks ahead of the hand; 0 and less is one
// that is late already, which the next turn has to meet.
func (c *clock) add(ahead int) {
	c.last++
	at := uint32(max(0, int(c.wheel.hand)+ahead))
	c.wheel.add(c.last, at)
	c.due[c.last] = max(at, c.wheel.hand+1)
}

// turn to a later tick: exactly those who are due are met, each once.
func (c *clock) turn(ticks int, met func()) {
	c.now += uint32(ticks)
	c.wheel.turn(c.now, func(a appointment) {
		at, known := c.due[a.key]
		if !known {
			c.Fatalf("%d is met a second time, or was never there", a.key)
		}
		if at > c.now || a.at > c.now {
			c.Fatalf("%d is met at %d, before its tick %d (%d)", a.key, c.now, at, a.at)
		}
		delete(c.due, a.key)
		met()
	})
	for key, at := range c.due {
		if at <= c.now {
			c.Fatalf("%d was due at %d and is not met at %d", key, at, c.now)
		}
	}
	if c.wheel.hand != c.now {
		c.Fatalf("the hand stands at %d, want %d", c.wheel.hand, c.now)
	}
}

// holds: nobody is lost, and who parks until next misses nobody.
func (c *clock) holds(*rapid.T) {
	n := 0
	for i := range c.wheel.spokes {
		n += len(c.wheel.spokes[i])
	}
	if n != len(c.due) || c.wheel.n != n {
		c.Fatalf("%d are in the wheel, it counts %d, want %d", n, c.wheel.n, len(c.due))
	}
	next := c.wheel.next()
	if n == 0 {
		if next >= 0 {
			c.Fatalf("the next one of nobody is in %d", next)
		}
		return
	}
	first := uint32(math.MaxUint32)
	for _, at := range c.due {
		first = min(first, at)
	}
	if next < 1 || uint32(next) > first-c.wheel.hand {
		c.Fatalf("the next one is said to be in %d ticks, and is in %d", next, first-c.wheel.hand)
	}
}

func TestWheel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A day's worth of ticks may have passed before the first one comes.
		c := &clock{T: t, due: map[uint64]uint32{}, now: rapid.Uint32Range(1, 1<<26).Draw(t, "start")}
		c.wheel.hand = c.now
		ahead := rapid.OneOf(rapid.IntRange(-3, 20), rapid.IntRange(spokes-2, spokes+2), rapid.IntRange(0, 5*spokes))
		late := rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(spokes-2, spokes+2), rapid.IntRange(0, 4*spokes))
		t.Repeat(map[string]func(*rapid.T){
			"": c.holds,
			"add": func(t *rapid.T) {
				c.T = t
				c.add(ahead.Draw(t, "ahead"))
			},
			"add many": func(t *rapid.T) { // more than a list keeps
				c.T = t
				at := ahead.Draw(t, "ahead")
				for range rapid.IntRange(2, 2*kept).Draw(t, "number") {
					c.add(at)
				}
			},
			"turn": func(t *rapid.T) {
				c.T = t
				c.turn(late.Draw(t, "ticks"), func() {})
			},
			"turn, and those who are met ask for another": func(t *rapid.T) {
				c.T = t
				again := rapid.SliceOfN(ahead, 0, 8).Draw(t, "again")
				c.turn(late.Draw(t, "ticks"), func() {
					if len(again) > 0 {
						c.add(again[0])
						again = again[1:]
					}
				})
			},
			"park as long as next says": func(t *rapid.T) {
				c.T = t
				if next := c.wheel.next(); next > 0 {
					c.turn(next, func() {})
				}
			},
		})
	})
}
