// Package pump moves frames from feeds to sockets. It knows no format and no
// rules of a match: a watch is a lane, a place in it, and a few bytes that its
// protocol wants said at certain moments.
//
// # What a pump promises
//
//   - A connection gets what its cursor points at, in order, each byte once.
//     A frame once begun is finished, or the connection is closed.
//   - A connection that takes nothing slows no other one and holds no memory
//     of ours: its cursor stands still. When it takes bytes again it goes on
//     from there, many frames in one call.
//   - More than Lag events behind, it is given a fresh status at a frame
//     border and goes on from there; a resume is not cut short.
//   - Bytes waiting and no progress for SendTimeout: it is closed.
//   - Whatever happens, Watch.Left is called once, and the lane is released.
//
// Every kind of pump passes the tests of pumptest.
package pump

import (
	"context"
	"net"
	"time"

	"matchstream/internal/feed"
)

// Options of a pump.
type Options struct {
	SendTimeout time.Duration // bytes waiting and no progress; > 0
	Heartbeat   time.Duration // between heartbeats of one connection; 0: none
	Lag         int64         // events behind before a fresh status; 0: never
	MaxAge      time.Duration // a connection is ended, as Shed, before it is older; 0: never
	// Panicked is told of each panic that was contained, by the goroutine it
	// happened in; the watch is closed. nil: nobody is told.
	Panicked func(cause any)
}

// Pump is what every kind of it does.
type Pump interface {
	// Attach takes over a connection. It returns at once. After Drain or Close
	// has been called, the connection is ended at once, as one that drains; after
	// Drain until Undrain is called.
	Attach(c net.Conn, w Watch)
	// Drain ends all connections at a frame border, as Draining, in a random
	// order, evenly within over. It returns once that has begun. Of several calls
	// the last one's time counts; who is to be shed is drained.
	Drain(over time.Duration)
	// Drained returns when none is left after a Drain; or when ctx is done, having
	// closed the rest wherever they were; or when Undrain or another Drain is called,
	// with which ctx has nothing to do. Where nothing drains it returns at once.
	Drained(ctx context.Context)
	// Undrain takes a drain back, and what is left of a shed: who has not been told
	// to go stays, and misses nothing, and Attach works again. Without either it
	// does nothing.
	Undrain()
	// Shed ends so many of a hundred, from 1 to 100, of those who are there now and
	// not to leave yet, each with the same chance, at a frame border, as Shed, in a
	// random order, evenly within over. It returns at once how many they are: the
	// share, rounded up. In a drain it is nobody.
	Shed(percent int, over time.Duration) int
	// Close closes whatever is left, wherever it is, and stops the pump. It
	// returns when all of its goroutines have ended.
	Close()
}

// Stream is what all who watch one lane in one protocol have in common. Those
// with the same *Stream are kept together.
type Stream struct {
	Lane *feed.Lane
	// Heartbeat is written now and then, at a frame border; nil: never.
	Heartbeat []byte
	// Farewell gives what is written before a connection is closed at a frame
	// border; nil: nothing.
	Farewell func(Reason) []byte
	// Hear makes who listens to one client; nil: what clients say is thrown
	// away, up to Talk bytes.
	Hear func() Hearer
	Talk int
	// HalfClose: a client may shut down its sending side and still gets its
	// match.
	HalfClose bool
	// Left is called once for each watch, after its end, by a goroutine of the
	// pump.
	Left func(Reason, Sent, Ticket)
	// Refreshed is called each time that a watcher was given a fresh status,
	// being too far behind, by a goroutine of the pump; nil: nobody is told.
	Refreshed func(Ticket)
	// Counts of the protocol.
	Counts *Counts
}

// Ticket is what the gate wants to be told again when a watch ends. The pump
// does not look into it.
type Ticket uint64

// Sent is what a watch's client was given, from head to farewell. What the
// kernel took and could not deliver is in it, too.
type Sent struct {
	Bytes  uint64
	Events uint64      // whose own frame was written whole
	Cursor feed.Cursor // where it stood at the end
}

// Hearer listens to one client.
type Hearer interface {
	// Hear is given what the client sends, cut in any way. Its answer is
	// written at a frame border; a reason other than Watching then ends the
	// watch (and no Farewell is written). Not kept between calls: p.
	Hear(p []byte) (answer []byte, end Reason)
	// Resting says that nothing is remembered: a new Hearer would do as well.
	Resting() bool
}

// Watch is one watcher, as the gate hands it over.
type Watch struct {
	*Stream             // its Lane counted in; the pump releases it
	Cursor  feed.Cursor // its place there
	// Head is written before anything else: the answer of a handshake. The pump
	// may append to it, and does not keep it.
	Head []byte
	// First is written next: the status for who joins. It is shared, and does
	// not change.
	First []byte
	// Said is what the client has said behind its handshake already.
	Said   []byte
	Ticket Ticket
}

// Reason why a watch has ended.
type Reason uint8

const (
	Watching Reason = iota // it has not
	Ended                  // the match is over, all has been written
	Deleted                // the match was deleted
	Left                   // the client closed
	Draining               // the node is stopping
	TooSlow                // no progress for SendTimeout
	TooMuch                // the client sent more than it may
	Misspoke               // the client broke the protocol
	Broken                 // writing failed: the connection was reset, or timed out
	Stale                  // the lane was replaced: come back with your position
	Shed                   // to even out the load of nodes: come back with your position
	Reasons                // how many there are
)

// String is the reason's name in metrics and logs.
func (r Reason) String() string {
	return [...]string{"watching", "ended", "deleted", "left", "draining", "too_slow", "too_much", "misspoke", "broken", "stale", "shed"}[r]
}

// reasonOf a lane's end.
func reasonOf(e feed.End) Reason {
	switch e {
	case feed.Over:
		return Ended
	case feed.Gone:
		return Deleted
	default:
		return Stale
	}
}
