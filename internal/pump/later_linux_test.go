package pump_test

import (
	"io"
	"testing"

	"matchstream/internal/pump"
)

// About whom somebody had to think is not passed on: what he has said is not
// kept so long, and what others have said must not come in its place.
func TestNotPassedOnLater(t *testing.T) {
	h := newHouse(t, 100, lasting)
	c := h.says("later pass\nmine")
	next(t, h.thinks)
	h.hears("later pass\nmine")
	for range 30 { // some of them to the same loop
		h.says("somebody else's")
		h.hears("somebody else's")
	}
	close(h.think)
	next(t, h.porter.ends)
	select {
	case passed := <-h.passed:
		got := make([]byte, 100)
		n, err := passed.Read(got)
		t.Fatalf("passed on with %q, %v", got[:n], err)
	case <-closed(c):
	}
	h.settled()
}

// Where that is the end of a watch it is so whenever it comes.
func TestHalfClosedAndNotLetIn(t *testing.T) {
	for _, line := range []string{"watch\n", "later watch\n"} {
		t.Run(line, func(t *testing.T) {
			h := newHouse(t, 100, lasting)
			c := h.says(line)
			c.CloseWrite()
			if line == "later watch\n" {
				next(t, h.thinks)
				h.marked(t) // his loop has seen it
				h.think <- struct{}{}
			}
			h.left(pump.Left)
			io.Copy(io.Discard, c)
			h.empties()
			h.settled()
		})
	}
}

// marked: whatever was said to any loop before has been seen.
func (h *house) marked(t *testing.T) {
	t.Helper()
	for range 30 { // some of them to each loop
		c := h.says("mark\n")
		c.ends("")
		h.leaves(true)
	}
}
