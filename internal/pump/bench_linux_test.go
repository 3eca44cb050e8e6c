package pump_test

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"matchstream/internal/feed"
	"matchstream/internal/poll"
	"matchstream/internal/pump"
)

// What both kinds of pump cost, and beside them the least that it can cost: a
// loop that does nothing but send. All to a crowd in another process, and the
// clock stops when it has read everything.

// frameSize of an event, as most are.
const frameSize = 120

// fan writes events to a crowd.
type fan interface {
	// event gives everybody n frames more.
	events(n int)
}

var kinds = []struct {
	name string
	open func(*testing.B, *crowd) fan
}{
	{"bare", newBare},
	{"epoll", func(b *testing.B, c *crowd) fan {
		p, err := pump.NewEpoll(pump.Options{SendTimeout: time.Minute}, len(c.conns))
		must(b, err)
		return newPumped(b, c, p)
	}},
	{"goroutine", func(b *testing.B, c *crowd) fan {
		return newPumped(b, c, pump.NewGoroutine(pump.Options{SendTimeout: time.Minute}))
	}},
}

// BenchmarkFanout is an event to all; every iteration waits until all have it.
func BenchmarkFanout(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		for _, k := range kinds {
			b.Run(fmt.Sprintf("%s/%d", k.name, n), func(b *testing.B) { measure(b, k.open, n, 1) })
		}
	}
}

// BenchmarkCatchUp is a crowd that stands a thousand events behind; bare must
// send each of them, since that is what a loop without a log can do.
func BenchmarkCatchUp(b *testing.B) {
	for _, k := range kinds {
		frames := 1000
		if k.name == "bare" {
			frames = 20 // of the thousand: it takes each as long
		}
		b.Run(k.name, func(b *testing.B) { measure(b, k.open, crowdMost(), frames) })
	}
}

// crowdMost is 18,000, or as many as fit.
func crowdMost() int { return min(18_000, poll.Descriptors()-1000) }

func measure(b *testing.B, open func(*testing.B, *crowd) fan, n, frames int) {
	if n > crowdMost() {
		b.Skipf("%d connections do not fit into %d descriptors", n, poll.Descriptors())
	}
	c := gather(b, n)
	f := open(b, c)
	f.events(1)
	c.drained(int64(n) * frameSize)
	before := processor(b)
	for b.Loop() {
		f.events(frames)
		c.drained(int64(n) * int64(frames) * frameSize)
	}
	deliveries := float64(b.N) * float64(n) * float64(frames)
	b.ReportMetric(float64(processor(b)-before)/deliveries, "cpu-ns/delivery")
	b.ReportMetric(deliveries/b.Elapsed().Seconds(), "deliveries/s")
	b.ReportMetric(0, "ns/op")
}

// processor is the time this process has had of them.
func processor(b *testing.B) time.Duration {
	var u unix.Rusage
	must(b, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// pumped is a lane and a pump.
type pumped struct {
	lane *feed.Lane
	last int64
}

func newPumped(b *testing.B, c *crowd, p pump.Pump) fan {
	b.Cleanup(p.Close)
	f := &pumped{lane: feed.NewLane(func(bool) []byte { return nil })}
	s := &pump.Stream{Lane: f.lane, Counts: new(pump.Counts)}
	for _, conn := range c.conns {
		f.lane.Acquire()
		p.Attach(conn, pump.Watch{Stream: s, Cursor: f.lane.View().Join()})
	}
	return f
}

var oneFrame = bytes.Repeat([]byte("x"), frameSize)

func (f *pumped) events(n int) {
	frames := make([]feed.Frame, n)
	for i := range frames {
		f.last++
		frames[i] = feed.Frame{Event: f.last, Bytes: oneFrame}
	}
	f.lane.Append(frames, func(bool) []byte { return nil }, feed.Open)
}

// bare is two loops of sends, each over half of the crowd.
type bare [2][]int32

func newBare(b *testing.B, c *crowd) fan {
	f := new(bare)
	for i, conn := range c.conns {
		fd, err := poll.Adopt(conn.(*net.TCPConn), poll.Accepted{SendBuffer: 64 << 10, NotSent: 16 << 10})
		must(b, err)
		f[i%2] = append(f[i%2], fd)
		b.Cleanup(func() { poll.Close(fd) })
	}
	return f
}

func (f *bare) events(n int) {
	var both sync.WaitGroup
	for _, half := range f {
		both.Go(func() {
			for range n {
				for _, fd := range half {
					for p := oneFrame; len(p) > 0; {
						sent, errno := poll.Send(fd, p)
						if errno != 0 && errno != syscall.EAGAIN {
							panic(errno)
						}
						p = p[sent:]
					}
				}
			}
		})
	}
	both.Wait()
}
