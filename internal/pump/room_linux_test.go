package pump_test

import (
	"net"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/pump"
)

// loops has pumps made with so many.
func loops(t *testing.T, n int) {
	before := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(before) })
}

// silent are so many clients who say nothing; all have come in.
func (h *house) silent(n int, from string) (all []*guest) {
	h.Helper()
	for range n {
		before := h.entered()
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
		c, err := d.Dial("tcp", h.at.String())
		must(h, err)
		h.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(patience))
		all = append(all, &guest{c.(*net.TCPConn), h.T})
		for h.entered() == before {
			runtime.Gosched()
		}
	}
	return all
}

// passes waits until so many ticks have gone by.
func (h *house) passes(ticks uint32) {
	for from := h.pump.Ticks(); h.pump.Ticks() < from+ticks; {
		runtime.Gosched()
	}
}

// Who says nothing makes room for who comes, the longest silent first; the
// others may go on thinking.
func TestSilentMakeRoom(t *testing.T) {
	loops(t, 1)
	h := newHouse(t, 4, lasting)
	silent := h.silent(4, "127.0.0.1")
	for i := range 2 {
		watcher := h.says("watch\n")
		watcher.reads("<status 0>")
		silent[i].ends("")
		h.leaves(true)
	}
	silent[2].says("watch\n")
	silent[2].reads("<status 0>")
	silent[3].says("wat")
	h.hears("watch\n")
	h.hears("watch\n")
	h.hears("watch\n")
	h.hears("wat")
	h.says("watch\n").reads("<status 0>") // half a line is as much in the way
	silent[3].ends("")
	h.leaves(true)
	if yielded, starved := h.pump.Yielded(), h.pump.Starved(); yielded != 3 || starved != 0 {
		t.Errorf("%d are said to have made room, and %d to have waited", yielded, starved)
	}
	h.settled()
}

// Whoever opens many makes room first, be his ever so new.
func TestACrowdMakesRoomFirst(t *testing.T) {
	loops(t, 1)
	h := newHouse(t, 6, lasting)
	alone := h.silent(1, "127.0.0.2")[0]
	many := h.silent(5, "127.0.0.3")
	for i := range 4 {
		h.says("watch\n").reads("<status 0>")
		many[i].ends("")
		h.leaves(true)
	}
	h.says("watch\n").reads("<status 0>") // now they are equals
	alone.ends("")
	h.leaves(true)
	many[4].says("watch\n")
	many[4].reads("<status 0>")
	h.settled()
}

// Who has been told why he is turned away makes room, too, if he does not go.
func TestThoseToldMakeRoom(t *testing.T) {
	loops(t, 1)
	h := newHouse(t, 3, lasting)
	for range 30 {
		c := h.says("away\n")
		c.reads("<away>")
		h.leaves(false)
	}
	h.says("watch\n").reads("<status 0>")
	h.settled()
}

// Those passed on make room if they are more in the way than anybody here.
func TestPassedOnMakeRoom(t *testing.T) {
	loops(t, 1)
	asked := make(chan pump.Quiet, 100)
	idle := make(chan net.Conn, 1)
	h := newHouse(t, 3, lasting, func(p *porter) {
		p.yield = func(before pump.Quiet) bool {
			asked <- before
			select {
			case c := <-idle:
				c.Close()
				return true
			default:
				return false
			}
		}
	})
	began := time.Now()
	silent := h.silent(2, "127.0.0.1")
	h.says("pass\n")
	idle <- next(t, h.passed)
	h.leaves(false)
	h.passes(4) // their moment is over
	h.says("watch\n").reads("<status 0>")
	if q := next(t, asked); q.Crowd != 2 || q.Since.After(time.Now()) || q.Since.Before(began.Add(-time.Second)) {
		t.Errorf("asked for one before %+v", q)
	}
	h.says("watch\n").reads("<status 0>")
	silent[0].ends("")
	h.leaves(true)
	silent[1].says("watch\n")
	silent[1].reads("<status 0>")
	h.settled()
}

