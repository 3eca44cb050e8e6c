package gate

import (
	"net"

	"matchstream/internal/pump"
)

// handover is a client on his way from the door to the pump: his place under
// the limits, and his connection. Until the pump has him both are let go of,
// whatever goes wrong, a panic too.
type handover struct {
	leave func()
	conn  net.Conn // nil: somebody else's to close
	over  bool
}

// watch is what the pump is to be given now. The place is left when it ends.
func (h *handover) watch(w pump.Watch) pump.Watch {
	left := w.Left
	w.Left = func(why pump.Reason) { left(why); h.leave() }
	h.over = true
	return w
}

// end lets go, unless the pump has him. To be deferred; may be called before.
func (h *handover) end() {
	if h.over {
		return
	}
	h.over = true
	h.leave()
	if h.conn != nil {
		h.conn.Close()
	}
}
