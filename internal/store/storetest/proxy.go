package storetest

import (
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy is a TCP proxy between a store and a server, on loopback. Tests break it.
type Proxy struct {
	listener net.Listener
	to       string
	running  sync.WaitGroup
	mu       struct {
		sync.Mutex
		cut, mute bool
		conns     map[net.Conn]bool
	}
}

// NewProxy begins to pass connections to an address. It ends with the test.
func NewProxy(t testing.TB, to string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, to: to}
	p.mu.conns = make(map[net.Conn]bool)
	p.running.Go(p.accept)
	t.Cleanup(func() {
		p.set(true, false)
		l.Close()
		p.running.Wait()
	})
	return p
}

// Address is where a store is to connect to.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Cut ends all connections, and each new one as soon as it comes.
func (p *Proxy) Cut() { p.set(true, false) }

// Mute passes what a store says, and swallows what it is answered, from now on.
func (p *Proxy) Mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.mute = true
}

// Mend passes new connections again. Those that were muted end: their streams have
// holes.
func (p *Proxy) Mend() { p.set(false, false) }

// set what is to be, and ends the connections of before.
func (p *Proxy) set(cut, mute bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.cut, p.mu.mute = cut, mute
	for c := range p.mu.conns {
		c.Close()
	}
	clear(p.mu.conns)
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.pass(c) })
	}
}

// pass bytes both ways until one side ends.
func (p *Proxy) pass(client net.Conn) {
	defer client.Close()
	if !p.keep(client) {
		return
	}
	defer p.forget(client)
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close()
	if !p.keep(server) {
		return
	}
	defer p.forget(server)
	p.running.Go(func() {
		defer server.Close()
		io.Copy(server, client) //nolint:errcheck // either side may end
	})
	io.Copy(answers{p, client}, server) //nolint:errcheck // either side may end
}

// answers are written to the client, unless they are swallowed.
type answers struct {
	p  *Proxy
	to net.Conn
}

func (a answers) Write(b []byte) (int, error) {
	a.p.mu.Lock()
	mute := a.p.mu.mute
	a.p.mu.Unlock()
	if mute {
		return len(b), nil
	}
	return a.to.Write(b)
}

func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.mu.cut {
		return false
	}
	p.mu.conns[c] = true
	return true
}

func (p *Proxy) forget(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.mu.conns, c)
}
