package pump

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/feed"
)

const (
	// chunk is about how much is written in one call: after each, the lag is
	// looked at again.
	chunk = 64 << 10
	// goodbyeTime is how long a client has to take note of the end, so that
	// bytes of his on the way do not turn our last ones into a reset.
	goodbyeTime = time.Second
)

// connection is one watch of the portable pump. The writer's goroutine runs
// run and all it calls, the reader's listen.
type connection struct {
	pump   *Goroutine
	sink   sink
	watch  Watch
	counts *part
	cursor feed.Cursor   // the writer's
	events uint64        // given whole; the writer's
	sent   atomic.Uint64 // bytes
	heard  chan struct{} // closed when nothing more will be heard

	force context.Context // ends what is left of a drain
	told  chan struct{}   // of a change of leave
	index int             // in Goroutine.mu.all; guarded by that
	leave leave           // likewise

	// writing is held while whole frames are written, so that an answer to
	// the client stands at a frame border.
	writing struct {
		sync.Mutex
		over bool // not a byte may follow
	}
	ending struct {
		sync.Mutex
		why Reason // what the client's side ended the watch with
	}
}

// contain runs the watch. A panic, of whoever encodes a status, say, ends this
// watch and no other.
func (c *connection) contain(ctx context.Context) (why Reason) {
	defer func() {
		if cause := recover(); cause != nil {
			c.pump.panicked(cause)
			c.sink.Close(true)
			why = Broken
		}
	}()
	return c.run(ctx)
}

func (p *Goroutine) panicked(cause any) {
	if p.options.Panicked != nil {
		p.options.Panicked(cause)
	}
}

// run writes until the watch ends, and says why it did.
func (c *connection) run(ctx context.Context) Reason {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, c.sink.Abort)()
	c.writing.Lock() // an answer comes behind the head
	go c.listen(cancel)
	_, err := c.writeLocked(c.watch.Head)
	if err == nil {
		_, err = c.writeLocked(c.watch.First)
	}
	c.writing.Unlock()
	why := Broken
	if err != nil {
		why = c.failure(ctx, err)
	} else {
		c.watch.Head, c.watch.First = nil, nil // it has been said: nothing more than the cursor is kept
		why = c.frames(ctx)
	}
	if heard := c.reason(); heard != Watching {
		why = heard
	}
	c.close(why)
	return why
}

// frames moves the cursor through the lane, and waits where there is nothing
// to write.
func (c *connection) frames(ctx context.Context) Reason {
	beat, beaten := c.heartbeat()
	defer beaten.Stop()
	old, due := c.age(), (<-chan time.Time)(nil)
	silent, look := c.heard, (<-chan time.Time)(nil)
	for {
		v := c.watch.Lane.View()
		more, why := c.advance(ctx, v)
		if why != Watching {
			return why
		}
		changed := v.Changed()
		if more {
			changed = always
		}
		select {
		case <-changed:
		case <-beat:
			if _, err := c.write(c.watch.Heartbeat); err != nil {
				return c.failure(ctx, err)
			}
			c.counts.heartbeats.Add(1)
			beaten.Reset(c.pump.options.Heartbeat)
		case <-c.told:
			due = c.due()
		case <-due:
			if why := c.leaves().why; why != Watching { // else it was taken back just now
				return why
			}
		case <-old:
			return Shed
		case <-silent:
			// A client that has shut down his side may still listen, or have
			// closed: that looks the same until his kernel answers a
			// keep-alive with a reset, and until the next event he would be
			// counted as a watcher.
			silent = nil // heard once
			if c.watch.HalfClose {
				look = time.Tick(max(c.pump.options.SendTimeout/2, time.Millisecond))
			}
		case <-look:
			if c.sink.Reset() {
				return Left
			}
		case <-ctx.Done():
			return c.failure(ctx, ctx.Err())
		}
	}
}

// always is ready.
var always = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// heartbeat is the timer of the first one: at a random moment, so that those
// who joined together are not woken together for ever.
func (c *connection) heartbeat() (<-chan time.Time, *time.Timer) {
	every := c.pump.options.Heartbeat
	if every <= 0 || c.watch.Heartbeat == nil {
		never := time.NewTimer(time.Hour)
		never.Stop()
		return nil, never
	}
	t := time.NewTimer(rand.N(every))
	return t.C, t
}

// advance writes what the cursor points at, at most a chunk; more says that it
// should be called again.
func (c *connection) advance(ctx context.Context, v *feed.View) (more bool, why Reason) {
	if v.AtEnd(c.cursor) {
		if v.End != feed.Open {
			return false, reasonOf(v.End)
		}
		return false, Watching
	}
	b, ok := v.Pending(c.cursor, chunk)
	if !ok || c.lags(v) {
		c.refreshed()
		c.cursor = v.Join()
		if _, err := c.write(v.Status(true)); err != nil {
			return false, c.failure(ctx, err)
		}
		return true, Watching
	}
	before := v.Reached(c.cursor)
	n, err := c.write(b)
	c.cursor.Offset += uint64(n)
	events := uint64(v.Reached(c.cursor) - before)
	c.events += events
	c.counts.deliveries.Add(events)
	if events == 1 && v.AtEnd(c.cursor) { // not one who catches up
		c.pump.delivery.observe(time.Since(v.Begun))
	}
	if err != nil {
		return false, c.failure(ctx, err)
	}
	return true, Watching
}

// refreshed counts that the watcher is given a fresh status.
func (c *connection) refreshed() {
	c.counts.refreshes.Add(1)
	if c.watch.Refreshed != nil {
		c.watch.Refreshed(c.watch.Ticket)
	}
}

func (c *connection) lags(v *feed.View) bool {
	lag := c.pump.options.Lag
	return lag > 0 && c.cursor.Offset >= c.cursor.Exempt && v.Behind(c.cursor) > lag
}

// write writes whole frames.
func (c *connection) write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	return c.writeLocked(p)
}

func (c *connection) writeLocked(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if c.writing.over {
		return 0, os.ErrClosed
	}
	n, err = write(c.sink, p, c.pump.options.SendTimeout)
	c.counts.writes.Add(1)
	c.counts.bytes.Add(uint64(n))
	c.sent.Add(uint64(n))
	// A frame that was cut must not be followed by anything.
	c.writing.over = err != nil && n > 0
	return n, err
}

// failure names why a write or a wait did not succeed.
func (c *connection) failure(ctx context.Context, err error) Reason {
	switch {
	case c.force.Err() != nil:
		return Draining
	case ctx.Err() != nil:
		return Left
	case errors.Is(err, os.ErrDeadlineExceeded):
		return TooSlow
	}
	return Broken
}

// close says farewell, where a frame border and the client allow it, and
// closes.
func (c *connection) close(why Reason) {
	c.farewell(why)
	if why != TooSlow && why != Broken && c.force.Err() == nil {
		c.sink.Finish()
		c.sink.SetReadDeadline(time.Now().Add(goodbyeTime))
		select {
		case <-c.heard:
		case <-c.force.Done():
		}
	}
	c.sink.Close(why == TooSlow)
	<-c.heard
}

// farewell writes the last bytes, unless the client was told his already. The
// lock is taken in any case: an answer that is being written comes first.
func (c *connection) farewell(why Reason) {
	patience := c.pump.options.SendTimeout
	if why == TooSlow {
		patience = time.Millisecond // as much as fits now, which is rarely any
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	if !c.writing.over && c.watch.Farewell != nil {
		n, _ := write(c.sink, c.watch.Farewell(why), patience)
		c.counts.bytes.Add(uint64(n))
		c.sent.Add(uint64(n))
	}
	c.writing.over = true
}
