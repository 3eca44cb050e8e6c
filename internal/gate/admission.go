package gate

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/pump"
)

// Refusals counts who was turned away at the door.
type Refusals struct {
	Full      atomic.Uint64 // MaxConnections
	FullForIP atomic.Uint64 // MaxPerIP
	Handshake atomic.Uint64 // no line, or a wrong one
}

var (
	errFull      = errors.New("the server is full, try again later")
	errFullForIP = errors.New("too many connections from your address")
)

// admission counts the watchers that are in. Each holds a ticket, a number
// that says what has to be counted down when he leaves:
//
//	bits  0 to 31  the place of his address among those counted, from 1; 0: it is not.
//	               Where there is an access log, the number of his session
//	bits 32 to 47  the door he came in by, from 1; 0: it does not count
type admission struct {
	max, perIP int
	in         atomic.Int64
	mu         struct {
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

const doorShift = 32

// enter counts a watcher in, if there is room; leave, to be called once,
// counts him out. from is asked only if addresses count.
func (a *admission) enter(from func() netip.AddrPort) (pump.Ticket, error) {
	if in := a.in.Add(1); a.max > 0 && in > int64(a.max) {
		a.in.Add(-1)
		return 0, errFull
	}
	if a.perIP == 0 {
		return 0, nil
	}
	t, ok := a.enterFrom(network(from().Addr()))
	if !ok {
		a.in.Add(-1)
		return 0, errFullForIP
	}
	return t, nil
}

func (a *admission) enterFrom(ip netip.Addr) (pump.Ticket, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at, known := a.mu.place[ip]
	switch {
	case known && a.mu.counts[at].n >= a.perIP:
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

func (a *admission) leave(t pump.Ticket) {
	a.in.Add(-1)
	at := uint32(t)
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

// letIn asks for admission of somebody who wants a stream; protocol is what the
// access log calls it, "" as long as he may want something else.
func (g *Gate) letIn(from func() netip.AddrPort, protocol string) (pump.Ticket, error) {
	t, err := g.admission.enter(from)
	if err == nil && g.Access.On() {
		t = g.sessions.begin(session{ticket: t, from: unmapped(from()), came: time.Now(), protocol: protocol})
	}
	return t, err
}

// enter is letIn that counts a refusal.
func (g *Gate) enter(from func() netip.AddrPort, protocol string) (pump.Ticket, error) {
	t, err := g.letIn(from, protocol)
	switch {
	case errors.Is(err, errFull):
		g.Refused.Full.Add(1)
	case errors.Is(err, errFullForIP):
		g.Refused.FullForIP.Add(1)
	}
	return t, err
}

// countOut counts out who had a ticket, once his session has ended.
func (g *Gate) countOut(t pump.Ticket) {
	g.admission.leave(t)
	if door := uint16(t >> doorShift); door != 0 {
		(*g.doors.Load())[door-1].watchers.Add(-1)
	}
}

// address of "host:port", as net/http tells it.
func address(remote string) func() netip.AddrPort {
	return func() netip.AddrPort {
		at, _ := netip.ParseAddrPort(remote) // the zero Addr counts as one address
		return at
	}
}

// network is who an address counts for. An IPv6 customer is given a /64 or
// more, so that is what counts there.
func network(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return ip
}
