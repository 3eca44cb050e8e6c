package gate_test

import (
	"net"
	"sync"
	"syscall"
	"testing"
)

// pipes is a listener in memory, for tests in a bubble of synctest, where time
// passes only when nothing else happens.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once

	failures int                     // of Accept, at first
	remote   string                  // address of those who dial; "": a pipe's
	wrap     func(net.Conn) net.Conn // of the server's side; may be nil
}

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	if p.failures > 0 {
		p.failures--
		return nil, syscall.EMFILE
	}
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return address("127.0.0.1:1") }

func (p *pipes) dial(t testing.TB) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	if p.remote != "" {
		server = from{server, address(p.remote)}
	}
	if p.wrap != nil {
		server = p.wrap(server)
	}
	select {
	case p.conns <- server:
	case <-p.closed:
		t.Fatal("nobody listens any more")
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// from is a connection that comes from some address.
type from struct {
	net.Conn
	remote address
}

func (f from) RemoteAddr() net.Addr { return f.remote }

type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }
