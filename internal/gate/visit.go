package gate

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"

	"matchstream/internal/pump"
)

// visit is a connection that no loop has: one of net/http, or one at a door of
// the portable pump. It holds its place by its address, and is among the quiet
// as long as nobody serves it.
type visit struct {
	net.Conn
	quiet  *Quiet
	counts *addresses    // nil: nobody counts it
	place  atomic.Uint64 // a pump.Ticket; 0: none, or not its own any more
	from   netip.Addr    // who it counts for; guarded by Quiet.mu
	silent atomic.Bool   // it has said nothing since it began to be quiet
	taken  atomic.Bool   // over from net/http, by somebody who serves it to its end
	closed atomic.Bool
	among  *list.Element // guarded by Quiet.mu; nil: it is not among them
	ahead  bool          // guarded by Quiet.mu: what a pump has read of it nobody has read yet

	// What is known of it by a proxy, before a request is served.
	client  netip.AddrPort // for whom it is; the zero AddrPort: for who it comes from
	unknown bool           // it is a proxy's that has not said so
	shared  bool           // it is the proxy's own: its requests are of others
	itself  bool           // it has no address of anybody else: what its requests say of one is not the proxy's word
	crowded bool           // he for whom it is has too many
}

// visit begins with a connection that says nothing yet.
func (g *Gate) visit(c net.Conn, place pump.Ticket) *visit {
	return g.quiet.visit(c, place, &g.addresses)
}

func (q *Quiet) visit(c net.Conn, place pump.Ticket, counts *addresses) *visit {
	v := &visit{Conn: c, quiet: q, counts: counts, from: pump.Network(remote(c).Addr())}
	v.place.Store(uint64(place))
	if p, ok := c.(interface{ Ahead() bool }); ok {
		v.ahead = p.Ahead()
	}
	q.add(v)
	return v
}

// opening begins with a connection to the HTTP port of the portable pump, which
// is a proxy's, or has a place.
func (g *Gate) opening(c net.Conn, t pump.Ticket) *visit {
	o := &opening{begun: begun{Conn: c}, gate: g, proxy: t&fromProxy != 0}
	o.visit = g.visit(o, t&placeBits)
	return o.visit
}

// introduced is told for whom it is, and his ticket.
func (v *visit) introduced(client netip.AddrPort, t pump.Ticket) {
	v.client = client
	v.mark(t)
	v.place.Store(uint64(t & placeBits))
	if client.IsValid() {
		v.quiet.comesFrom(v, pump.Network(client.Addr()))
	}
	if v.closed.Load() { // meanwhile, for others
		v.counts.leave(v.give())
	}
}

// mark how it stands to a proxy.
func (v *visit) mark(t pump.Ticket) {
	v.unknown, v.shared = t&fromProxy != 0, t&(fromProxy|speaksFor|forItself) != 0
	v.itself, v.crowded = t&forItself != 0, t&crowded != 0
}

// give the place to somebody who leaves it later.
func (v *visit) give() pump.Ticket { return pump.Ticket(v.place.Swap(0)) }

// Read as a net.Conn does.
func (v *visit) Read(p []byte) (n int, err error) {
	n, err = v.Conn.Read(p)
	if n > 0 && v.silent.Load() {
		v.quiet.speaks(v)
	}
	return n, err
}

// Close as a net.Conn does.
func (v *visit) Close() error {
	err := v.Conn.Close()
	if !v.closed.Swap(true) {
		v.quiet.remove(v)
		if place := v.give(); place != 0 {
			v.counts.leave(place)
		}
	}
	return err
}

// CloseWrite as a *net.TCPConn does.
func (v *visit) CloseWrite() error {
	if c, ok := v.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// Unread is what a pump has read of it already, once.
func (v *visit) Unread() []byte {
	if c, ok := v.Conn.(interface{ Unread() []byte }); ok {
		return c.Unread()
	}
	return nil
}

// Beneath is the connection itself.
func (v *visit) Beneath() net.Conn {
	if c, ok := v.Conn.(interface{ Beneath() net.Conn }); ok {
		return c.Beneath()
	}
	return v.Conn
}

// ConnState is to be that of an HTTP server whose connections are visits. Active is a connection once a
// whole head is there, and until its request has been answered.
func ConnState(c net.Conn, s http.ConnState) {
	v := asVisit(c)
	if v == nil {
		return
	}
	switch s {
	case http.StateIdle:
		v.quiet.add(v)
	case http.StateActive, http.StateClosed:
		v.quiet.remove(v)
	case http.StateHijacked:
		v.taken.Store(true)
		v.quiet.remove(v)
	}
}