// Who leaves when he is about to be closed has made room: nobody else has to.
func TestWhoLeavesMakesRoom(t *testing.T) {
	loops(t, 1)
	leaves := make(chan *guest, 1)
	h := newHouse(t, 2, lasting, func(p *porter) {
		p.yield = func(pump.Quiet) bool { // the last moment before
			select {
			case c := <-leaves:
				c.Close()
			default:
			}
			return false
		}
	})
	silent := h.silent(2, "127.0.0.1")
	leaves <- silent[0]
	h.passes(4) // their moment is over
	h.says("watch\n").reads("<status 0>")
	h.leaves(true)
	silent[1].says("watch\n")
	silent[1].reads("<status 0>")
	h.settled()
}

// A crowd in the hall is as large as it is, not as what is looked at of it, when
// it is compared with those passed on.
func TestACrowdIsNotTakenForASmallOne(t *testing.T) {
	loops(t, 1)
	const crowd = 300
	asked := make(chan pump.Quiet, 1)
	h := newHouse(t, crowd, lasting, func(p *porter) {
		p.yield = func(before pump.Quiet) bool {
			asked <- before
			return false
		}
	})
	h.silent(crowd, "127.0.0.1")
	h.says("watch\n").reads("<status 0>")
	if q := next(t, asked); q.Crowd != crowd {
		t.Errorf("%d are taken for %d", crowd, q.Crowd)
	}
	h.leaves(true)
	h.settled()
}

// Who watches never makes room. Who comes waits, and is counted once for it:
// not before he comes, and no more when he is in.
func TestWatchersMakeNoRoom(t *testing.T) {
	twoLoops(t)
	const limit, more = 4, 3
	a := &arrivals{newHouse(t, limit, lasting), make(chan *guest, limit+more)}
	a.arrive(limit)
	var in []*guest
	for range limit {
		in = append(in, next(t, a.came))
	}
	a.passes(5)
	if n := a.pump.Starved(); n != 0 {
		t.Errorf("%d are said to wait when nobody does", n)
	}
	a.arrive(more)
	for a.pump.Starved() < more {
		runtime.Gosched()
	}
	a.passes(5)
	frame := a.publish()
	for _, c := range in {
		c.reads(frame)
	}
	for i := range more {
		in[i].Close()
		next(t, a.came)
		a.passes(2)
	}
	if n := a.pump.Starved(); n != more {
		t.Errorf("%d are said to have waited, want %d", n, more)
	}
	a.settled()
}

// Whichever loop somebody comes to, and whichever has those who are silent.
func TestSilentOfOtherLoopsMakeRoom(t *testing.T) {
	twoLoops(t)
	const limit, coming = 4, 100
	h := newHouse(t, limit, lasting)
	var watching []*guest
	for range limit - 1 {
		c := h.says("watch\n")
		c.reads("<status 0>")
		watching = append(watching, c)
	}
	for range coming {
		h.silent(1, "127.0.0.1") // he takes the last place, and makes room for the next
	}
	c := h.says("watch\n")
	c.reads("<status 0>")
	frame := h.publish()
	for _, c := range append(watching, c) {
		c.reads(frame)
	}
	if n := h.pump.Yielded(); n != coming {
		t.Errorf("%d have made room, want %d", n, coming)
	}
	h.settled()
}

// For one who comes, one makes room, though all loops have some who are silent
// but his.
func TestOneMakesRoomForOne(t *testing.T) {
	loops(t, 8)
	const limit, coming = 8, 30
	h := newHouse(t, limit, lasting)
	h.silent(limit, "127.0.0.1")
	for range coming {
		h.passes(4) // their moment is over
		h.silent(1, "127.0.0.1")
	}
	h.passes(2) // as long as others might take
	if n := h.pump.Yielded(); n != coming {
		t.Errorf("%d have made room, want %d", n, coming)
	}
	h.settled()
}

// Who is not let in is told so when he asks, if the door wants it so; if he
// never does he is closed all the same.
func TestRefusedOnceAsked(t *testing.T) {
	h := newHouse(t, 100, pump.Patience{Handshake: time.Hour, Longest: 1000, Asked: true},
		func(p *porter) { p.enter = func() bool { return false } })
	silent := h.comes()
	asks := h.comes()
	asks.says("wat")
	asks.ends("<refused>")
	leaves := h.comes()
	leaves.CloseWrite()
	leaves.ends("")
	silent.ends("")
	h.empties()
	h.settled()
}
