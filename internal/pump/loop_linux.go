package pump

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/poll"
)

// loop is a goroutine with some of the pump's connections.
//
// # How it works
//
// It asks the kernel what has happened to its sockets, and other goroutines
// what they want of it (mail), and acts on it; when there is nothing, it
// parks. An event wakes each loop once, whatever the number of its watchers:
// the lane tells the group, the group marks itself, and the loop walks it
// (walk), which is a send for each connection and nothing else. What does not
// go the plain way (no room, a frame written in part, an answer, the end) is
// flow's: one connection, step by step, until there is nothing to do or no
// room.
//
// # Invariants
//
//   - Only who holds the loop touches its connections. That is its goroutine,
//     all the time but while it waits; then a publisher may, for a few sends
//     (walkHere). All others post.
//   - A *conn is good until the next pull of its group: after anything that may
//     end or move the connection it is looked up again by its key.
//   - A descriptor's place is cleared before the descriptor is closed, since
//     another loop may be given the same number at once.
//   - What other rooms' code does in here (doors, farewells, the encoding of a
//     status) may panic: that ends the one connection (contain).
type loop struct {
	pump    *Epoll
	id      int // of its part of the counts
	poller  *poll.Poller
	held    sync.Mutex // over everything below but the mail
	places  places
	groups  []*group
	chunks  [][]conn // empty ones
	free    []int32  // of groups
	watched map[*Stream]*group
	sides   map[int32]*side // by descriptor

	now       uint32 // tick
	wheel     wheel
	swept     uint32   // tick of the last sweep
	again     []uint64 // keys of connections that have more to do
	round     []uint64 // those that are having it
	buffer    []byte   // everything is read into it
	scratch   []byte   // verdicts are made in it
	slow      []uint64 // keys that a walk left for flow
	listeners []listener
	came      uint64       // connections that came to the hall
	asked     uint64       // of them, those of whom the poller was asked since
	closed    uint64       // connections that it has closed
	inside    int          // connections that it has
	sample    sample       // of the hall
	hall      atomic.Int32 // how many are in the hall: for other loops
	asking    atomic.Bool  // other loops are asked to make room
	stalled   bool         // a listener waits for descriptors
	eager     bool         // a listener has more
	caller    Caller
	calling   int32 // its descriptor
	// introduced is the address that somebody has told of the one who calls, or
	// the zero one.
	introduced netip.AddrPort
	draining   bool // who comes is sent off
	departures []departure
	hand       hand
	stopped    bool
	fanout     histogram
	delivery   histogram
	behind     behind
	work       work

	mail struct {
		sync.Mutex
		closed  bool
		letters []func()
		changed []*group
	}
	letters []func() // the one of two lists that is being read
	changed []*group
}

const (
	bufferSize  = 64 << 10
	scratchSize = 16 << 10
)

func newLoop(p *Epoll, id int) (*loop, error) {
	poller, err := poll.New()
	if err != nil {
		return nil, err
	}
	l := &loop{pump: p, id: id, poller: poller, watched: map[*Stream]*group{}, sides: map[int32]*side{},
		buffer: make([]byte, bufferSize), scratch: make([]byte, 0, scratchSize), now: p.now()}
	l.wheel.hand = l.now
	l.hand = hand{at: rand.Uint32(), moved: l.now} // no two nodes' go together
	l.groups = []*group{{loop: l, counts: new(part)}}
	l.caller.From = l.callerFrom
	return l, nil
}

