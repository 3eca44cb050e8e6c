package pump

import (
	"context"
	"math/rand/v2"
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
	draining chan struct{} // closed when the drain begins
	force    context.Context
	cut      context.CancelFunc // closes what is left
	delivery histogram

	mu struct {
		sync.Mutex
		watches   int
		drainOver time.Duration
		none      chan struct{} // closed when it drains and no watch is left
		drains    bool
	}
}

// NewGoroutine makes a portable pump.
func NewGoroutine(o Options) *Goroutine {
	p := &Goroutine{options: o, draining: make(chan struct{})}
	p.force, p.cut = context.WithCancel(context.Background())
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
	p.enter(w)
	s := newSocket(c)
	if t, ok := s.bottom().(*net.TCPConn); ok {
		t.SetWriteBuffer(sendBuffer) // at worst the kernel keeps its own
	}
	go p.serve(p.force, s, w)
}

// Serve writes a watch to an HTTP response, in the handler's goroutine, until
// it ends: for HTTP/2, where there is no connection to take over. The head of
// the response must have been written; nothing is heard of the client.
func (p *Goroutine) Serve(r *http.Request, rw http.ResponseWriter, w Watch) {
	p.enter(w)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(p.force, cancel)()
	p.serve(ctx, &response{ResponseWriter: rw, control: http.NewResponseController(rw)}, w)
}

// enter counts a watch in, before anybody could wait for it to end.
func (p *Goroutine) enter(w Watch) {
	w.Counts.part(0).opened.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.watches++
}

func (p *Goroutine) serve(ctx context.Context, s sink, w Watch) {
	c := &connection{pump: p, sink: s, watch: w, counts: w.Counts.part(0), cursor: w.Cursor, heard: make(chan struct{})}
	why := c.contain(ctx)
	w.Lane.Release()
	w.Counts.part(0).closed[why].Add(1)
	if w.Left != nil {
		w.Left(why, Sent{Bytes: c.sent.Load(), Events: c.events, Cursor: c.cursor}, w.Ticket)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.watches--
	p.empty()
}

// empty tells Drain when no watch is left. Called with mu held.
func (p *Goroutine) empty() {
	if p.mu.watches == 0 && p.mu.none != nil {
		close(p.mu.none)
		p.mu.none = nil
	}
}

// Drain ends all connections: see Pump.
func (p *Goroutine) Drain(ctx context.Context, over time.Duration) {
	none := make(chan struct{})
	p.mu.Lock()
	p.mu.drainOver, p.mu.none = over, none
	if !p.mu.drains {
		close(p.draining)
	}
	p.mu.drains = true
	p.empty()
	p.mu.Unlock()
	select {
	case <-none:
	case <-ctx.Done():
		p.cut()
		<-none
	}
}

// Close closes what is left: see Pump.
func (p *Goroutine) Close() {
	p.cut()
	p.Drain(context.Background(), 0)
}

// drainAfter is how long one connection goes on after the drain has begun.
func (p *Goroutine) drainAfter() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return rand.N(p.mu.drainOver + 1)
}
