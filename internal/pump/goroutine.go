package pump

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// Goroutine is the portable pump: for each connection a goroutine that writes,
// and one that reads what little the client says. It is the one for TLS, for
// HTTP/2, and for systems without epoll.
type Goroutine struct {
	options  Options
	delivery histogram

	mu struct {
		sync.Mutex
		all    []*connection
		drains bool          // who comes is sent off
		closed bool          // for good
		none   chan struct{} // closed when it drains and no watch is left; nil: nobody waits for that
		force  context.Context
		cut    context.CancelFunc // closes those who came with force
	}
}

// NewGoroutine makes a portable pump.
func NewGoroutine(o Options) *Goroutine {
	p := &Goroutine{options: o}
	p.mu.force, p.mu.cut = context.WithCancel(context.Background())
	return p
}

// Delivery is, for each event that was written to a watcher as it came, the
// time from the moment it began to be stored to its last byte, as a cumulative
// histogram in seconds. Any goroutine may ask.
func (p *Goroutine) Delivery() (upTo map[float64]uint64, count uint64, sum float64) {
	upTo = make(map[float64]uint64, buckets)
	p.delivery.add(upTo, &count, &sum)
	return upTo, count, sum
}

// DeliveryCounts adds what Delivery tells, by buckets, and leaves nothing on
// the heap. Any goroutine may ask.
func (p *Goroutine) DeliveryCounts(to *[Buckets]uint64) { p.delivery.addCounts(to) }

// sendBuffer is how much the kernel holds for one client who takes nothing. By
// itself it would grow to megabytes: enough for a few hundred such clients to
// take the machine's memory. The kernel doubles it for its own use.
const sendBuffer = 64 << 10

// Attach takes over a connection: see Pump.
func (p *Goroutine) Attach(c net.Conn, w Watch) {
	s := newSocket(c)
	if t, ok := s.bottom().(*net.TCPConn); ok {
		t.SetWriteBuffer(sendBuffer) // at worst the kernel keeps its own
	}
	one := p.enter(s, w)
	go p.serve(one.force, one)
}

// Serve writes a watch to an HTTP response, in the handler's goroutine, until
// it ends: for HTTP/2, where there is no connection to take over. The head of
// the response must have been written; nothing is heard of the client.
func (p *Goroutine) Serve(r *http.Request, rw http.ResponseWriter, w Watch) {
	one := p.enter(&response{ResponseWriter: rw, control: http.NewResponseController(rw)}, w)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(one.force, cancel)()
	p.serve(ctx, one)
}

// Watches is how many there are now. Any goroutine may ask.
func (p *Goroutine) Watches() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.mu.all)
}

// enter counts a watch in, before anybody could wait for it to end.
func (p *Goroutine) enter(s sink, w Watch) *connection {
	c := &connection{pump: p, sink: s, watch: w, counts: w.Counts.part(0), cursor: w.Cursor, heard: make(chan struct{}), told: make(chan struct{}, 1)}
	c.counts.opened.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	c.force, c.index = p.mu.force, len(p.mu.all)
	p.mu.all = append(p.mu.all, c)
	if p.mu.drains {
		c.tell(Draining, time.Now())
	}
	return c
}

func (p *Goroutine) serve(ctx context.Context, c *connection) {
	w := c.watch
	why := c.contain(ctx)
	w.Lane.Release()
	w.Counts.part(0).closed[why].Add(1)
	if w.Left != nil {
		w.Left(why, Sent{Bytes: c.sent.Load(), Events: c.events, Cursor: c.cursor}, w.Ticket)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := p.mu.all[len(p.mu.all)-1]
	p.mu.all[c.index], last.index = last, c.index
	p.mu.all[len(p.mu.all)-1] = nil
	p.mu.all = p.mu.all[:len(p.mu.all)-1]
	p.empty()
}

// empty tells Drain when no watch is left. Called with mu held.
func (p *Goroutine) empty() {
	if len(p.mu.all) == 0 && p.mu.none != nil {
		close(p.mu.none)
		p.mu.none = nil
	}
}

// Close closes what is left: see Pump.
func (p *Goroutine) Close() {
	p.mu.Lock()
	p.mu.closed = true
	p.mu.cut()
	p.mu.Unlock()
	p.Drain(0)
	p.Drained(context.Background())
}
