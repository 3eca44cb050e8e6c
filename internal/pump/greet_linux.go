package pump

import (
	"bytes"
	"math"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"

	"matchstream/internal/poll"
)

// acceptsInARow is how many connections a listener is asked for before those
// that are in have their turn.
const acceptsInARow = 256

// acceptsFailed so often in a row, the listener is left alone for a tick.
const acceptsFailed = 16

// staggerEvery so many connections, their keep-alive begins at another moment.
const staggerEvery = 16

// listener is a loop's part of a door.
type listener struct {
	fd    int32
	door  uint16
	key   uint64
	n     uint   // accepted
	waits bool   // until there are descriptors
	more  bool   // connections were left
	queue int    // of those that wait, and are counted
	found uint32 // tick at which it was found that nobody makes room; 0: not now
	asked uint32 // tick at which other loops were asked last
}

// listen begins to take connections.
func (l *loop) listen(door uint16, fd int32) {
	i := len(l.listeners)
	key, err := l.enroll(fd, int32(firstListener-i))
	l.listeners = append(l.listeners, listener{fd: fd, door: door, key: key, waits: err != nil})
	if err != nil {
		l.pump.panicked(err)
	}
	l.accept(&l.listeners[i], false)
}

// accept takes connections until there are none, or enough for now. Others make
// room for them when a listener is asked once more (retry): then all has been
// heard that anybody has said.
func (l *loop) accept(li *listener, retrying bool) {
	li.waits, li.more = false, false
	if li.fd < 0 {
		return
	}
	way, failed := l.way(li.door), 0
	for range acceptsInARow {
		if !l.pump.enter() && !(retrying && l.makeRoomAt(li) && l.pump.enter()) {
			l.wait(li, retrying)
			return
		}
		fd, from, errno := poll.Accept(li.fd)
		switch errno {
		case 0:
			li.queue, li.found = max(0, li.queue-1), 0
			if li.n++; li.n%staggerEvery == 0 {
				poll.Stagger(li.fd)
			}
			l.arrive(fd, from, li.door, way)
			continue
		case syscall.EAGAIN:
			l.never()
			return
		case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM:
			// Somebody else in this process, or machine, has taken what was
			// counted as ours. They come free again.
			l.noneLeft()
			if !retrying || !l.makeRoomAt(li) {
				l.wait(li, retrying)
				return
			}
			continue
		}
		l.never() // that one was gone already
		if failed++; failed == acceptsFailed {
			l.stall(li) // or something is wrong for good
			return
		}
	}
	li.more = true
}

// never takes back that a connection was counted in.
func (l *loop) never() {
	l.pump.free()
	l.pump.leave()
}

// noneLeft takes it back where the kernel had no descriptor. Nothing has come
// free, so nobody is woken to try the same: loops would go on waking each other.
func (l *loop) noneLeft() {
	l.pump.inVain.Add(1)
	l.pump.open.Add(-1)
	l.pump.leave()
}

func (l *loop) stall(li *listener) {
	li.waits = true
	if !l.stalled {
		l.stalled = true
		l.pump.stalled.Add(1)
	}
}

// retry asks the listeners that could not go on.
func (l *loop) retry() {
	if l.stalled {
		l.stalled = false
		l.pump.stalled.Add(-1)
	}
	l.eager = false
	for i := range l.listeners {
		li := &l.listeners[i]
		if li.more || li.waits {
			l.accept(li, true)
		}
		l.eager = l.eager || li.more
	}
}

// shut closes the listeners, and who has not come through.
func (l *loop) shut() {
	for i := range l.listeners {
		li := &l.listeners[i]
		if li.fd >= 0 {
			l.forget(li.fd)
			poll.Close(li.fd)
			li.fd = -1
		}
	}
	hall := l.groups[0]
	for i := hall.n - 1; i >= 0; i-- {
		if c := hall.at(i); c.state == greeting {
			l.lost(c, Left)
		}
	}
}

