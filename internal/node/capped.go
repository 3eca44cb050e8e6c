package node

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// slots are the connections that there may be at once, over all listeners of
// the portable pump: what is left of the descriptors is for the journal and the
// log. When somebody comes and there is none, one whom nobody serves is closed
// for him; else he waits, and those behind him in the kernel's queue. (The epoll
// pump counts by itself.)
type slots struct {
	free    chan struct{} // nil: no limit is known
	yield   func() bool   // closes one whom nobody serves, if there is one
	taken   atomic.Uint64
	starved atomic.Uint64
}

// again is how soon it is asked once more whether somebody can be closed.
const again = 50 * time.Millisecond

// patience is how often that is, before who waits is counted: those who have
// just come have a moment.
const patience = 6

func newSlots(most int, yield func() bool) *slots {
	s := &slots{yield: yield}
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
	failed int // so often in a row; Accept's alone
}

func (s *slots) over(l net.Listener) net.Listener {
	return &capped{Listener: l, slots: s, closed: make(chan struct{})}
}

// Accept takes a connection, and then a slot for it: before, nobody knows
// whether somebody waits. So each listener may have one connection more. Where
// the kernel has no descriptor whoever calls it comes again, later each time, as
// net/http does: one who waits is counted once for that.
func (l *capped) Accept() (net.Conn, error) {
	s := l.slots
	c, err := l.Listener.Accept()
	if err != nil {
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			if l.failed++; l.failed == patience {
				s.starved.Add(1)
			}
			s.yield()
		}
		return nil, err
	}
	l.failed = 0
	if !s.take(l.closed) {
		c.Close()
		return nil, net.ErrClosed
	}
	s.taken.Add(1)
	return &slotted{Conn: c, slots: s}, nil
}

// take a slot; false: closed first.
func (s *slots) take(closed <-chan struct{}) bool {
	if s.free == nil || s.tryTake() {
		return true
	}
	for s.yield() {
		if s.tryTake() { // else another listener was faster
			return true
		}
	}
	for tick, asked := time.Tick(again), 0; ; {
		select {
		case s.free <- struct{}{}:
			return true
		case <-tick:
			if asked++; !s.yield() && asked == patience {
				s.starved.Add(1)
			}
		case <-closed:
			return false
		}
	}
}

func (s *slots) tryTake() bool {
	select {
	case s.free <- struct{}{}:
		return true
	default:
		return false
	}
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
