package gate

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"time"

	"matchstream/internal/match"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// longestHead is how much of a head is looked at here; a longer one is
// net/http's.
const longestHead = 8 << 10

// HTTPDoor is the HTTP port of a pump that has its own listeners. It keeps the
// streams; every other connection is net/http's, which has the door for a
// listener.
type HTTPDoor struct {
	gate   *Gate
	secure *tls.Config // nil: it is plain
	at     net.Addr
	passed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// NewHTTPDoor makes one; secure is for TLS, or nil. Over TLS all are net/http's.
func (g *Gate) NewHTTPDoor(secure *tls.Config) *HTTPDoor {
	return &HTTPDoor{gate: g, secure: secure, passed: make(chan net.Conn), closed: make(chan struct{})}
}

// Patience with who connects and asks nothing.
func (d *HTTPDoor) Patience() pump.Patience {
	return pump.Patience{Handshake: d.gate.HandshakeTimeout, Longest: longestHead, Asked: true}
}

// Listening tells the address that the door has been given, before anybody
// asks for it.
func (d *HTTPDoor) Listening(at net.Addr) { d.at = at }

// Enter lets everybody in, unless there are too many from his address: whether
// there is room for one more watcher is asked when he wants to be one.
func (d *HTTPDoor) Enter(from netip.AddrPort) (pump.Ticket, []byte, bool) {
	if d.gate.Proxies.Has(from.Addr()) {
		return fromProxy, nil, true
	}
	place, ok := d.gate.addresses.enter(from)
	if !ok {
		d.gate.Refused.FullForIP.Add(1)
		return 0, tooMany(), false
	}
	return place, nil, true
}

// Leave counts out who was neither passed on nor became a watcher.
func (d *HTTPDoor) Leave(t pump.Ticket, _ bool) { d.gate.addresses.leave(t) }

// Yield closes one of net/http's connections.
func (d *HTTPDoor) Yield(before pump.Quiet) bool { return d.gate.quiet.Yield(before) }

// Greet reads the head of a client's first request.
func (d *HTTPDoor) Greet(c *pump.Caller) pump.Verdict {
	if c.Ticket&fromProxy != 0 {
		return d.introduce(c)
	}
	if v, decided := d.begun(c); decided {
		return v
	}
	if d.secure != nil && len(c.Said) > 0 {
		return pump.Verdict{Kind: pump.PassOn}
	}
	h, what := readHead(c.Said)
	switch {
	case what == unheard && c.Over:
		return pump.Verdict{Kind: pump.Hang}
	case what == unheard && len(c.Said) < longestHead:
		return pump.Verdict{}
	case what == forBoard:
		return d.gate.boardFor(c, c.Said[h.size:])
	case what == forStream || what == forSocket:
		if w, ok := d.gate.streamFor(what, h, c); ok {
			w.Said = c.Said[h.size:]
			return pump.Verdict{Kind: pump.Admit, Watch: w}
		}
	}
	return pump.Verdict{Kind: pump.PassOn}
}

// boardFor lets somebody watch the board. Its status is of all matches: the
// first to join after a change has it encoded, which is not for a loop to do.
func (g *Gate) boardFor(c *pump.Caller, said []byte) pump.Verdict {
	if g.Live.Listed() != nil {
		return pump.Verdict{Kind: pump.PassOn} // net/http says so
	}
	t, err := g.letIn(c.From, c.Ticket)
	if err != nil {
		return pump.Verdict{Kind: pump.PassOn} // net/http says so
	}
	if g.Live.Board().View().Encoded() {
		return g.admitToBoard(t, c.Scratch, said)
	}
	return g.boardLater(t, bytes.Clone(said))
}

func (g *Gate) boardLater(t pump.Ticket, said []byte) pump.Verdict {
	return pump.Verdict{Kind: pump.Ponder, Later: func() pump.Verdict { return g.admitToBoard(t, nil, said) }}
}

func (g *Gate) admitToBoard(t pump.Ticket, head, said []byte) (v pump.Verdict) {
	defer func() {
		if v.Kind != pump.Admit { // a panic
			g.takeBack(t)
		}
	}()
	w := g.board(t)
	w.Head, w.Said = wire.AppendSSEHead(head, time.Now()), said
	return pump.Verdict{Kind: pump.Admit, Watch: w}
}

// streamFor is the watch that a request asks for; false: that takes a while,
// or it is refused, and net/http does either.
func (g *Gate) streamFor(what asked, h head, c *pump.Caller) (w pump.Watch, ok bool) {
	position := h.last
	if what == forSocket || len(position) == 0 {
		position, ok = h.value("since")
		if ok && len(position) == 0 {
			return w, false
		}
	}
	var since *match.Position
	if len(position) > 0 {
		p, err := match.ParsePosition(string(position))
		if err != nil {
			return w, false
		}
		since = &p
	}
	user, _ := h.value("user")
	if wire.CheckUser(string(user)) != nil {
		return w, false
	}
	return g.ready(what, h, user, since, c)
}

// ready is the watch of a match that is in memory.
func (g *Gate) ready(what asked, h head, user []byte, since *match.Position, c *pump.Caller) (w pump.Watch, ok bool) {
	m, ok := g.Live.Ready(h.match)
	if !ok || since != nil && (m.Ahead(*since) || what == forStream && nothingLeft(m.View(), since)) {
		return w, false
	}
	f := wire.SSE
	if what == forSocket {
		f = wire.WebSocket
	}
	lane, ok := m.ReadyLane(f)
	if !ok {
		return w, false
	}
	t, err := g.letIn(c.From, c.Ticket)
	if err != nil {
		lane.Release()
		return w, false
	}
	defer func() {
		if w.Stream == nil { // a panic
			g.takeBack(t)
		}
	}()
	w = g.watch(&m, lane, f, user, since, t)
	if what == forSocket {
		w.Head = wire.AppendWebSocketHead(c.Scratch, h.key)
	} else {
		w.Head = wire.AppendSSEHead(c.Scratch, time.Now())
	}
	return w, true
}

// nothingLeft says whether one who resumes there has seen all of a match that
// is over.
func nothingLeft(v match.View, p *match.Position) bool {
	return v.State.Period == match.Ended && p.ID >= v.State.LastID && (p.Epoch == "" || p.Epoch == v.Info.Epoch)
}

// Pass gives a connection to net/http.
func (d *HTTPDoor) Pass(c net.Conn, t pump.Ticket) {
	v := d.gate.passedOn(c, t)
	select {
	case d.passed <- v:
	case <-d.closed:
		v.Close()
	}
}

// Accept is net/http's.
func (d *HTTPDoor) Accept() (net.Conn, error) {
	select {
	case c := <-d.passed:
		if d.secure != nil {
			return d.gate.overTLS(c, d.secure), nil
		}
		return c, nil
	case <-d.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept; the listeners are the pump's to close.
func (d *HTTPDoor) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

// Addr is where the door is.
func (d *HTTPDoor) Addr() net.Addr { return d.at }
