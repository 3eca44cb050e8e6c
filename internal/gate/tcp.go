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

// greet does the dialogue with one client, and hands him to the pump.
func (g *Gate) greet(c net.Conn, d *Door) {
	defer g.waiting.done(c)
	defer func() {
		if cause := recover(); cause != nil { // one client's trouble, not the node's
			c.Close()
			if g.Panicked != nil {
				g.Panicked(cause)
			}
		}
	}()
	ticket, refusal, ok := d.Enter(remote(c))
	if !ok {
		g.turnAway(c, refusal)
		return
	}
	client := handover{gate: g, ticket: ticket, conn: c}
	defer client.end()
	silent := g.visit(c, 0) // to be closed for others
	speaks := &begun{Conn: silent}
	if ticket&fromProxy != 0 {
		if ticket, refusal, ok = d.readIntroduction(speaks, g.HandshakeTimeout); !ok {
			g.quiet.remove(silent)
			if refusal != nil {
				client.conn = nil
				g.turnAway(c, refusal)
			}
			return
		}
		client.ticket = ticket
	}
	line, extra, err := readLine(speaks, g.HandshakeTimeout, g.waiting.over)
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
		c.SetDeadline(time.Time{})
		client.to(v.Watch)
		return
	}
	client.conn = nil
	client.end() // while he is told why, another may come in
	g.turnAway(c, v.Sentence)
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
