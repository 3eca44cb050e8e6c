package faulty

import (
	"io"
	"net"
)

// door is a listener that refuses every so-many-th connection, and whose connections the
// server can close.
type door struct {
	net.Listener
	s *Server
}

func (s *Server) open() (*door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	return &door{l, s}, err
}

// Accept waits for the next connection that is not refused.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tracked := d.s.track(c)
		if !d.s.turn("port "+d.Addr().String(), d.s.fault.Every) {
			return tracked, nil
		}
		d.s.did(Refused)
		d.s.works.Go(func() { refuse(tracked, d.s.fault.Refusal, d.s.ctx.Done()) })
	}
}

// refuse does not let somebody in, until he goes (he who is not heard, until gone).
func refuse(c net.Conn, how Refusal, gone <-chan struct{}) {
	defer c.Close()
	switch how {
	case Mute:
		io.Copy(io.Discard, c) //nolint:errcheck // its end is what is waited for
	case Deaf:
		<-gone
	default:
		reset(c)
	}
}

// reset closes a connection so that the other side sees a reset.
func reset(c net.Conn) {
	if t, ok := c.(*tracked); ok {
		t.Conn.(*net.TCPConn).SetLinger(0) //nolint:errcheck // it is closed in any case
	}
	c.Close()
}

// tracked is a connection that the server closes at its end.
type tracked struct {
	net.Conn
	s *Server
}

func (s *Server) track(c net.Conn) *tracked {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.conns[c] = true
	s.mu.record.Connections++
	if s.ctx.Err() != nil {
		c.Close()
	}
	return &tracked{c, s}
}

func (t *tracked) Close() error {
	t.s.mu.Lock()
	delete(t.s.mu.conns, t.Conn)
	t.s.mu.Unlock()
	return t.Conn.Close()
}
