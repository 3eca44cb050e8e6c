package pump

import (
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/poll"
)

// Epoll is Linux' pump for plain connections: one loop for each core, which
// owns its sockets, its listeners, and nothing else for each watcher than a
// conn. See loop for how it works.
type Epoll struct {
	options  Options
	accepted poll.Accepted
	loops    []*loop
	running  sync.WaitGroup
	// pondering are the goroutines that run a Later, passing those that run a
	// Pass.
	pondering, passing sync.WaitGroup
	turn               atomic.Uint32 // of Attach
	doors              atomic.Pointer[[]*doorway]
	tick               time.Duration
	began              time.Time
	maxAge             uint32 // ticks; 0: any age

	open     atomic.Int64 // connections, those passed on too
	limit    int64        // of open
	starved  atomic.Uint64
	inVain   atomic.Uint64 // calls for which the kernel had no descriptor
	yielded  atomic.Uint64
	taken    atomic.Uint64
	stalled  atomic.Int32 // loops with a listener that waits for open to fall
	inside   atomic.Int64 // connections that a loop has, or is about to have
	watching atomic.Int64 // of them, those that watch
	draining atomic.Bool

	leaving sync.Mutex // held while all loops are told of a drain, or that it is over
	mu      struct {
		sync.Mutex
		closed bool
		shut   bool          // the doors are
		none   chan struct{} // closed when it drains and nobody is left; nil: nobody waits for that
	}
}

// doorway is a door with its listeners, one for each loop.
type doorway struct {
	Door
	at        string // its address
	patience  Patience
	handshake uint32 // ticks
	silence   uint32
}

// notSent is how many bytes the kernel takes for a client before it can send
// them: the rest waits in the lane, which everybody shares.
const notSent = 16 << 10

// NewEpoll makes the pump of Linux, with a loop for each core. limit is how
// many connections it may have at once.
func NewEpoll(o Options, limit int) (*Epoll, error) {
	p := &Epoll{options: o, limit: int64(limit), tick: grain(o.SendTimeout, o.Heartbeat, o.MaxAge), began: time.Now(),
		// A connection whose bytes nobody acknowledges, but which has room for
		// more, is not seen to be stuck by us; the kernel does, later.
		accepted: poll.Accepted{SendBuffer: sendBuffer, NotSent: notSent, DeadAfter: o.SendTimeout + o.SendTimeout/4 + time.Second}}
	p.maxAge = p.ticks(o.MaxAge)
	p.doors.Store(new([]*doorway))
	for i := range runtime.GOMAXPROCS(0) {
		l, err := newLoop(p, i+1)
		if err != nil {
			for _, l := range p.loops {
				l.poller.Close()
			}
			return nil, err
		}
		p.loops = append(p.loops, l)
	}
	for _, l := range p.loops {
		p.running.Go(l.run)
	}
	return p, nil
}

// Listen opens a door. It returns the address that it has.
func (p *Epoll) Listen(on string, d Door, patience Patience) (net.Addr, error) {
	fds, at, err := poll.Listen(on, len(p.loops), p.accepted)
	if err != nil {
		return nil, err
	}
	way := &doorway{Door: d, at: at.String(), patience: patience,
		handshake: p.ticks(patience.Handshake), silence: p.ticks(patience.Silence)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.closed {
		for _, fd := range fds {
			poll.Close(fd)
		}
		return nil, net.ErrClosed
	}
	all := append(append([]*doorway(nil), *p.doors.Load()...), way)
	p.doors.Store(&all)
	for i, l := range p.loops {
		l.post(func() { l.listen(uint16(len(all)-1), fds[i]) })
	}
	return at, nil
}

// Shut closes all doors, and the connections that have not come through yet:
// nothing has been promised to them. It returns when that is done, and when
// every Later has ended.
func (p *Epoll) Shut() {
	p.mu.Lock()
	p.mu.shut = true
	p.mu.Unlock()
	p.everywhere((*loop).shut)
	p.pondering.Wait()
	p.passing.Wait()
}

// Attach takes over a connection: see Pump. It must be a *net.TCPConn, or have
// one beneath.
func (p *Epoll) Attach(c net.Conn, w Watch) {
	p.open.Add(1) // it has its descriptor already
	p.inside.Add(1)
	t, ok := beneath(c).(*net.TCPConn)
	if !ok {
		panic("pump: only plain TCP connections can be polled")
	}
	if u, ok := c.(interface{ Unread() []byte }); ok {
		w.Said = append(w.Said, u.Unread()...)
	}
	fd, err := poll.Adopt(t, p.accepted)
	c.Close() // itself only, and what is counted with it
	w.Counts.part(0).opened.Add(1)
	if err != nil {
		p.fail(w, Broken)
		return
	}
	l := p.loops[p.turn.Add(1)%uint32(len(p.loops))]
	if !l.post(func() { l.attach(fd, w) }) {
		poll.Close(fd)
		p.fail(w, Draining)
	}
}

// fail ends a watch that no loop has come to have.
func (p *Epoll) fail(w Watch, why Reason) {
	w.Lane.Release()
	w.Counts.part(0).closed[why].Add(1)
	p.tell(w.Stream, why, Sent{Cursor: w.Cursor}, w.Ticket)
	p.free()
	p.leave()
}

// enter counts a connection in, unless there are too many.
func (p *Epoll) enter() bool {
	if p.open.Add(1) > p.limit {
		p.free()
		return false
	}
	p.inside.Add(1)
	return true
}

// leave counts a connection out that no loop has any more.
func (p *Epoll) leave() { p.countOut(&p.inside) }

// countOut of one of the two counts that a drain looks at.
func (p *Epoll) countOut(from *atomic.Int64) {
	if from.Add(-1) == 0 && p.draining.Load() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.empty()
	}
}

