package gate

import "net"

// Lodge keeps the connections of a listener among the quiet, for an HTTP server
// whose ConnState is this package's.
func (q *Quiet) Lodge(l net.Listener) net.Listener { return &lodge{Listener: l, quiet: q} }

type lodge struct {
	net.Listener
	quiet *Quiet
}

// Accept as a net.Listener does.
func (l *lodge) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.quiet.visit(c, 0, nil), nil
}

// Lodge does the same for the HTTP port of a pump that has no listeners of its
// own, and counts its connections by address.
func (g *Gate) Lodge(l net.Listener) net.Listener { return &counted{Listener: l, gate: g} }

type counted struct {
	net.Listener
	gate *Gate
}

// Accept as a net.Listener does; who is too many is refused beside it.
func (l *counted) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := remote(c)
		if l.gate.Proxies.Has(from.Addr()) {
			return l.gate.opening(c, fromProxy), nil
		}
		place, ok := l.gate.addresses.enter(from)
		if ok {
			return l.gate.opening(c, place), nil
		}
		l.gate.Refused.FullForIP.Add(1)
		if l.gate.waiting.add(c) {
			go l.gate.refuse(c)
		} else {
			c.Close()
		}
	}
}