func (l *loop) way(door uint16) *doorway { return (*l.pump.doors.Load())[door] }

func (l *loop) door(c *conn) *doorway { return l.way(uint16(c.events)) }

// arrive is a connection that has just been accepted.
func (l *loop) arrive(fd int32, from netip.AddrPort, door uint16, way *doorway) {
	l.pump.taken.Add(1)
	c := l.begin(fd)
	if c == nil {
		l.never()
		return
	}
	key := l.key(c)
	c.events = uint32(door)
	c.state = parting // should Enter panic
	l.contain(key, func(c *conn) {
		ticket, refusal, ok := way.Enter(from)
		if !ok && way.patience.Asked {
			l.keepBack(c, refusal)
			return
		}
		if !ok {
			l.turnAway(c, refusal)
			return
		}
		c.state, c.ticket, c.beat = greeting, ticket, l.now
	})
}

// greet lets the door decide.
func (l *loop) greet(c *conn, p []byte, over, silent bool) {
	way, said := l.door(c), p
	if c.notes&beside != 0 {
		s := l.sides[c.fd]
		s.said = append(s.said, p...)
		said = s.said
	}
	if len(p) > 0 {
		c.beat = l.now
	}
	v, said := l.ask(c, way, said, over, silent)
	if v.Kind == Wait {
		if over || len(said) > way.patience.Longest {
			l.lost(c, Left)
			return
		}
		if c.notes&beside == 0 && len(said) > 0 {
			l.side(c).said = bytes.Clone(said)
		}
		if l.introduced.IsValid() {
			l.side(c).from = l.introduced
		}
		if way.silence > 0 && !silent && len(said) > 0 {
			l.at(c, l.now+way.silence)
		}
		return
	}
	l.decided(c, way, v)
}

// ask the door about all that he has said; once he has been introduced, about
// what is behind that. It returns what there is of it.
func (l *loop) ask(c *conn, way *doorway, said []byte, over, silent bool) (Verdict, []byte) {
	l.scratch = l.scratch[:0]
	l.calling, l.introduced = c.fd, l.introducedAs(c)
	for {
		l.caller = Caller{Said: said, Over: over, Silent: silent, Ticket: c.ticket, Scratch: l.scratch, From: l.caller.From}
		v := way.Greet(&l.caller)
		if v.Kind != Introduce {
			return v, said
		}
		said = said[v.Introduced.Said:]
		c.ticket = v.Introduced.Ticket
		if from := v.Introduced.From; from.IsValid() {
			l.introduced = from
		}
		if c.notes&beside != 0 {
			l.sides[c.fd].said = said
		}
	}
}

// introducedAs is the address that somebody else has told of a caller; the zero
// AddrPort: nobody has.
func (l *loop) introducedAs(c *conn) netip.AddrPort {
	if c.notes&beside == 0 {
		return netip.AddrPort{}
	}
	return l.sides[c.fd].from
}

// from is where a connection in the hall comes from.
func (l *loop) from(c *conn) netip.AddrPort {
	if told := l.introducedAs(c); told.IsValid() {
		return told
	}
	return poll.Peer(c.fd)
}

// callerFrom is where he comes from about whom a door is asked.
func (l *loop) callerFrom() netip.AddrPort {
	if l.introduced.IsValid() {
		return l.introduced
	}
	return poll.Peer(l.calling)
}

// decided does what a door has decided.
func (l *loop) decided(c *conn, way *doorway, v Verdict) {
	if v.Kind != PassOn && c.notes&beside != 0 {
		l.sides[c.fd].said = nil
		l.sides[c.fd].from = netip.AddrPort{}
		l.besides(c)
	}
	if v.Kind == PassOn && c.state == pondering {
		v.Kind = Hang // what he said is not kept
	}
	switch v.Kind {
	case Admit:
		v.Watch.Counts.part(l.id).opened.Add(1)
		l.admit(c, v.Watch)
	case TurnAway:
		c.state = parting
		way.Leave(c.ticket, false)
		l.turnAway(c, v.Sentence)
	case KeepBack:
		c.state, c.progress = parting, l.now
		way.Leave(c.ticket, false)
		l.keepBack(c, bytes.Clone(v.Sentence))
	case PassOn:
		l.passOn(c, way)
	case Ponder:
		c.state = pondering
		l.ponder(l.key(c), way, c.ticket, v.Later)
	default:
		c.state = greeting
		l.lost(c, Left)
	}
}

