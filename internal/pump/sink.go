package pump

import (
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// sink is where a connection's bytes go, and where the client's come from.
type sink interface {
	// Write may write a part, with os.ErrDeadlineExceeded.
	Write(p []byte) (int, error)
	SetWriteDeadline(t time.Time) error
	// Aborted says whether Abort was called.
	Aborted() bool
	// Abort frees a writer that is stuck; nothing is written any more.
	Abort()
	// Read blocks until the client says something; errDeaf if it never can.
	Read(p []byte) (int, error)
	SetReadDeadline(t time.Time) error
	// Reset says whether the connection is known to be no more.
	Reset() bool
	// Finish tells the client that nothing more will be written.
	Finish()
	// Close lets go; abruptly: what the kernel still holds is dropped.
	Close(abruptly bool)
}

// looks is how often, within a timeout, a stuck write is looked at: progress is
// known to an eighth of it.
const looks = 8

// write writes all of p, however slowly, as long as there is progress within
// the timeout.
func write(s sink, p []byte, timeout time.Duration) (written int, err error) {
	last := time.Now()
	for written < len(p) {
		// The order matters: whoever aborts sets the mark first and then the
		// deadline, so one of the two is met here.
		if err := s.SetWriteDeadline(time.Now().Add(timeout/looks + 1)); err != nil {
			return written, err
		}
		if s.Aborted() {
			return written, os.ErrClosed
		}
		n, err := s.Write(p[written:])
		written += n
		if n > 0 {
			last = time.Now()
		}
		if err != nil && (!errors.Is(err, os.ErrDeadlineExceeded) || time.Since(last) >= timeout) {
			return written, err
		}
	}
	return written, nil
}

// socket is a plain or TLS connection.
type socket struct {
	net.Conn
	steady  *Steady // below its TLS; nil: there is none
	broken  error   // the writer's: why TLS can write nothing any more
	aborted atomic.Bool
}

func newSocket(c net.Conn) *socket {
	s := &socket{Conn: c}
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		s.steady, _ = t.NetConn().(*Steady)
	}
	return s
}

// Write as a net.Conn does.
func (s *socket) Write(p []byte) (n int, err error) {
	n, err = s.Conn.Write(p)
	if s.steady != nil {
		s.broken = err
	}
	return n, err
}

// SetWriteDeadline as a net.Conn does. Over TLS it is not this one that looks
// for progress: a write that was cut short is the last one, even if some of its
// records have gone.
func (s *socket) SetWriteDeadline(t time.Time) error {
	if s.steady != nil {
		return s.broken
	}
	return s.Conn.SetWriteDeadline(t)
}

func (s *socket) Aborted() bool { return s.aborted.Load() }

func (s *socket) Abort() {
	s.aborted.Store(true)
	s.Conn.SetWriteDeadline(time.Unix(1, 0))
}

func (s *socket) Finish() {
	if c, ok := s.itself().(interface{ CloseWrite() error }); ok {
		c.CloseWrite() // should it fail, the reader learns of it
	}
}

// itself is the connection below one that only adds to what is read.
func (s *socket) itself() net.Conn { return beneath(s.Conn) }

// bottom is the kernel's connection, below TLS too.
func (s *socket) bottom() net.Conn {
	if s.steady != nil {
		return s.steady.Beneath()
	}
	return s.itself()
}

func (s *socket) Close(abruptly bool) {
	if c, ok := s.bottom().(*net.TCPConn); ok && abruptly {
		// Without this the kernel goes on holding, for minutes, what a client
		// that takes nothing has not taken.
		c.SetLinger(0)
	}
	if s.steady != nil && abruptly {
		s.steady.Close() // TLS would say goodbye to him first
	}
	s.Conn.Close()
}

var errDeaf = errors.New("pump: nothing to be heard here")
