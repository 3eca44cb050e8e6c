package pump_test

import (
	"testing"

	"matchstream/internal/pump"
)

// A client may go at every moment, in every manner: he is counted out once,
// and his descriptor comes free.
func TestGoneAtEveryMoment(t *testing.T) {
	moments := []struct {
		name, says string
		until      func(*house, *guest) // he has come so far
		gone       func(*house)         // what must follow
	}{
		{"before a word", "", func(*house, *guest) {}, func(h *house) { h.leaves(true) }},
		{"in the middle of a line", "wat", func(h *house, _ *guest) { h.hears("wat") }, func(h *house) { h.leaves(true) }},
		{"in the middle of a second piece", "wat", func(h *house, c *guest) {
			h.hears("wat")
			c.says("ch")
			h.hears("watch")
		}, func(h *house) { h.leaves(true) }},
		{"turned away", "away\n", func(_ *house, c *guest) { c.reads("<away>") }, func(h *house) { h.leaves(false) }},
		{"turned away, unread", "away\n", func(h *house, _ *guest) { h.hears("away\n") }, func(h *house) { h.leaves(false) }},
		{"watching", "watch\n", func(_ *house, c *guest) { c.reads("<status 0>") }, func(h *house) {
			if e := next(h.T, h.porter.ends); !e.watched {
				h.Fatalf("the end %+v, want a watcher's", e)
			}
		}},
	}
	manners := map[string]func(*guest){
		"closes":     func(c *guest) { c.Close() },
		"resets":     (*guest).resets,
		"half":       func(c *guest) { c.CloseWrite() },
		"says more":  func(c *guest) { c.says("more"); c.Close() },
		"half, gone": func(c *guest) { c.CloseWrite(); c.resets() },
	}
	for _, m := range moments {
		for manner, goes := range manners {
			t.Run(m.name+"/"+manner, func(t *testing.T) {
				h := newHouse(t, 100, lasting)
				c := h.says(m.says)
				m.until(h, c)
				goes(c)
				m.gone(h)
				h.empties()
				h.settled()
			})
		}
	}
}

// While somebody thinks about him, too: whatever the verdict, it is undone.
func TestGoneWhileSomebodyThinks(t *testing.T) {
	for manner, goes := range map[string]func(*guest){"closes": func(c *guest) { c.Close() }, "resets": (*guest).resets} {
		for _, verdict := range []string{"watch", "away", "hang"} {
			t.Run(manner+"/"+verdict, func(t *testing.T) {
				h := newHouse(t, 100, lasting)
				c := h.says("later " + verdict + "\n")
				next(t, h.thinks)
				goes(c)
				if manner == "resets" {
					h.empties() // at once: nobody waits for the verdict
				}
				h.think <- struct{}{}
				if e := next(t, h.porter.ends); e.watched != (verdict == "watch") {
					t.Errorf("the end %+v", e)
				}
				h.empties()
				h.settled()
			})
		}
	}
}

// Whoever has shut down his side has said all, and may still get his match.
func TestHalfClosedAndLetIn(t *testing.T) {
	for _, line := range []string{"watch\n", "later watch\n", "by saying no more"} {
		t.Run(line, func(t *testing.T) {
			h := newHouse(t, 100, lasting, func(p *porter) { p.stream.HalfClose, p.over = true, pump.Admit })
			c := h.says(line)
			c.CloseWrite()
			if line == "later watch\n" {
				next(t, h.thinks)
				h.think <- struct{}{}
			}
			c.reads("<status 0>")
			c.reads(h.publish())
			h.lane.Finish(1)
			c.ends("<ended>")
			h.left(pump.Ended)
			h.empties()
			h.settled()
		})
	}
}