func (l *loop) run() {
	defer l.poller.Close()
	l.held.Lock()
	defer l.held.Unlock()
	defer func() { // what came in while it stopped
		l.readMail()
		l.cutOff(true)
	}()
	l.work.begins(l.pump.time())
	for !l.stopped {
		most := l.patience()
		l.work.rests(l.pump.time())
		l.held.Unlock()
		events, err := l.poller.Wait(most)
		l.held.Lock()
		at := l.pump.time()
		l.work.begins(at)
		l.now = l.pump.tickAt(at)
		if err != nil {
			// It cannot happen; if it does, a loop that spins helps nobody.
			l.pump.panicked(err)
			time.Sleep(time.Second)
		}
		l.asked = l.came
		for i := range events {
			l.event(&events[i])
		}
		l.readMail()
		l.goOn()
		l.wheel.turn(l.now, l.meet)
		l.depart()
		l.age()
		l.sweep()
		l.retry()
		l.hall.Store(int32(l.groups[0].n))
	}
}

// patience is how long the loop may park.
func (l *loop) patience() time.Duration {
	if len(l.again) > 0 || l.eager {
		return 0
	}
	next := l.wheel.next()
	for _, n := range [...]int{l.untilSweep(), l.untilAging()} {
		if n >= 0 && (next < 0 || n < next) {
			next = n
		}
	}
	switch {
	case l.stalled, len(l.departures) > 0:
		return l.pump.tick
	case next < 0:
		return -1
	}
	return time.Duration(next) * l.pump.tick
}

// event is one of the kernel's.
func (l *loop) event(e *poll.Event) {
	key := e.Key()
	fd := int32(uint32(key))
	at := l.places.at(fd)
	if at.generation != uint32(key>>32) {
		return // of an earlier connection with this descriptor
	}
	if at.group <= firstListener {
		l.accept(&l.listeners[firstListener-at.group], false)
		return
	}
	l.contain(key, func(c *conn) {
		if e.Dead() {
			l.lost(c, Left)
			return
		}
		if e.Writable() && c.busy&full != 0 {
			c.busy &^= full
			l.flow(c)
		}
		if c = l.find(key); c != nil && e.Readable() {
			l.hear(c, e.Hung())
		}
	})
}

// contain runs f on the connection of a key, if it is still there. A panic
// ends it and no other.
func (l *loop) contain(key uint64, f func(*conn)) {
	c := l.find(key)
	if c == nil {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			l.pump.panicked(cause)
			if c := l.find(key); c != nil {
				c.reason = Broken
				l.lost(c, Broken)
			}
		}
	}()
	f(c)
}

// goOn serves those who had more to do than one turn.
func (l *loop) goOn() {
	l.again, l.round = l.round[:0], l.again
	for _, key := range l.round {
		l.contain(key, func(c *conn) {
			c.notes &^= again
			l.flow(c)
			if c = l.find(key); c != nil && c.notes&deaf != 0 && c.busy&answer == 0 {
				l.hear(c, true) // the event that told of it is long gone
			}
		})
	}
}

// comeBack has a connection served again in the next round.
func (l *loop) comeBack(c *conn) {
	if c.notes&again == 0 {
		c.notes |= again
		l.again = append(l.again, l.key(c))
	}
}

// post has f run by the loop; false if it runs no more.
func (l *loop) post(f func()) bool {
	return l.tell(func() { l.mail.letters = append(l.mail.letters, f) })
}

// tell changes the mail and wakes the loop.
func (l *loop) tell(f func()) bool {
	l.mail.Lock()
	if l.mail.closed {
		l.mail.Unlock()
		return false
	}
	f()
	l.mail.Unlock()
	l.poller.Wake()
	return true
}

func (l *loop) readMail() {
	l.mail.Lock()
	l.letters, l.mail.letters = l.mail.letters, l.letters[:0]
	l.changed, l.mail.changed = l.mail.changed, l.changed[:0]
	l.mail.Unlock()
	if len(l.changed) > 0 {
		begun := time.Now()
		for i, g := range l.changed {
			l.walk(g)
			l.changed[i] = nil
		}
		l.work.walked(time.Since(begun))
	}
	for i, f := range l.letters {
		f()
		l.letters[i] = nil
	}
}

// stop ends the loop. All its connections have been closed.
func (l *loop) stop() {
	l.mail.Lock()
	l.mail.closed = true
	l.mail.Unlock()
	l.stopped = true
}
