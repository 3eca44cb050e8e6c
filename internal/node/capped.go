package node

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// slots are the connections that there may be at once, over all listeners of
// the portable pump: what is left of the descriptors is for the journal and the
// log. Who comes when there is none waits in the kernel's queue. (The epoll
// pump counts by itself.)
type slots struct {
	free    chan struct{} // nil: no limit is known
	taken   atomic.Uint64
	starved atomic.Uint64
}

func newSlots(most int) *slots {
	s := new(slots)
	if most > 0 {
		s.free = make(chan struct{}, most)
	}
	return s
}

// capped is a listener whose connections take slots.
type capped struct {
	net.Listener
	slots  *slots
	closed chan struct{}
	once   sync.Once
}

func (s *slots) over(l net.Listener) net.Listener {
	return &capped{Listener: l, slots: s, closed: make(chan struct{})}
}

// Accept waits for a slot first.
func (l *capped) Accept() (net.Conn, error) {
	s := l.slots
	if s.free != nil {
		select {
		case s.free <- struct{}{}:
		default:
			s.starved.Add(1)
			select {
			case s.free <- struct{}{}:
			case <-l.closed:
				return nil, net.ErrClosed
			}
		}
	}
	c, err := l.Listener.Accept()
	if err != nil {
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			s.starved.Add(1)
		}
		s.release()
		return nil, err
	}
	s.taken.Add(1)
	return &slotted{Conn: c, slots: s}, nil
}

func (s *slots) release() {
	if s.free != nil {
		<-s.free
	}
}

// Close as a net.Listener does.
func (l *capped) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// slotted is a connection that has a slot.
type slotted struct {
	net.Conn
	slots  *slots
	closed atomic.Bool
}

// Close as a net.Conn does; the slot is free again.
func (c *slotted) Close() error {
	err := c.Conn.Close()
	if !c.closed.Swap(true) {
		c.slots.release()
	}
	return err
}

// Beneath is the connection itself.
func (c *slotted) Beneath() net.Conn { return c.Conn }

// CloseWrite as a *net.TCPConn does.
func (c *slotted) CloseWrite() error {
	if t, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return t.CloseWrite()
	}
	return nil
}
