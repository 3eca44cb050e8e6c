package pump_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// insideBecomes asks until it is as wanted.
func (h *house) insideBecomes(what string, is func(pump.Inside) bool) pump.Inside {
	h.Helper()
	for limit := time.Now().Add(patience); ; runtime.Gosched() {
		in := h.pump.Inside(patience)
		for _, l := range in.Loops {
			if !l.Answered {
				h.Fatalf("loop %d has not answered", l.Loop)
			}
		}
		if is(in) {
			return in
		}
		if time.Now().After(limit) {
			h.Fatalf("it is %+v, want %s", in, what)
		}
	}
}

// sum of something over the loops.
func sum(in pump.Inside, of func(pump.LoopInside) int) (n int) {
	for _, l := range in.Loops {
		n += of(l)
	}
	return n
}

func connections(l pump.LoopInside) int { return l.Connections }

// TestInside: the loops tell who is there and at which door, and what they have done.
func TestInside(t *testing.T) {
	const watchers = 40
	h := newHouse(t, 100, lasting)
	guests := []*guest{h.comes(), h.comes(), h.says("later watch\n")}
	<-h.thinks
	for range watchers {
		g := h.says("watch\n")
		g.reads("<status 0>")
		guests = append(guests, g)
	}
	in := h.insideBecomes("all of them", func(in pump.Inside) bool { return sum(in, connections) == watchers+3 })
	if door := in.Doors[h.at.String()]; door != (pump.DoorInside{Greeting: 2, Pondering: 1}) {
		t.Errorf("at the door are %+v", door)
	}
	if hall := sum(in, func(l pump.LoopInside) int { return l.Hall }); hall != 3 || len(in.Lanes) != 0 {
		t.Errorf("%d are in halls, and in %d lanes somebody is behind", hall, len(in.Lanes))
	}
	h.publish()
	h.insideBecomes("a walk that took its time", func(in pump.Inside) bool {
		return sum(in, func(l pump.LoopInside) int {
			if l.Walks > 0 && l.Walked >= l.LastWalk && l.LastWalk > 0 && l.Busy > 0 && l.Lanes == 1 {
				return 1
			}
			return 0
		}) > 0
	})
	for _, g := range guests {
		g.Close()
	}
	close(h.think) // who ponders is there until it is found
	h.insideBecomes("nobody", func(in pump.Inside) bool {
		return sum(in, connections) == 0 && sum(in, func(l pump.LoopInside) int { return l.Hall + l.Lanes }) == 0
	})
}

// TestInsideForgetsWhoIsPassedOn: a loop has him no more, though he is not closed.
func TestInsideForgetsWhoIsPassedOn(t *testing.T) {
	h := newHouse(t, 100, lasting)
	for range 5 {
		h.says("pass\n")
		c := next(t, h.passed)
		t.Cleanup(func() { c.Close() })
	}
	h.insideBecomes("nobody", func(in pump.Inside) bool { return sum(in, connections) == 0 })
}

// TestInsideKnowsWhoIsBehind: by lane, and in which loop.
func TestInsideKnowsWhoIsBehind(t *testing.T) {
	const events, size = 100, 100_000
	h := newHouse(t, 100, lasting, func(p *porter) { p.send = time.Hour })
	for range 3 {
		h.says("watch\n").reads("<status 0>")
	}
	reader := h.says("watch\n")
	reader.reads("<status 0>")
	frame := bytes.Repeat([]byte("x"), size)
	for range events {
		h.last++
		h.lane.Append([]feed.Frame{{Event: h.last, Bytes: frame}}, status(h.last), feed.Open)
	}
	if _, err := io.CopyN(io.Discard, reader, events*size); err != nil {
		t.Fatal(err)
	}
	in := h.insideBecomes("three who are behind", func(in pump.Inside) bool { return in.Lanes.Of(h.lane).Full == 3 })
	lag := in.Lanes.Of(h.lane).Slowest
	if lag.Events <= 10 || lag.Events > events || lag.Bytes <= 10*size || in.Lanes.Events(h.lane) != lag.Events {
		t.Errorf("the slowest of the lane is %+v", lag)
	}
	if full := sum(in, func(l pump.LoopInside) int { return l.Full }); full != 3 {
		t.Errorf("the loops have noted %d", full)
	}
	worst := int64(0)
	for _, l := range in.Loops {
		worst = max(worst, l.Slowest.Events)
	}
	if worst != lag.Events {
		t.Errorf("the slowest of the loops is %d events behind, of the lane %d", worst, lag.Events)
	}
}

// TestInsideDoesNotWaitForALoop that is held up: what is known without it is told, and
// how many letters wait for it.
func TestInsideDoesNotWaitForALoop(t *testing.T) {
	held, on := make(chan struct{}), make(chan struct{})
	h := newHouse(t, 100, lasting, func(p *porter) {
		p.fails = func(where string) {
			if where == "greet" {
				close(held)
				<-on
			}
		}
	})
	guest := h.says("watch\n")
	<-held
	for asked := range 3 {
		in := h.pump.Inside(time.Millisecond)
		silent := 0
		for _, l := range in.Loops {
			if !l.Answered && l.Mail >= asked {
				silent++
			}
		}
		if silent == 0 {
			t.Errorf("all have answered: %+v", in.Loops)
		}
	}
	close(on)
	guest.reads("<status 0>")
	h.insideBecomes("an answer of each", func(in pump.Inside) bool { return sum(in, connections) == 1 })
	h.pump.Close()
	if in := h.pump.Inside(patience); len(in.Loops) == 0 || in.Loops[0].Answered {
		t.Errorf("a pump that is closed answers %+v", in.Loops)
	}
}
