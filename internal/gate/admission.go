package gate

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"matchstream/internal/access"
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

// A ticket says what has to be counted down when its holder leaves:
//
//	bits  0 to 31  the place of his address among those counted, from 1; 0: it is not.
//	               Where there is an access log and he is at a door of the line
//	               protocol, or wants a stream, the number of his session
//	bits 32 to 47  the door he came in by, from 1; 0: it does not count
//	bit  48        he is one of the admission's watchers
//	bit  49        he is an edge, and none of the match's audience
const (
	placeBits               = 1<<32 - 1
	doorShift               = 32
	isWatcher   pump.Ticket = 1 << 48
	isEdge      pump.Ticket = 1 << 49
	ticketsDoor             = 1<<16 - 1
)

// admission counts the watchers that are in. Who has not said yet that he wants
// to be one takes no room from those who have.
type admission struct {
	max int
	in  atomic.Int64
}

// full says whether there is no room now.
func (a *admission) full() bool { return a.max > 0 && a.in.Load() >= int64(a.max) }

// enter counts a watcher in, if there is room; leave, to be called once,
// counts him out.
func (a *admission) enter() bool {
	if in := a.in.Add(1); a.max > 0 && in > int64(a.max) {
		a.in.Add(-1)
		return false
	}
	return true
}

func (a *admission) leave() { a.in.Add(-1) }

// come lets somebody in at a door of the line protocol, who has said nothing
// yet.
func (g *Gate) come(from netip.AddrPort) (pump.Ticket, error) {
	if g.admission.full() {
		g.Refused.Full.Add(1)
		return 0, errFull
	}
	t, ok := g.addresses.enter(from)
	if !ok {
		g.Refused.FullForIP.Add(1)
		return 0, errFullForIP
	}
	if g.recording() {
		t = g.sessions.begin(session{ticket: t, from: unmapped(from), came: time.Now(), protocol: access.TCP})
	}
	return t, nil
}

// letIn asks for admission of somebody who wants a stream over HTTP, and has a
// place by his address.
func (g *Gate) letIn(from func() netip.AddrPort, place pump.Ticket) (pump.Ticket, error) {
	if !g.admission.enter() {
		return 0, errFull
	}
	t := place
	if g.recording() {
		t = g.sessions.begin(session{ticket: place, from: unmapped(from()), came: time.Now()})
	}
	return t | isWatcher, nil
}

// countOut counts out who had a ticket, once his session has ended.
func (g *Gate) countOut(t pump.Ticket) {
	g.addresses.leave(t)
	if t&isWatcher != 0 {
		g.admission.leave()
	}
	if door := t >> doorShift & ticketsDoor; door != 0 {
		(*g.doors.Load())[door-1].watchers.Add(-1)
	}
}
