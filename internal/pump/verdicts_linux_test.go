package pump_test

import (
	"io"
	"testing"

	"matchstream/internal/pump"
)

// What a client says comes in pieces, his own and nobody else's.
func TestGreetedInPieces(t *testing.T) {
	h := newHouse(t, 100, lasting)
	a := h.says("wat")
	h.hears("wat")
	b := h.says("hal")
	h.hears("hal")
	a.says("ch")
	h.hears("watch")
	b.says("lo")
	h.hears("hallo")
	a.says("\n")
	h.hears("watch\n")
	a.reads("<status 0>")
	a.reads(h.publish())
	b.says("\n")
	b.ends("")
	h.leaves(true)
	a.Close()
	h.left(pump.Left)
	h.empties()
	h.settled()
}

// Whoever says his line byte by byte is let in as well.
func TestGreetedByteByByte(t *testing.T) {
	h := newHouse(t, 100, lasting)
	c := h.comes()
	for i := range "watch\n" {
		c.says("watch\n"[i : i+1])
		h.hears("watch\n"[:i+1])
	}
	c.reads("<status 0>")
	c.reads(h.publish())
	h.settled()
}

// What a client says behind his line is heard when he watches.
func TestSaidBehindTheLine(t *testing.T) {
	h := newHouse(t, 100, lasting, func(p *porter) {
		p.stream.Hear = func() pump.Hearer { return upper{} }
	})
	c := h.says("watch\nloud")
	c.reads("<status 0>LOUD")
	c.says("er")
	c.reads("ER")
	d := h.says("later watch\nlater")
	next(t, h.thinks)
	close(h.think)
	d.reads("<status 0>LATER")
	h.settled()
}

// Every verdict, at once and after a while.
func TestVerdicts(t *testing.T) {
	for _, later := range []string{"", "later ", "later later "} {
		for line, want := range map[string]string{"away": "<away>", "away without a word": "", "hang": ""} {
			t.Run(later+line, func(t *testing.T) {
				h := newHouse(t, 100, lasting)
				close(h.think)
				h.says(later + line + "\n").ends(want)
				h.leaves(line == "hang")
				h.empties()
				h.settled()
			})
		}
		t.Run(later+"watch", func(t *testing.T) {
			h := newHouse(t, 100, lasting)
			close(h.think)
			c := h.says(later + "watch\n")
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

// One who is not let in is told why, and nothing is asked about him again.
func TestRefused(t *testing.T) {
	h := newHouse(t, 100, lasting, func(p *porter) { p.enter = func() bool { return false } })
	h.comes().ends("<refused>")
	h.says("watch\n").ends("<refused>")
	h.empties()
	if n := len(h.greeted) + len(h.porter.ends); n != 0 {
		t.Errorf("he was greeted, or has left: %d", n)
	}
	h.settled()
}

// Whoever is passed on comes with all he has said, and is counted until he is
// closed, once.
func TestPassOn(t *testing.T) {
	h := newHouse(t, 100, lasting)
	c := h.says("pa")
	h.hears("pa")
	c.says("ss\nand more")
	passed := next(t, h.passed)
	h.leaves(false)
	c.says(", and the rest")
	c.CloseWrite()
	if got, err := io.ReadAll(passed); string(got) != "pass\nand more, and the rest" || err != nil {
		t.Errorf("passed on with %q, %v", got, err)
	}
	io.WriteString(passed, "hello")
	if n := h.pump.Open(); n != 1 {
		t.Errorf("%d are counted while he is there", n)
	}
	passed.Close()
	passed.Close()
	c.ends("hello")
	if n := h.pump.Open(); n != 0 {
		t.Errorf("%d are counted when he has gone", n)
	}
	h.settled()
}
