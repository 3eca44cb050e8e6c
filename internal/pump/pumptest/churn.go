package pumptest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// Churn has watchers come and go in so many rounds while events are published,
// some in the middle of a frame and with a reset. Whoever stays for a while
// gets a status and then every event; and when all have gone nothing is left:
// no descriptor, no goroutine, no watcher.
func Churn(t *testing.T, open func(pump.Options) pump.Pump, rounds int) {
	churn(t, open, 1) // what the runtime makes once is there then
	descriptors, goroutines := openDescriptors(t), runtime.NumGoroutine()
	churn(t, open, rounds)
	if after := openDescriptors(t); after > descriptors {
		t.Errorf("%d descriptors, and %d before", after, descriptors)
	}
	// One that has nothing more to do may not have ended yet.
	for end := time.Now().Add(patience); runtime.NumGoroutine() > goroutines; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, and %d before", runtime.NumGoroutine(), goroutines)
		}
	}
}

// openDescriptors is how many this process has, where that can be seen.
func openDescriptors(t *testing.T) int {
	if runtime.GOOS != "linux" {
		return 0
	}
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// crowd is what all of a churn have in common.
type crowd struct {
	*testing.T
	pump   pump.Pump
	lane   *feed.Lane
	stream *pump.Stream
	last   atomic.Uint64 // ticket
	// watches are the tickets of those who have not left, there until there
	// are none.
	watches sync.Map
	there   sync.WaitGroup
}

func churn(t *testing.T, open opener, rounds int) {
	const goers = 16
	c := &crowd{T: t, pump: open(defaults), lane: feed.NewLane(status(0))}
	c.stream = &pump.Stream{Lane: c.lane, Counts: new(pump.Counts), Left: func(_ pump.Reason, _ pump.Sent, ticket pump.Ticket) {
		if _, watches := c.watches.LoadAndDelete(ticket); !watches {
			t.Errorf("watch %d has ended twice", ticket)
		}
		c.there.Done()
	}}
	stop := make(chan struct{})
	var all, publisher sync.WaitGroup
	publisher.Go(func() { c.publishUntil(stop) })
	for i := range goers {
		all.Go(func() {
			random := rand.New(rand.NewPCG(5, uint64(i)))
			for range rounds {
				if err := c.comesAndGoes(random); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	c.there.Wait() // while events come: some are seen to have gone by these
	close(stop)
	publisher.Wait()
	if active, watchers := c.stream.Counts.Active(), c.lane.Watchers(); active != 0 || watchers != 0 {
		t.Errorf("%d watches are active, the lane counts %d", active, watchers)
	}
	c.pump.Close()
}

// publishUntil publishes in bursts, and keeps what some are still behind by.
func (c *crowd) publishUntil(stop <-chan struct{}) {
	for n := int64(1); ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		frame := fmt.Appendf(nil, "<event %d %s>", n, bytes.Repeat([]byte{'x'}, int(n*37%3000)))
		c.lane.Append([]feed.Frame{{Event: n, Bytes: frame}}, status(n), feed.Open)
		if n%1000 == 0 {
			c.lane.Forget(1 << 20)
		}
		if n%10 == 0 {
			runtime.Gosched()
		}
	}
}

// comesAndGoes is one watch: a few frames, and then in the middle of another.
func (c *crowd) comesAndGoes(random *rand.Rand) error {
	server, client, err := dialPair(c.pump)
	if err != nil {
		return err
	}
	defer client.Close()
	c.lane.Acquire()
	c.there.Add(1)
	ticket := pump.Ticket(c.last.Add(1))
	c.watches.Store(ticket, true)
	v := c.lane.View()
	c.pump.Attach(server, pump.Watch{Stream: c.stream, Cursor: v.Join(), Head: v.Status(true), Ticket: ticket})
	frames := bufio.NewReaderSize(client, 100+random.IntN(5000))
	var last int64
	for range 1 + random.IntN(20) {
		frame, err := frames.ReadBytes('>')
		var now int64
		if n, _ := fmt.Sscanf(string(frame), "<status %d>", &now); n == 1 {
			last = now
			continue
		}
		if n, _ := fmt.Sscanf(string(frame), "<event %d", &now); n != 1 || now != last+1 || err != nil {
			return fmt.Errorf("behind event %d came %q, %v", last, clip(frame), err)
		}
		last = now
	}
	io.CopyN(io.Discard, frames, random.Int64N(2000))
	switch random.IntN(4) {
	case 0:
		client.CloseWrite()
		_, err := io.Copy(io.Discard, client) // to the end: it is a close like any other
		if _, secure := client.(overTLS); secure {
			return nil // and may come in the middle of a record, which is no clean end
		}
		return err
	case 1:
		client.SetLinger(0)
	}
	return nil
}
