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
	Draining  atomic.Uint64 // the node is being drained
	FullForIP atomic.Uint64 // MaxPerIP
	Handshake atomic.Uint64 // no line, or a wrong one
	Proxy     atomic.Uint64 // a proxy that does not say for whom it is, or one that is not believed
}

var (
	errFull      = errors.New("the server is full, try again later")
	errDraining  = errors.New("this node is being drained, ask for another by GET /1/checkin")
	errFullForIP = errors.New("too many connections from your address")
)

// A ticket says what has to be counted down when its holder leaves:
//
//	bits  0 to 31  the place of his address among those counted, from 1; 0: it is not.
//	               Where there is an access log and he is at a door of the line
//	               protocol, or wants a stream, the number of his session
//	bits 32 to 47  the door he came in by, from 1; 0: it does not count
//	bit  48        he is one of the admission's watchers
//	bits 49 to 52  how he stands to a proxy (fromProxy and those behind it)
//	bit  53        he is an edge, and none of the match's audience
const (
	placeBits               = 1<<32 - 1
	doorShift               = 32
	isWatcher   pump.Ticket = 1 << 48
	isEdge      pump.Ticket = 1 << 53
	ticketsDoor             = 1<<16 - 1
)

// admission counts the watchers that are in. Who has not said yet that he wants
// to be one takes no room from those who have.
type admission struct {
	max    int
	in     atomic.Int64
	drains atomic.Bool // nobody is let in
}

// refuses says why nobody is let in now; nil: there is room.
func (a *admission) refuses() error {
	switch {
	case a.drains.Load():
		return errDraining
	case a.max > 0 && a.in.Load() >= int64(a.max):
		return errFull
	}
	return nil
}

// enter counts a watcher in, unless there is no room; leave, to be called once,
// counts him out.
func (a *admission) enter() error {
	if a.drains.Load() {
		return errDraining
	}
	if in := a.in.Add(1); a.max > 0 && in > int64(a.max) {
		a.in.Add(-1)
		return errFull
	}
	return nil
}

func (a *admission) leave() { a.in.Add(-1) }

// Draining has whoever wants to watch turned away, in the way of a node that is
// full, until it is called with false: an error frame over the line protocol, 503 over
// HTTP, upon which a load balancer asks the next node. That is so even where no
// other node is left: this one is to be rid of its watchers, since it is about to
// go, and who is let in again is sent away again. Who is at a door already may
// still come through: the pump ends him then. All else is served.
func (g *Gate) Draining(is bool) { g.admission.drains.Store(is) }

// why somebody is refused, as the access log has it; he is counted.
func (g *Gate) why(err error) string { return g.Refused.count(err) }

// count one who is refused for a reason, and say which it is, as the access log has it.
func (r *Refusals) count(err error) string {
	switch err {
	case errDraining:
		r.Draining.Add(1)
		return whyDraining
	case errFullForIP:
		r.FullForIP.Add(1)
		return whyFullForIP
	case errNotTrusted, errNoHeader, errBadHeader:
		return whyProxy // counted when it was found
	}
	r.Full.Add(1)
	return whyFull
}

// ByReason are they, by the names that they have in the metrics.
func (r *Refusals) ByReason() map[string]uint64 {
	return map[string]uint64{"full": r.Full.Load(), "draining": r.Draining.Load(), "full_for_address": r.FullForIP.Load(),
		"handshake": r.Handshake.Load(), "proxy": r.Proxy.Load()}
}

// come lets somebody in at a door of the line protocol, who has said nothing
// yet.
func (g *Gate) come(from netip.AddrPort) (pump.Ticket, error) {
	if err := g.admission.refuses(); err != nil {
		return 0, err
	}
	var t pump.Ticket
	if !g.Proxies.Has(from.Addr()) { // a proxy looks whether we are there
		var ok bool
		if t, ok = g.addresses.enter(from); !ok {
			return 0, errFullForIP
		}
	}
	if g.recording() {
		t = g.sessions.begin(session{ticket: t, from: unmapped(from), came: time.Now(), protocol: access.TCP})
	}
	return t, nil
}

// letIn asks for admission of somebody who wants a stream over HTTP, and has a
// place by his address.
func (g *Gate) letIn(from func() netip.AddrPort, place pump.Ticket) (pump.Ticket, error) {
	if err := g.admission.enter(); err != nil {
		return 0, err
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
