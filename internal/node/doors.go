package node

import (
	"crypto/tls"
	"fmt"
	"net"
	"strconv"

	"matchstream/internal/gate"
	"matchstream/internal/poll"
	"matchstream/internal/pump"
)

// port is one port of the line protocol.
type tcpPort struct {
	*gate.Door
	secure   bool
	at       net.Addr
	listener net.Listener // nil: the pump has it
}

// openPumps makes the pumps: the one for plain connections, and the portable
// one, which may be the same.
func (n *Node) openPumps() error {
	c := n.config
	o := pump.Options{SendTimeout: c.SendTimeout, Heartbeat: c.Heartbeat, Lag: int64(c.Lag), MaxAge: c.MaxAge, Panicked: n.panicked}
	n.portable = pump.NewGoroutine(o)
	n.pump = n.portable
	if c.Pump == "goroutine" || c.Pump != "epoll" && !poll.Supported {
		return nil
	}
	if err := poll.GrowTable(n.limits.Descriptors); err != nil {
		n.log.Warn("the first to join will wait for the kernel", "cause", err)
	}
	p, err := pump.NewEpoll(o, n.limits.connections())
	if err != nil {
		return fmt.Errorf("the epoll pump cannot be had (--pump goroutine does without): %w", err)
	}
	n.pump, n.epoll = p, p
	return nil
}

// listenTCP opens ports of the line protocol; secure is for TLS, or nil.
func (n *Node) listenTCP(at string, secure *tls.Config) error {
	host, first, last, err := Ports(at)
	if err != nil {
		return err
	}
	for number := first; number <= last; number++ {
		p := &tcpPort{Door: n.gate.NewDoor(secure), secure: secure != nil}
		err := open(net.JoinHostPort(host, strconv.Itoa(number)), n.config.NextFreePort, func(address string) error {
			if n.epoll != nil {
				p.at, err = n.epoll.Listen(address, p, p.Patience())
				return err
			}
			l, err := net.Listen("tcp", address)
			if err == nil {
				p.listener, p.at = n.slots.over(l), l.Addr()
			}
			return err
		})
		if err != nil {
			return err
		}
		n.listeners.tcp = append(n.listeners.tcp, p)
	}
	return nil
}

// listenHTTP opens the port of API, pages and streams.
func (n *Node) listenHTTP() error {
	secure := n.tls("h2", "http/1.1")
	return open(n.config.HTTP, n.config.NextFreePort, func(address string) (err error) {
		if n.epoll == nil {
			l, err := net.Listen("tcp", address)
			if err == nil {
				n.listeners.http = n.gate.Lodge(n.slots.over(l), secure)
			}
			return err
		}
		door := n.gate.NewHTTPDoor(secure)
		at, err := n.epoll.Listen(address, door, door.Patience())
		if err != nil {
			return err
		}
		door.Listening(at)
		n.listeners.http = door
		return nil
	})
}