// turnAway says why, and closes.
func (l *loop) turnAway(c *conn, sentence []byte) {
	c.state = parting
	c.progress = l.now
	if len(sentence) > 0 {
		l.side(c).rest = bytes.Clone(sentence)
		c.busy |= rest
	}
	l.flow(c)
}

// keepBack says why once he has said something, or closes.
func (l *loop) keepBack(c *conn, sentence []byte) {
	l.side(c).rest = sentence
	l.at(c, l.now+l.pump.ticks(goodbyeTime))
}

// admit makes a watcher of a connection in the hall.
func (l *loop) admit(c *conn, w Watch) {
	g := l.group(w.Stream)
	c = l.move(c, g)
	// The cursor is set before the head is written: who reads that he watches
	// does.
	c.state, c.ticket, c.offset, c.exempt = watching, w.Ticket, w.Cursor.Offset, w.Cursor.Exempt
	c.progress, c.beat, c.events = l.now, 0, 0
	l.pump.watching.Add(1)
	key := l.key(c)
	l.firstBeat(c)
	if !l.begun(c, w) {
		return
	}
	l.flow(c)
	if c = l.find(key); c != nil && c.state == watching && len(w.Said) > 0 {
		l.heard(c, w.Said)
	}
	if c = l.find(key); c != nil && c.state == watching && c.notes&halfClosed != 0 && !w.HalfClose {
		l.lost(c, Left) // while somebody pondered
		return
	}
	if c = l.find(key); c != nil && l.draining {
		l.dismiss(c, Draining)
	}
}

// begun writes what comes before the lane; false: the connection was closed.
func (l *loop) begun(c *conn, w Watch) bool {
	head, first := w.Head, w.First
	if len(head) > 0 && len(first) <= cap(head)-len(head) {
		head, first = append(head, first...), nil // one call for both
	}
	n, alive := l.send(c, head)
	if !alive {
		return false
	}
	var left []byte
	if n < len(head) {
		left = append(bytes.Clone(head[n:]), first...)
	} else if len(first) > 0 {
		if n, alive = l.send(c, first); !alive {
			return false
		}
		left = first[n:] // shared: who is slow holds no copy
	}
	if len(left) > 0 {
		l.side(c).rest = left
		c.busy |= rest
	}
	return true
}

// attach takes over a connection from elsewhere.
func (l *loop) attach(fd int32, w Watch) {
	c := l.begin(fd)
	if c == nil {
		l.pump.fail(w, Broken)
		return
	}
	c.state = pondering // nobody's yet
	l.contain(l.key(c), func(c *conn) { l.admit(c, w) })
}

// ponder has a verdict found in a goroutine of its own.
func (l *loop) ponder(key uint64, way *doorway, t Ticket, later func() Verdict) {
	l.pump.pondering.Go(func() {
		v := Verdict{Kind: Hang}
		func() {
			defer func() {
				if cause := recover(); cause != nil {
					l.pump.panicked(cause)
				}
			}()
			v = later()
		}()
		posted := l.post(func() {
			if c := l.find(key); c != nil && c.state == pondering {
				l.contain(key, func(c *conn) { l.decided(c, way, v) })
			} else {
				l.pump.undo(way, t, v)
			}
		})
		if !posted {
			l.pump.undo(way, t, v)
		}
	})
}

// undo what was decided about one who has gone meanwhile.
func (p *Epoll) undo(way *doorway, t Ticket, v Verdict) {
	if v.Kind != Admit {
		p.contain(func() { way.Leave(t, false) })
		return
	}
	v.Watch.Lane.Release()
	p.tell(v.Watch.Stream, Left, Sent{Cursor: v.Watch.Cursor}, v.Watch.Ticket)
}

