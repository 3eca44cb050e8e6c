package pumptest

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/pump"
)

// drainOfAThousand: while events keep coming in bursts, each gets a piece of
// the feed that ends at a frame's border, the farewell, and the end.
func drainOfAThousand(t *testing.T, open opener) {
	const watchers = 1000
	r := newRig(t, open(defaults))
	read := make(chan struct{}, watchers)
	var readers sync.WaitGroup
	for i := range watchers {
		w := r.watch()
		w.Farewell = func(why pump.Reason) []byte { return []byte("<" + why.String() + ">") }
		attach, most := r.attach, 16<<10
		if i%10 == 0 { // who reads slowly stands in the middle of a frame
			attach, most = r.attachSmall, 500
		}
		c := attach(w)
		readers.Go(func() {
			if err := follow(c, r.lane, "<draining>", "<draining>", make([]byte, most), read); err != "" {
				t.Errorf("watcher %d: %s", i, err)
			}
		})
	}
	over := make(chan struct{})
	begun := make(chan struct{})
	var publisher sync.WaitGroup
	publisher.Go(func() {
		for burst := 1; ; burst++ {
			r.publish(1+burst%20, burst*337%10_000)
			for range 1 + r.counts.Active()/2 { // as fast as it is read
				select {
				case <-read:
				case <-over:
					return
				}
			}
			if burst == 3 {
				close(begun)
			}
		}
	})
	<-begun
	r.pump.Drain(200 * time.Millisecond)
	r.pump.Drained(context.Background())
	close(over)
	publisher.Wait()
	readers.Wait()
	for range watchers {
		r.leaves(pump.Draining)
	}
	r.settled(watchers)
}

// follow reads to the end, and says what is wrong with it: it must be the feed
// from its beginning up to a frame's border, and then a farewell, or another.
func follow(c net.Conn, lane *feed.Lane, farewell, another string, buffer []byte, read chan<- struct{}) (wrong string) {
	var at feed.Cursor
	var rest []byte // from the border on
	for {
		n, err := c.Read(buffer)
		rest = append(rest, buffer[:n]...)
		v := lane.View() // whatever was read was in it before
		for {
			frame, _ := v.Pending(at, 0)
			if len(frame) == 0 || !bytes.HasPrefix(rest, frame) {
				break
			}
			rest, at.Offset = rest[len(frame):], at.Offset+uint64(len(frame))
		}
		select {
		case read <- struct{}{}:
		default:
		}
		switch {
		case err == io.EOF && (string(rest) == farewell || string(rest) == another):
			c.Close()
			return ""
		case err != nil:
			return err.Error() + " after " + string(clip(rest))
		}
	}
}
