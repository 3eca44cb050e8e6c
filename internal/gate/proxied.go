package gate

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"time"

	"matchstream/internal/proxy"
	"matchstream/internal/pump"
)

// begun is a connection of which something has been read already, which is read
// from it first.
type begun struct {
	net.Conn
	said []byte
}

// Read as a net.Conn does.
func (b *begun) Read(p []byte) (int, error) {
	if len(b.said) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.said)
	b.said = b.said[n:]
	return n, nil
}

// Unread is what is to be read of it still, once.
func (b *begun) Unread() []byte {
	said := b.said
	b.said = nil
	return said
}

// CloseWrite as a *net.TCPConn does.
func (b *begun) CloseWrite() error {
	if c, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// Beneath is the connection itself.
func (b *begun) Beneath() net.Conn { return beneath(b.Conn) }

func beneath(c net.Conn) net.Conn {
	if b, ok := c.(interface{ Beneath() net.Conn }); ok {
		return b.Beneath()
	}
	return c
}

// header reads the header of the PROXY protocol that a connection begins with.
// What came behind it, or instead of it (proxy.ErrNone), is read next.
func (b *begun) header() (client netip.AddrPort, err error) {
	buffer := make([]byte, 0, 512)
	for {
		client, size, err := proxy.ReadHeader(buffer)
		if err != nil || size > 0 {
			b.said = buffer[size:]
			return client, err
		}
		if len(buffer) == cap(buffer) {
			buffer = append(make([]byte, 0, 2*len(buffer)), buffer...)
		}
		n, err := b.Conn.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if err != nil && n == 0 {
			if len(buffer) > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return client, err
		}
	}
}

// opening is a connection to the HTTP port of the portable pump. At its first
// Read it is found out for whom it is: before anything is served, and within
// the time that net/http gives for a request. Who may not be let in is told so,
// and for net/http has left.
type opening struct {
	begun
	gate  *Gate
	visit *visit // over it
	proxy bool   // from one that is believed
	met   bool
}

// Read as a net.Conn does, for one goroutine.
func (o *opening) Read(p []byte) (int, error) {
	if o.met {
		return o.begun.Read(p)
	}
	o.met = true
	if o.proxy {
		client, err := o.header()
		ticket := fromProxy
		switch {
		case err == nil:
			ticket = o.gate.enterHTTP(client)
		case errors.Is(err, proxy.ErrMalformed), errors.Is(err, proxy.ErrTooLong):
			return 0, o.refuse(badRequest(o.gate.unintroduced(remote(o.Conn), err)))
		case !errors.Is(err, proxy.ErrNone):
			return 0, err
		}
		o.visit.introduced(client, ticket)
		if o.visit.crowded { // he counts nowhere, and is not to stay
			o.Conn.SetReadDeadline(time.Now().Add(time.Second))
		}
	}
	n, err := o.begun.Read(p)
	if o.visit.crowded && n > 0 {
		return 0, o.refuse(tooMany())
	}
	if certainly, _ := proxy.Begins(p[:n]); certainly {
		return 0, o.refuse(badRequest(o.gate.unintroduced(remote(o.Conn), errNotTrusted)))
	}
	return n, err
}

func (o *opening) refuse(sentence []byte) error {
	o.gate.turnAway(o.Conn, sentence)
	return io.EOF
}

// passedOn begins with a connection that a loop has passed on, with its ticket.
func (g *Gate) passedOn(c net.Conn, t pump.Ticket) *visit {
	v := g.visit(c, t&placeBits)
	v.mark(t)
	return v
}

// readIntroduction is Door.introduce for the portable pump.
func (d *Door) readIntroduction(c *begun, timeout time.Duration) (t pump.Ticket, refusal []byte, ok bool) {
	c.SetReadDeadline(time.Now().Add(timeout))
	if d.gate.waiting.over() { // the order matters: one of the two deadlines is met
		return 0, nil, false
	}
	client, err := c.header()
	switch {
	case errors.Is(err, proxy.ErrNone), errors.Is(err, proxy.ErrMalformed), errors.Is(err, proxy.ErrTooLong):
		return 0, d.unintroduced(remote(c.Conn), err), false
	case err != nil:
		d.undecided()
		return 0, nil, false
	case !client.IsValid():
		client = remote(c.Conn)
	}
	if v, ok := c.Conn.(*visit); ok {
		v.quiet.comesFrom(v, pump.Network(client.Addr()))
	}
	return d.admitted(client)
}
