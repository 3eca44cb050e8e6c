package pump_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"syscall"
	"testing"

	"matchstream/internal/pump"
)

// callers are some in each state that one can be in.
type callers struct{ mute, halfway, thought, watching, away []*guest }

func (h *house) callers(each int) (c callers) {
	for range each {
		c.mute = append(c.mute, h.comes())
		halfway := h.says("wat")
		h.hears("wat")
		thought := h.says("later watch\n")
		next(h.T, h.thinks)
		h.hears("later watch\n")
		watching := h.says("watch\n")
		watching.reads("<status 0>")
		h.hears("watch\n")
		away := h.says("away\n")
		away.reads("<away>")
		h.hears("away\n")
		h.leaves(false)
		passed := h.says("pass\n")
		h.hears("pass\n")
		h.leaves(false)
		next(h.T, h.passed).Close() // by whom it was for
		passed.ends("")
		c.halfway, c.thought = append(c.halfway, halfway), append(c.thought, thought)
		c.watching, c.away = append(c.watching, watching), append(c.away, away)
	}
	for len(c.mute) > 0 && h.entered() < 6*each {
		runtime.Gosched() // who says nothing has come, too
	}
	return c
}

// unpromised expects that nothing is left of those who have not come through.
func (h *house) unpromised(c callers) {
	h.Helper()
	for _, g := range append(c.mute, c.halfway...) {
		g.ends("")
		h.leaves(true)
	}
}

const each = 5

// Shut closes the doors on those who have not come through, waits for the
// verdicts under way, and leaves the watchers alone; a drain ends these.
func TestShut(t *testing.T) {
	h := newHouse(t, 1000, lasting)
	c := h.callers(each)
	shut := make(chan struct{})
	go func() {
		h.pump.Shut()
		close(shut)
	}()
	h.unpromised(c)
	if _, err := net.Dial("tcp", h.at.String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("at a door that is shut: %v", err)
	}
	select {
	case <-shut:
		t.Error("it did not wait for the verdicts")
	default:
	}
	close(h.think)
	next(t, shut)
	for _, g := range c.thought {
		g.reads("<status 0>")
	}
	frame := h.publish()
	for _, g := range append(c.watching, c.thought...) {
		g.reads(frame)
	}
	h.pump.Shut() // a second time: nothing more
	drained := make(chan struct{})
	go func() {
		h.pump.Drain(0)
		h.pump.Drained(context.Background())
		close(drained)
	}()
	for _, g := range append(c.watching, c.thought...) {
		g.ends("<draining>")
		h.left(pump.Draining)
	}
	for _, g := range c.away {
		g.Close()
	}
	next(t, drained)
	h.empties()
	h.settled()
}

// A drain whose time is up, once the doors are shut, cuts off everybody, wherever
// he is, and whoever somebody still thinks about.
func TestDrainCutOff(t *testing.T) {
	h := newHouse(t, 1000, lasting)
	c := h.callers(each)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	shut := make(chan struct{})
	go func() {
		h.pump.Shut() // waits for the verdicts
		close(shut)
	}()
	h.unpromised(c)
	h.pump.Drain(1 << 40)
	h.pump.Drained(ctx)
	for range each {
		h.left(pump.Draining)
	}
	for _, all := range [][]*guest{c.thought, c.watching, c.away} {
		for _, g := range all {
			next(t, closed(g))
		}
	}
	close(h.think)
	for range each {
		h.left(pump.Left) // let in, and gone before he was
	}
	next(t, shut)
	h.empties()
	h.settled()
}

// A drain with open doors is over when nobody watches, and its time being up
// cuts off nobody else: who is at the doors, or comes, goes on, to what is no
// stream, or to a watch once the drain is taken back.
func TestDrainWithOpenDoors(t *testing.T) {
	for _, cut := range []bool{false, true} {
		h := newHouse(t, 1000, lasting)
		c := h.callers(each)
		ctx, cancel := context.WithCancel(context.Background())
		if cut {
			cancel()
			h.pump.Drain(1 << 40)
			h.pump.Drained(ctx)
		} else {
			h.pump.Drain(0)
			h.pump.Drained(ctx)
		}
		cancel()
		for _, g := range c.watching {
			next(t, closed(g))
			h.left(pump.Draining)
		}
		late := h.says("watch\n") // no gate keeps him out here
		late.reads("<status 0>")
		h.hears("watch\n")
		late.ends("<draining>")
		h.left(pump.Draining)
		passed := h.says("pass\n")
		h.hears("pass\n")
		h.leaves(false)
		next(t, h.passed).Close()
		passed.ends("")
		h.pump.Undrain()
		close(h.think)
		for _, g := range c.thought {
			g.reads("<status 0>")
		}
		frame := h.publish()
		for _, g := range c.thought {
			g.reads(frame)
		}
	}
}

// Close ends everybody, and waits only for the verdicts under way.
func TestCloseInEveryState(t *testing.T) {
	h := newHouse(t, 1000, lasting)
	c := h.callers(each)
	over := make(chan struct{})
	go func() {
		h.pump.Close()
		close(over)
	}()
	h.unpromised(c)
	close(h.think)
	next(t, over)
	for range 2 * each {
		if e := next(t, h.porter.ends); !e.watched {
			t.Errorf("the end %+v, want a watcher's", e)
		}
	}
	for _, g := range append(append(c.watching, c.thought...), c.away...) {
		next(t, closed(g))
	}
	h.settled()
}

// What is closed opens no more, and takes nobody.
func TestAfterClose(t *testing.T) {
	h := newHouse(t, 100, lasting)
	h.pump.Close()
	if at, err := h.pump.Listen("127.0.0.1:0", h.porter, lasting); !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v, %v", at, err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	must(t, err)
	server, err := l.Accept()
	must(t, err)
	h.lane.Acquire()
	h.pump.Attach(server, pump.Watch{Stream: h.stream, Cursor: h.lane.View().Join()})
	if e := next(t, h.porter.ends); !e.watched || e.why != pump.Draining {
		t.Errorf("the end %+v", e)
	}
	next(t, closed(&guest{client.(*net.TCPConn), t}))
	client.Close()
	if n := h.pump.Open(); n != 0 || h.lane.Watchers() != 0 || h.counts.Active() != 0 {
		t.Errorf("%d are open, %d watch", n, h.lane.Watchers())
	}
}
