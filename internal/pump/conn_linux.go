package pump

import (
	"net/netip"
	"sync/atomic"

	"matchstream/internal/feed"
)

// conn is a connection as a loop keeps it. There is one for each of a million
// watchers, so it is small, and it holds no pointer, so that the garbage
// collector does not look at it. What only few need at a time (bytes that wait
// for room, half a request) lies beside it, in loop.sides. It fills one line of
// the cache.
type conn struct {
	offset   uint64 // the cursor's. Of one in the hall, its number among those that came there
	exempt   uint64 // likewise
	sent     uint64 // bytes it was given
	ticket   Ticket
	fd       int32
	progress uint32 // tick at which it last took bytes; of one that is greeted, at which it came
	due      uint32 // tick at which the wheel has it; 0: it has not
	beat     uint32 // tick of the next heartbeat; 0: none. Of one that is greeted, at which it last said something
	heard    uint32 // bytes the client has said that were thrown away
	unsent   int32  // bytes the kernel held when it was last looked at
	events   uint32 // it was given whole. Of one that is greeted, the number of its door
	state    state
	reason   Reason // why it is about to end; Watching: it is not
	busy     busy
	notes    notes
}

// given is what it was given so far.
func (c *conn) given() Sent {
	return Sent{Bytes: c.sent, Events: uint64(c.events), Cursor: feed.Cursor{Offset: c.offset, Exempt: c.exempt}}
}

// state of a connection.
type state uint8

const (
	greeting  state = iota // it has not said what it wants
	pondering              // the door's Later is at it
	watching
	parting // all has been said: it is given time to read it
)

// busy: why a walk passes a connection by. Something else comes first.
type busy uint8

const (
	full   busy = 1 << iota // no room; the poller will tell
	rest                    // bytes that are no part of the lane come first: side.rest
	cut                     // a frame was written in part: it is finished first
	answer                  // an answer waits for the frame's border: side.answer
	ending                  // conn.reason is set
)

// notes of what is true of a connection.
type notes uint8

const (
	halfClosed notes = 1 << iota // the client has shut down his side
	forRoom                      // the poller tells of room, too
	beside                       // there is a side
	deaf                         // bytes may be there that were left unread
	again                        // it is in loop.again
	finished                     // of one who parts: our sending side is shut down
	stuck                        // it has taken nothing since there was no room
	noted                        // it is in loop.behind

	leaving = finished // of one who watches: he is in loop.departures
)

// group is the connections of one loop that watch one stream. They lie
// together, so that an event walks memory in order. Group 0 is the hall: who
// watches nothing yet, or no more.
type group struct {
	loop   *loop
	index  int32
	stream *Stream // nil: the hall
	counts *part
	dirty  atomic.Bool // it is among loop.mail.changed
	chunks [][]conn
	n      int
}

// chunks are of this many connections, all but a first one, which grows.
const (
	chunkBits = 7
	chunkSize = 1 << chunkBits
	// sparesKept of a loop: 450 kB.
	sparesKept = 64
)

func (g *group) at(i int) *conn { return &g.chunks[i>>chunkBits][i&(chunkSize-1)] }

// push puts a connection at the end and returns its place.
func (g *group) push(c conn) int {
	i := g.n
	if k := i >> chunkBits; k == 0 && i == 0 && len(g.chunks) == 0 {
		g.chunks = append(g.chunks, make([]conn, 1))
	} else if k == len(g.chunks) {
		g.chunks = append(g.chunks, g.loop.chunk())
	} else if j := i & (chunkSize - 1); j == len(g.chunks[k]) {
		larger := make([]conn, 2*j)
		copy(larger, g.chunks[k])
		g.chunks[k] = larger
	}
	*g.at(i) = c
	g.n++
	return i
}

// pull takes the connection at i out; the last one takes its place. It gives
// back a chunk when a second one is empty, so that coming and going at the
// border of a chunk costs nothing.
func (g *group) pull(i int) (moved *conn) {
	g.n--
	last := g.at(g.n)
	if i != g.n {
		moved = g.at(i)
		*moved = *last
	}
	*last = conn{}
	if spare := g.n>>chunkBits + 2; len(g.chunks) > spare {
		g.loop.recycle(g.chunks[spare])
		g.chunks[spare] = nil
		g.chunks = g.chunks[:spare]
	}
	return moved
}

// chunk is an empty one. At a kick-off the hall's become those of the match.
func (l *loop) chunk() []conn {
	if n := len(l.chunks); n > 0 {
		c := l.chunks[n-1]
		l.chunks[n-1] = nil
		l.chunks = l.chunks[:n-1]
		return c
	}
	return make([]conn, chunkSize)
}

// recycle keeps some empty chunks.
func (l *loop) recycle(c []conn) {
	if len(c) == chunkSize && len(l.chunks) < sparesKept {
		l.chunks = append(l.chunks, c)
	}
}

// Changed has the group walked: see feed.Subscriber.
func (g *group) Changed() {
	if !g.dirty.Swap(true) && !g.walkHere() {
		g.loop.tell(func() { g.loop.mail.changed = append(g.loop.mail.changed, g) })
	}
}

// place is where the connection of a descriptor lies. generation rises with
// each connection that has the descriptor, so that a late event of an earlier
// one is known.
type place struct {
	group      int32 // nowhere: none; below: a listener
	at         int32
	generation uint32
}

const (
	nowhere       = -1
	firstListener = -2
)

// places are by descriptor. The low numbers are shared out over all loops, so
// each has nearly as many as there are descriptors, in pieces.
type places [][]place

const (
	pieceBits = 9
	pieceSize = 1 << pieceBits
)

func (p places) at(fd int32) *place { return &p[fd>>pieceBits][fd&(pieceSize-1)] }

// grow makes room for a descriptor.
func (p *places) grow(fd int32) {
	for int(fd>>pieceBits) >= len(*p) {
		*p = append(*p, nil)
	}
	if piece := &(*p)[fd>>pieceBits]; *piece == nil {
		*piece = make([]place, pieceSize)
		for i := range *piece {
			(*piece)[i].group = nowhere
		}
	}
}

// side is what only few connections need, and not for long.
type side struct {
	said   []byte         // of a greeting
	from   netip.AddrPort // of a greeting: introduced as
	rest   []byte         // bytes that come before anything else
	answer []byte         // to be written at the frame's border
	hearer Hearer         // in the middle of something
	final  bool           // after the answer nothing is written
}