// waited: a client at a door has perhaps been silent for as long as it takes.
func (l *loop) waited(c *conn) {
	way := l.door(c)
	switch {
	case way.silence == 0 || c.notes&beside == 0:
	case l.now-c.beat >= way.silence:
		l.greet(c, nil, false, true)
	default:
		l.at(c, c.beat+way.silence)
	}
}

// untilSweep is in how many ticks the hall is to be swept; negative: never.
func (l *loop) untilSweep() int {
	if l.groups[0].n == 0 {
		return -1
	}
	return max(1, int(l.sweepEvery())-int(l.now-l.swept))
}

// sweepEvery is an eighth of the shortest time that a handshake may take.
func (l *loop) sweepEvery() uint32 {
	every := uint32(math.MaxInt32)
	for _, way := range *l.pump.doors.Load() {
		every = min(every, way.handshake/8+1)
	}
	return every
}

// sweep closes who takes too long with his handshake. Nearly all take no time
// at all, so there is no appointment for each.
func (l *loop) sweep() {
	if l.now-l.swept < l.sweepEvery() {
		return
	}
	l.swept = l.now
	hall := l.groups[0]
	for i := hall.n - 1; i >= 0; i-- { // losing one moves the last
		if c := hall.at(i); c.state == greeting && l.now-c.progress >= l.door(c).handshake {
			l.lost(c, Left)
		}
	}
}

// passOn hands a connection to whom it is for, with what it has said.
func (l *loop) passOn(c *conn, way *doorway) {
	fd, said, t, from := c.fd, bytes.Clone(l.caller.Said), c.ticket, l.introduced
	l.poller.Remove(fd) // closing a copy of it would not
	if c.notes&beside != 0 {
		delete(l.sides, fd)
	}
	l.takeOut(c)
	l.forget(fd)
	l.inside-- // not closed: another has it now
	l.pump.passing.Go(func() {
		conn, err := poll.Hand(fd)
		l.pump.leave()
		if err != nil {
			l.pump.contain(func() { way.Leave(t, false) })
			l.pump.free()
			return
		}
		way.Pass(&Passed{Conn: conn, said: said, from: from, free: l.pump.free}, t)
	})
}

// Passed is a connection that a pump has passed on. What was read of it is
// read first.
type Passed struct {
	net.Conn
	said   []byte
	from   netip.AddrPort // introduced as
	free   func()
	closed atomic.Bool
}

// Read as a net.Conn does.
func (p *Passed) Read(b []byte) (int, error) {
	if len(p.said) == 0 {
		return p.Conn.Read(b)
	}
	n := copy(b, p.said)
	if p.said = p.said[n:]; len(p.said) == 0 {
		p.said = nil
	}
	return n, nil
}

// RemoteAddr is where it comes from: what it was introduced as, if it was.
func (p *Passed) RemoteAddr() net.Addr {
	if p.from.IsValid() {
		return net.TCPAddrFromAddrPort(p.from)
	}
	return p.Conn.RemoteAddr()
}

// Unread is what has been read of it and is to be read still, once.
func (p *Passed) Unread() []byte {
	said := p.said
	p.said = nil
	return said
}

// Ahead says whether something was read of it that is to be read still: for who
// is given it, before he reads.
func (p *Passed) Ahead() bool { return len(p.said) > 0 }

// CloseWrite as a *net.TCPConn does: net/http does it before it closes on
// somebody who is still talking.
func (p *Passed) CloseWrite() error {
	if c, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// Beneath is the connection itself. What was read of it is not read there.
func (p *Passed) Beneath() net.Conn { return p.Conn }

// Close as a net.Conn does; the descriptor is counted as free.
func (p *Passed) Close() error {
	err := p.Conn.Close()
	if !p.closed.Swap(true) {
		p.free()
	}
	return err
}
