package gate

import (
	"net"

	"matchstream/internal/pump"
)

// handover is a client on his way from net/http, or from the portable pump's
// door, to the pump: his ticket, and his connection. Until the pump has him
// both are let go of, whatever goes wrong, a panic too.
type handover struct {
	gate   *Gate
	ticket pump.Ticket
	conn   net.Conn // nil: somebody else's to close
	over   bool
}

// takes over a connection from net/http, and with it its place by its address.
func (h *handover) takes(c net.Conn) {
	h.conn = c
	v := asVisit(c)
	if v == nil {
		return
	}
	if place := v.give(); h.gate.recording() {
		h.gate.sessions.at(h.ticket).ticket |= place
	} else {
		h.ticket |= place
	}
}

// to a pump, which leaves the ticket when the watch ends.
func (h *handover) to(w pump.Watch) {
	h.over = true
	h.gate.attach(h.conn, w)
}

// end lets go, unless the pump has him. To be deferred; may be called before.
func (h *handover) end() {
	if h.over {
		return
	}
	h.over = true
	h.gate.leave(h.ticket)
	if h.conn != nil {
		h.conn.Close()
	}
}

// attach gives a connection to the pump that can have it.
func (g *Gate) attach(c net.Conn, w pump.Watch) {
	at := c
	if b, ok := c.(interface{ Beneath() net.Conn }); ok {
		at = b.Beneath()
	}
	if _, plain := at.(*net.TCPConn); plain {
		g.Pump.Attach(c, w)
		return
	}
	g.Portable.Attach(c, w)
}