// free counts a descriptor as free again.
func (p *Epoll) free() {
	if p.open.Add(-1) < p.limit && p.stalled.Load() > 0 {
		for _, l := range p.loops {
			l.poller.Wake()
		}
	}
}

// empty tells Drain when nobody is left. Called with mu held.
func (p *Epoll) empty() {
	left := p.inside.Load()
	if p.openLocked() {
		left = p.watching.Load()
	}
	if p.mu.none != nil && left == 0 {
		close(p.mu.none)
		p.mu.none = nil
	}
}

// openLocked says whether somebody may come in by a door. Called with mu held.
func (p *Epoll) openLocked() bool { return !p.mu.shut && len(*p.doors.Load()) > 0 }

// Close closes everything: see Pump.
func (p *Epoll) Close() {
	p.Shut()
	p.everywhere(func(l *loop) { l.cutOff(true) })
	p.mu.Lock()
	p.mu.closed = true
	p.mu.Unlock()
	p.everywhere((*loop).stop)
	p.running.Wait()
}

// everywhere runs f in every loop, and returns when all have done it.
func (p *Epoll) everywhere(f func(*loop)) {
	var done sync.WaitGroup
	for _, l := range p.loops {
		done.Add(1)
		if !l.post(func() { defer done.Done(); f(l) }) {
			done.Done()
		}
	}
	done.Wait()
}

// ticks of a duration, rounded up; at least one, unless it is 0.
func (p *Epoll) ticks(d time.Duration) uint32 {
	if d <= 0 {
		return 0
	}
	return uint32((d + p.tick - 1) / p.tick)
}

// now in ticks; never 0.
func (p *Epoll) now() uint32 { return p.tickAt(p.time()) }

// tickAt is the tick of a time since the pump began.
func (p *Epoll) tickAt(at time.Duration) uint32 { return uint32(at/p.tick) + 1 }

// time since the pump began.
func (p *Epoll) time() time.Duration { return time.Since(p.began) }

// contain runs what is told of something that has ended: a panic of it ends
// nothing more.
func (p *Epoll) contain(f func()) {
	defer func() {
		if cause := recover(); cause != nil {
			p.panicked(cause)
		}
	}()
	f()
}

// tell a stream that a watch of it has ended.
func (p *Epoll) tell(s *Stream, why Reason, sent Sent, t Ticket) {
	if s.Left != nil {
		p.contain(func() { s.Left(why, sent, t) })
	}
}

func (p *Epoll) panicked(cause any) {
	if p.options.Panicked != nil {
		p.options.Panicked(cause)
	}
}

// Fanout is, for each loop that wrote an event, the time from the moment its
// frame was put into the lane to the loop's last write, as a cumulative
// histogram in seconds. Any goroutine may ask.
func (p *Epoll) Fanout() (upTo map[float64]uint64, count uint64, sum float64) {
	upTo = make(map[float64]uint64, buckets)
	for _, l := range p.loops {
		l.fanout.add(upTo, &count, &sum)
	}
	return upTo, count, sum
}

// Delivery is likewise, from the moment the event began to be stored.
func (p *Epoll) Delivery() (upTo map[float64]uint64, count uint64, sum float64) {
	upTo = make(map[float64]uint64, buckets)
	for _, l := range p.loops {
		l.delivery.add(upTo, &count, &sum)
	}
	return upTo, count, sum
}

// FanoutCounts adds what Fanout tells, by buckets, and leaves nothing on the
// heap. Any goroutine may ask.
func (p *Epoll) FanoutCounts(to *[Buckets]uint64) {
	for _, l := range p.loops {
		l.fanout.addCounts(to)
	}
}

// DeliveryCounts is likewise of Delivery.
func (p *Epoll) DeliveryCounts(to *[Buckets]uint64) {
	for _, l := range p.loops {
		l.delivery.addCounts(to)
	}
}

// Open is how many connections there are now, those passed on too.
func (p *Epoll) Open() int { return int(p.open.Load()) }

// Accepted is how many connections came in by the doors so far.
func (p *Epoll) Accepted() uint64 { return p.taken.Load() }

// Starved is how many connections had to wait in the kernel's queue so far,
// since there was no descriptor for them and nobody to be closed instead: the
// limit was reached, or others have taken what was counted as ours.
func (p *Epoll) Starved() uint64 { return p.starved.Load() }

// Yielded is how many of the pump's own were closed for others, having said
// nothing or been told all.
func (p *Epoll) Yielded() uint64 { return p.yielded.Load() }
