package gate

import (
	"net"
	"net/netip"
	"sync"

	"matchstream/internal/pump"
)

// addresses counts connections by where they come from, each once, whatever it
// is: one that has said nothing, one of the API between two requests, a
// watcher's. Its place goes with it from one to the other.
type addresses struct {
	most int // of one address; 0: no limit, and nothing is counted
	mu   struct {
		sync.Mutex
		place  map[netip.Addr]uint32
		counts []addressCount // by place
		free   []uint32       // places
	}
}

type addressCount struct {
	of netip.Addr
	n  int
}

// enter counts a connection in; its ticket, which leave is to be given once,
// says nothing but its place.
func (a *addresses) enter(from netip.AddrPort) (pump.Ticket, bool) {
	if a.most == 0 {
		return 0, true
	}
	ip := pump.Network(from.Addr())
	a.mu.Lock()
	defer a.mu.Unlock()
	at, known := a.mu.place[ip]
	switch {
	case known && a.mu.counts[at].n >= a.most:
		return 0, false
	case !known && len(a.mu.free) > 0:
		at = a.mu.free[len(a.mu.free)-1]
		a.mu.free = a.mu.free[:len(a.mu.free)-1]
	case !known:
		at = uint32(len(a.mu.counts))
		a.mu.counts = append(a.mu.counts, addressCount{})
	}
	if !known {
		if a.mu.place == nil {
			a.mu.place = make(map[netip.Addr]uint32)
		}
		a.mu.place[ip], a.mu.counts[at] = at, addressCount{of: ip}
	}
	a.mu.counts[at].n++
	return pump.Ticket(at) + 1, true
}

// leave counts out whose place a ticket names, if it names one.
func (a *addresses) leave(t pump.Ticket) {
	at := uint32(t & placeBits)
	if at == 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	c := &a.mu.counts[at-1]
	if c.n--; c.n == 0 {
		delete(a.mu.place, c.of)
		a.mu.free = append(a.mu.free, at-1)
	}
}

// remote is where a connection comes from; the zero Addr, which counts as one
// address, if it has gone so soon that the kernel does not know.
func remote(c net.Conn) netip.AddrPort {
	at := c.RemoteAddr()
	if at == nil {
		return netip.AddrPort{}
	}
	return address(at.String())()
}

// address of "host:port", as net/http tells it.
func address(remote string) func() netip.AddrPort {
	return func() netip.AddrPort {
		at, _ := netip.ParseAddrPort(remote) // the zero Addr counts as one address
		return at
	}
}
