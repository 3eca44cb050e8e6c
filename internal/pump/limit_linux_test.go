package pump_test

import (
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// twoLoops has pumps made with two, whatever this machine has.
func twoLoops(t *testing.T) {
	before := runtime.GOMAXPROCS(2)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// arrivals are clients of whom only so many are let in at once.
type arrivals struct {
	*house
	came chan *guest // they have read that they watch
}

func (a *arrivals) arrive(number int) {
	a.Helper()
	for range number {
		c := a.says("watch\n") // the kernel takes it, if nobody else does
		go func() {
			buffer := make([]byte, len("<status 0>"))
			for n := 0; n < len(buffer); {
				read, err := c.Read(buffer[n:])
				if n += read; err != nil {
					a.Errorf("one of those who waited is lost: %v", err)
					return
				}
			}
			a.came <- c
		}()
	}
}

// slowly passes the time, so that who has come and has not spoken yet has a while
// to do so before he makes room for others.
func slowly(p *porter) { p.send = time.Hour }

// With a limit of so many, so many come in; each who leaves lets in one who
// waits, whichever loop's he is; and nobody is asked in vain meanwhile.
func TestLimit(t *testing.T) {
	twoLoops(t)
	const limit, more = 8, 100
	a := &arrivals{newHouse(t, limit, lasting, slowly), make(chan *guest, limit+more)}
	a.arrive(limit + more)
	var in []*guest
	for range limit {
		in = append(in, next(t, a.came))
	}
	for waiting := more; waiting > 0; waiting-- {
		for !a.pump.Parked() || a.pump.Stalled() == 0 {
			runtime.Gosched() // it comes to rest, which one who spins does not
		}
		if entered, greeted := a.entered(), len(a.greeted); entered != limit+more-waiting || greeted != entered {
			t.Fatalf("%d were let in and %d greeted, want %d of each", entered, greeted, limit+more-waiting)
		}
		in[waiting%limit].Close()
		in[waiting%limit] = next(t, a.came)
	}
	for _, c := range in {
		c.Close()
	}
	a.empties()
	if most := a.mostInside(); most > limit {
		t.Errorf("%d were inside at once", most)
	}
	// Nobody waits any more, and the doors are open.
	a.arrive(1)
	next(t, a.came)
	a.settled()
}

// All of those in leave at once, and all of those who wait come: no loop
// forgets its own.
func TestLimitInWaves(t *testing.T) {
	twoLoops(t)
	const limit, waves = 50, 10
	a := &arrivals{newHouse(t, limit, lasting, slowly), make(chan *guest, limit*waves)}
	a.arrive(limit * waves)
	for range waves {
		var in []*guest
		for range limit {
			in = append(in, next(t, a.came))
		}
		var all sync.WaitGroup
		for i, c := range in {
			all.Go(func() {
				if i%2 == 0 {
					c.SetLinger(0)
				}
				c.Close()
			})
		}
		all.Wait()
	}
	a.empties()
	if most := a.mostInside(); most > limit {
		t.Errorf("%d were inside at once", most)
	}
	a.settled()
}

// Those who were passed on are counted until they are closed.
func TestLimitCountsThosePassedOn(t *testing.T) {
	twoLoops(t)
	const limit = 4
	a := &arrivals{newHouse(t, limit, lasting, slowly), make(chan *guest, 100)}
	for range limit {
		a.says("pass\n")
	}
	passed := make([]interface{ Close() error }, limit)
	for i := range passed {
		passed[i] = next(t, a.passed)
	}
	a.arrive(limit)
	for a.pump.Stalled() == 0 {
		runtime.Gosched()
	}
	if entered := a.entered(); entered != limit {
		t.Fatalf("%d were let in", entered)
	}
	for _, c := range slices.Backward(passed) {
		c.Close()
		next(t, a.came)
	}
	a.settled()
}

// Everything at once: whoever comes, however he leaves, ends once.
func TestStormAtADoor(t *testing.T) {
	twoLoops(t)
	const limit, storms, clients = 10, 16, 40
	h := newHouse(t, limit, lasting)
	close(h.think)
	lines := []string{"", "wat", "watch\n", "later watch\n", "away\n", "later away\n", "hang\n", "pass\n"}
	var all, served sync.WaitGroup
	served.Go(func() { // for whom some of them are
		for c := range h.passed {
			c.Close()
		}
	})
	for i := range storms {
		all.Go(func() {
			for j := range clients {
				g, err := h.dial()
				if err != nil {
					t.Error(err)
					return
				}
				line := lines[j%len(lines)]
				g.Write([]byte(line))
				if strings.HasPrefix(line, "later") {
					at := g.LocalAddr().(*net.TCPAddr).AddrPort()
					h.Goes(netip.AddrPortFrom(at.Addr().Unmap(), at.Port()))
				}
				switch {
				case line == "pass\n": // closed by whom he is for, or for another
					<-closed(g)
				case (i+j)%3 == 0:
					g.CloseWrite()
				case (i+j)%3 == 1:
					g.resets()
				}
				g.Close()
			}
		})
	}
	all.Wait()
	h.empties()
	close(h.passed) // all who were passed on are closed
	served.Wait()
	if most := h.mostInside(); most > limit {
		t.Errorf("%d were inside at once", most)
	}
	h.settled()
}
