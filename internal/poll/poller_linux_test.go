package poll

import (
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func newPoller(t *testing.T) *Poller {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// waits expects these events' keys, in any order.
func waits(t *testing.T, p *Poller, most time.Duration, want ...uint64) []Event {
	t.Helper()
	events, err := p.Wait(most)
	must(t, err)
	expected := map[uint64]bool{}
	for _, key := range want {
		expected[key] = true
	}
	for i := range events {
		if key := events[i].Key(); !expected[key] {
			t.Fatalf("an event of %#x, want %#x", key, want)
		}
		delete(expected, events[i].Key())
	}
	if len(expected) > 0 {
		t.Fatalf("no event of %v", expected)
	}
	return events
}

// key has every bit that a key may have somewhere.
const key = 0xfedc_ba98_7654_3210

// An event is told of once, whether or not it is seen to.
func TestEdges(t *testing.T) {
	p := newPoller(t)
	fd, client := accepted(t, usual)
	must(t, p.Add(fd, key))
	waits(t, p, 0)
	for range 3 {
		client.Write([]byte("x"))
		e := waits(t, p, -1, key)[0]
		if !e.Readable() || e.Writable() || e.Hung() || e.Dead() {
			t.Fatalf("events %#x", e.Events)
		}
		waits(t, p, 0)
	}
	client.(*net.TCPConn).CloseWrite()
	if e := waits(t, p, -1, key)[0]; !e.Readable() || !e.Hung() || e.Dead() {
		t.Fatalf("events %#x of one who has shut down his side", e.Events)
	}
	waits(t, p, 0)
	client.(*net.TCPConn).SetLinger(0)
	client.Close()
	if e := waits(t, p, -1, key)[0]; !e.Dead() {
		t.Fatalf("events %#x of one who has gone", e.Events)
	}
	waits(t, p, 0)
}

// Room that has come is told of, each time anew.
func TestRoom(t *testing.T) {
	p := newPoller(t)
	fd, client := accepted(t, usual)
	client.(*net.TCPConn).SetReadBuffer(16 << 10)
	must(t, p.Add(fd, key))
	unread := len(fill(t, fd))
	must(t, p.AddWriting(fd, key+1))
	for range 10 {
		// What the kernels have moved between them meanwhile is room, too.
		for events := 1; events > 0; {
			unread += len(fill(t, fd))
			found, err := p.Wait(0)
			must(t, err)
			events = len(found)
		}
		if _, err := io.CopyN(io.Discard, client, int64(unread)); err != nil {
			t.Fatal(err)
		}
		if e := waits(t, p, -1, key+1)[0]; !e.Writable() || e.Readable() {
			t.Fatalf("events %#x when there is room", e.Events)
		}
		if unread, _ = Send(fd, []byte("x")); unread != 1 {
			t.Fatal("there is none")
		}
	}
}

func TestRoomThatIsThereIsAnEvent(t *testing.T) {
	p := newPoller(t)
	fd, client := accepted(t, usual)
	must(t, p.Add(fd, key))
	waits(t, p, 0)
	must(t, p.AddWriting(fd, key))
	if e := waits(t, p, -1, key)[0]; !e.Writable() {
		t.Fatalf("events %#x", e.Events)
	}
	waits(t, p, 0)
	client.Write([]byte("x")) // and what is said is still heard
	if e := waits(t, p, -1, key)[0]; !e.Readable() {
		t.Fatalf("events %#x", e.Events)
	}
}

// What happened to a descriptor that was closed, or removed, since, is not
// told of.
func TestNoEventOfOneWhoHasGone(t *testing.T) {
	p := newPoller(t)
	closed, one := acceptedOn(t, "127.0.0.1:0", usual)
	removed, two := accepted(t, usual)
	must(t, p.Add(closed, 1))
	must(t, p.Add(removed, 2))
	one.Write([]byte("x"))
	two.Write([]byte("x"))
	until(t, closed, unix.POLLIN)
	until(t, removed, unix.POLLIN)
	Close(closed)
	must(t, p.Remove(removed))
	waits(t, p, 0)
	if err := p.Remove(removed); err != syscall.ENOENT {
		t.Errorf("removed twice: %v", err)
	}
	if err := p.Add(-1, 3); err != syscall.EBADF {
		t.Errorf("added what is none: %v", err)
	}
	must(t, p.Add(removed, 4)) // again: what is there is an event
	waits(t, p, -1, 4)
}

// More than one call returns are returned by more calls, each once.
func TestMoreEventsThanABatch(t *testing.T) {
	p := newPoller(t)
	const number = batch + batch/2
	for i := range number {
		fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC)
		must(t, err)
		defer Close(int32(fd))
		must(t, p.Add(int32(fd), uint64(i)))
	}
	seen := map[uint64]int{}
	for len(seen) < number {
		events, err := p.Wait(-1)
		must(t, err)
		for i := range events {
			seen[events[i].Key()]++
		}
	}
	for i, times := range seen {
		if times != 1 {
			t.Errorf("%d was told of %d times", i, times)
		}
	}
	waits(t, p, 0)
}

// A poller that was closed fails, and whoever wakes it late does no harm.
func TestClosedPoller(t *testing.T) {
	p := newPoller(t)
	must(t, p.Close())
	p.Wake()
	p.sleeping.Store(true)
	p.Wake()
	if _, err := p.Wait(-1); err == nil {
		t.Error("a closed poller waits")
	}
}

// parks expects that a wait lasts until somebody wakes.
func parks(t *testing.T, p *Poller) {
	t.Helper()
	var woken atomic.Bool
	var waker sync.WaitGroup
	waker.Go(func() {
		for !p.sleeping.Load() && !t.Failed() {
			runtime.Gosched()
		}
		woken.Store(true)
		p.Wake()
	})
	waits(t, p, -1)
	if !woken.Load() {
		t.Error("it returned before anything had happened")
	}
	waker.Wait()
}

// A wait ends at its time, and its deadline ends no later one.
func TestWaitForAWhile(t *testing.T) {
	p := newPoller(t)
	for range 20 {
		waits(t, p, time.Millisecond)
	}
	parks(t, p)
}
