package pump

import (
	"bytes"
	"net"
	"runtime"
	"testing"
	"time"

	"matchstream/internal/feed"
)

// An event costs garbage once, whatever the number of those it goes to: its
// view, and what parking costs a loop. A delivery costs none.
func TestADeliveryLeavesNoGarbage(t *testing.T) {
	const watchers, events, size = 1000, 50, 120
	lane := feed.NewLane(func(bool) []byte { return nil })
	p, err := NewEpoll(Options{SendTimeout: time.Minute}, 2*watchers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	s := &Stream{Lane: lane, Counts: new(Counts)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range watchers {
		client, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close() // it reads nothing: all of it fits into the kernel
		server, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		lane.Acquire()
		p.Attach(server, Watch{Stream: s, Cursor: lane.View().Join()})
	}
	frames := []feed.Frame{{Bytes: bytes.Repeat([]byte("x"), size)}}
	publish := func(n int) {
		for range n {
			frames[0].Event++
			lane.Append(frames, func(bool) []byte { return nil }, feed.Open)
			for s.Counts.Deliveries() < uint64(frames[0].Event)*watchers {
				runtime.Gosched()
			}
		}
	}
	publish(20) // what grows has grown
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	publish(events)
	runtime.ReadMemStats(&after)
	each := float64(after.Mallocs-before.Mallocs) / (events * watchers)
	if each > 0.05 {
		t.Errorf("%.4f allocations for a delivery", each)
	}
	if s.Counts.WouldBlocks() > 0 {
		t.Error("there was no room: what was measured is not a walk")
	}
}
