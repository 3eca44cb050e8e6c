package pump_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"matchstream/internal/pump"
)

// Whoever does not come to the point is closed: whether he says nothing, or
// half a line, or goes on talking.
func TestHandshakeTimeout(t *testing.T) {
	h := newHouse(t, 100, pump.Patience{Handshake: 50 * time.Millisecond, Longest: 1 << 20})
	watcher, thinker := h.says("watch\n"), h.says("later watch\n")
	watcher.reads("<status 0>")
	next(t, h.thinks)
	for _, words := range []string{"", "wat"} {
		h.says(words).ends("")
		h.leaves(true)
	}
	talker := h.comes()
	over := closed(talker)
	for talking := true; talking; {
		if _, err := io.WriteString(talker, "x"); err != nil {
			break
		}
		for heard := false; talking && !heard; {
			select {
			case said := <-h.greeted:
				heard = strings.HasPrefix(said, "x")
			case <-over:
				talking = false
			}
		}
	}
	<-over
	h.leaves(true)
	// Who has come through has all the time he wants.
	watcher.reads(h.publish())
	close(h.think)
	thinker.reads("<status 1>")
	h.settled()
}

// Who is silent is asked about once, and again when he has said more.
func TestSilence(t *testing.T) {
	with := pump.Patience{Handshake: time.Hour, Silence: 20 * time.Millisecond, Longest: 1000}
	h := newHouse(t, 100, with)
	c := h.says("hal")
	h.hears("hal")
	h.hears("hal|silent")
	for range 5 { // others are asked meanwhile, and he is not
		h.says("other")
		h.hears("other")
		h.hears("other|silent")
	}
	c.says("lo")
	h.hears("hallo")
	h.hears("hallo|silent")
	c.says("\n")
	h.hears("hallo\n")
	c.ends("")
	h.leaves(true)
	h.settled()

	h = newHouse(t, 100, with, func(p *porter) { p.silent = pump.Admit })
	c = h.says("anything")
	c.reads("<status 0>")
	c.reads(h.publish())
	h.settled()
}

// As much as a client may say, and no more.
func TestSaysTooMuch(t *testing.T) {
	with := pump.Patience{Handshake: time.Hour, Longest: len("watch")}
	h := newHouse(t, 100, with)
	c := h.says("watch")
	h.hears("watch")
	c.says("\n")
	c.reads("<status 0>")
	c = h.says("watch")
	h.hears("watch\n")
	h.hears("watch")
	c.says("!")
	c.ends("")
	h.leaves(true)
	h.says("watch!").ends("")
	h.leaves(true)
	// More than is read at once: what is not read makes the end a reset.
	flood := h.comes()
	go io.WriteString(flood, strings.Repeat("x", 1<<20))
	h.leaves(true)
	io.Copy(io.Discard, flood)
	// A line that ends within it counts, whatever comes with it.
	c = h.says("watch\n" + strings.Repeat("x", 100))
	c.reads("<status 0>")
	h.settled()
}

// One who talks on while somebody thinks about him is closed in the end, and
// what was thought of him is taken back.
func TestTalksWhileSomebodyThinks(t *testing.T) {
	h := newHouse(t, 100, lasting)
	c := h.says("later watch\n")
	next(t, h.thinks)
	go io.WriteString(c, strings.Repeat("x", 1<<20))
	io.Copy(io.Discard, c)
	close(h.think)
	h.left(pump.Left)
	h.empties()
	h.settled()
}
