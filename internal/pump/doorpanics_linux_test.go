package pump_test

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/pump"
)

// failsAt has a porter panic at one place, when it is told to.
func failsAt(place string, armed *atomic.Bool) func(*porter) {
	return func(p *porter) {
		p.fails = func(where string) {
			if where == place && armed.Load() {
				panic(where)
			}
		}
	}
}

// Whatever panics at a door ends the one caller, is told of, and has him
// counted out once; the others go on.
func TestPanicsAtADoor(t *testing.T) {
	for _, c := range []struct {
		place, says string
		goes        func(*guest)
		in          bool // he was let in
	}{
		{"enter", "", nil, false},
		{"greet", "watch\n", nil, true},
		{"greet", "in the middle of a line", nil, true},
		{"later", "later watch\n", nil, true},
		{"leave", "away\n", nil, true},
		{"leave", "hang\n", nil, true},
		{"leave", "later away\n", nil, true},
		{"leave", "", func(c *guest) { c.Close() }, true},
		{"left", "watch\n", func(c *guest) { c.Close() }, true},
		{"left", "watch\n", (*guest).resets, true},
	} {
		t.Run(c.place+"/"+c.says, func(t *testing.T) {
			var armed atomic.Bool
			h := newHouse(t, 100, lasting, failsAt(c.place, &armed))
			close(h.think)
			var others []*guest
			for range 10 { // some of them in the same loop
				other := h.says("watch\n")
				other.reads("<status 0>")
				others = append(others, other)
			}
			armed.Store(true)
			one := h.says(c.says)
			if c.goes != nil {
				if c.place == "left" {
					one.reads("<status 0>")
				}
				c.goes(one)
			} else {
				io.Copy(io.Discard, one)
			}
			if got := next(t, h.panicked); got != c.place {
				t.Errorf("told of %v, want %v", got, c.place)
			}
			if c.in {
				next(t, h.porter.ends)
			}
			armed.Store(false)
			one.Close()
			frame := h.publish()
			for _, other := range others {
				other.reads(frame)
				other.Close()
				h.left(pump.Left)
			}
			h.empties()
			if n := len(h.porter.ends); n != 0 {
				t.Errorf("%d ends more than there were", n)
			}
			h.settled()
		})
	}
}

// When everybody is cut off, too, one who panics keeps nobody else.
func TestLeftPanicsWhileCutOff(t *testing.T) {
	var armed atomic.Bool
	h := newHouse(t, 100, lasting, failsAt("left", &armed))
	const watchers = 20
	for range watchers {
		h.says("watch\n").reads("<status 0>")
	}
	armed.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.pump.Drain(1 << 40)
	h.pump.Drained(ctx)
	for range watchers {
		h.left(pump.Draining)
		if got := next(t, h.panicked); got != "left" {
			t.Errorf("told of %v", got)
		}
	}
	armed.Store(false)
	h.settled()
}

// Nor when a verdict is taken back, since the client has gone, or when he has
// taken too long.
func TestPanicsOverOneWhoHasGone(t *testing.T) {
	for _, c := range []struct{ place, line string }{{"left", "later watch\n"}, {"leave", "later away\n"}, {"leave", ""}} {
		t.Run(c.place+"/"+c.line, func(t *testing.T) {
			var armed atomic.Bool
			h := newHouse(t, 100, pump.Patience{Handshake: 50 * time.Millisecond, Longest: 1000}, failsAt(c.place, &armed))
			armed.Store(true)
			one := h.says(c.line)
			if c.line != "" {
				next(t, h.thinks)
				one.resets()
				h.empties()
				h.think <- struct{}{}
			}
			next(t, h.porter.ends)
			if got := next(t, h.panicked); got != c.place {
				t.Errorf("told of %v, want %v", got, c.place)
			}
			armed.Store(false)
			h.empties()
			h.settled()
		})
	}
}
