package gate

import (
	"errors"
	"net"
	"time"

	"matchstream/internal/pump"
)

// ServeTCP takes connections until the listener is closed: for a pump that has
// no listeners of its own.
func (g *Gate) ServeTCP(l net.Listener, d *Door) {
	pause := time.Duration(0)
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			if g.waiting.add(c) {
				go g.greet(c, d)
			} else {
				c.Close()
			}
		case errors.Is(err, net.ErrClosed):
			return
		default:
			// Most likely no descriptor is free. They come free again.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			g.Log.Warn("a connection could not be accepted", "cause", err, "pause", pause)
			time.Sleep(pause)
		}
	}
}

// greet one client.
func (g *Gate) greet(c net.Conn, d *Door) {
	ticket, refusal, ok := d.Enter(remote(c))
	if !ok {
		defer g.waiting.done(c)
		g.turnAway(c, refusal)
		return
	}
	g.talk(c, d, ticket)
}

// talk does the dialogue with one client, and hands him to the pump.
func (g *Gate) talk(c net.Conn, d *Door, ticket pump.Ticket) {
	defer g.waiting.done(c)
	defer func() {
		if cause := recover(); cause != nil { // one client's trouble, not the node's
			c.Close()
			if g.Panicked != nil {
				g.Panicked(cause)
			}
		}
	}()
	client := handover{gate: g, ticket: ticket, conn: c}
	defer client.end()
	silent := g.visit(c, 0) // to be closed for others
	speaks := &begun{Conn: silent}
	if ticket&fromProxy != 0 {
		introduced, refusal, ok := d.readIntroduction(speaks, g.HandshakeTimeout)
		if !ok {
			g.quiet.remove(silent)
			if refusal != nil {
				client.conn = nil
				g.turnAway(c, refusal)
			}
			return
		}
		ticket, client.ticket = introduced, introduced
		client.conn = speaks // of which not all may be read yet
	}
	var conn net.Conn = speaks
	if d.secure != nil {
		conn = g.overTLS(speaks, d.secure)
		client.conn = conn
	}
	line, extra, err := readLine(conn, g.HandshakeTimeout, g.waiting.over)
	g.quiet.remove(silent)
	if err != nil {
		d.unheard(ticket)
		return
	}
	v := d.decide(line, extra, ticket, nil)
	if v.Kind == pump.Ponder {
		v = v.Later()
	}
	if v.Kind == pump.Admit {
		conn.SetDeadline(time.Time{})
		client.to(v.Watch)
		return
	}
	client.conn = nil
	client.end() // while he is told why, another may come in
	g.turnAway(conn, v.Sentence)
}

// turnAway says why, and closes so that it is heard: a reset, for bytes of the
// client's that nobody read, would overtake the sentence. Once he has been told
// he may be closed for others.
func (g *Gate) turnAway(c net.Conn, sentence []byte) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Second))
	if _, err := c.Write(sentence); err != nil {
		return
	}
	if t, ok := c.(interface{ CloseWrite() error }); ok {
		t.CloseWrite()
	}
	told := g.visit(c, 0)
	told.silent.Store(false) // whatever he says still is no request that anybody would read
	defer told.Close()
	var buffer [512]byte
	for total := 0; total < tcpTalk; {
		n, err := c.Read(buffer[:])
		if err != nil {
			return
		}
		total += n
	}
}
