package gate

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
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

// admission counts the watchers that are in.
type admission struct {
	max, perIP int
	mu         struct {
		sync.Mutex
		in   int
		byIP map[netip.Addr]int
	}
}

// enter counts a watcher in, if there is room; leave, to be called once,
// counts him out.
func (a *admission) enter(remote string) (leave func(), err error) {
	ip := address(remote)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.max > 0 && a.mu.in >= a.max {
		return nil, errFull
	}
	if a.perIP > 0 {
		if a.mu.byIP[ip] >= a.perIP {
			return nil, errFullForIP
		}
		if a.mu.byIP == nil {
			a.mu.byIP = make(map[netip.Addr]int)
		}
		a.mu.byIP[ip]++
	}
	a.mu.in++
	return func() { a.leave(ip) }, nil
}

func (a *admission) leave(ip netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mu.in--
	if a.perIP == 0 {
		return
	}
	if a.mu.byIP[ip]--; a.mu.byIP[ip] == 0 {
		delete(a.mu.byIP, ip)
	}
}

// enter asks for admission and counts a refusal.
func (g *Gate) enter(remote string) (leave func(), err error) {
	leave, err = g.admission.enter(remote)
	switch {
	case errors.Is(err, errFull):
		g.Refused.Full.Add(1)
	case errors.Is(err, errFullForIP):
		g.Refused.FullForIP.Add(1)
	}
	return leave, err
}

// address is who a connection counts for. An IPv6 customer is given a /64 or
// more, so that is what counts there.
func address(remote string) netip.Addr {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return ip
}
