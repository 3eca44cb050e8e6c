package pump

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// Steady is what lies below TLS. There a write that a deadline has cut short
// cannot be gone on with: the record is broken, and so is the connection. So it
// is here, below the records, that a slow client is told from one who takes
// nothing: a write goes on as long as there is some progress within the
// patience, and no longer than the deadline that was set, if one was.
type Steady struct {
	net.Conn
	patience time.Duration
	mu       struct {
		sync.Mutex
		deadline time.Time // of writes
	}
}

// NewSteady is one over a connection.
func NewSteady(c net.Conn, patience time.Duration) *Steady {
	return &Steady{Conn: c, patience: patience}
}

// SetDeadline as a net.Conn does.
func (s *Steady) SetDeadline(t time.Time) error {
	return errors.Join(s.SetReadDeadline(t), s.SetWriteDeadline(t))
}

// SetWriteDeadline as a net.Conn does.
func (s *Steady) SetWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.deadline = t
	return s.Conn.SetWriteDeadline(t)
}

// look sets the moment at which it is looked at whether there is progress.
func (s *Steady) look() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := time.Now().Add(s.patience/looks + 1)
	if d := s.mu.deadline; !d.IsZero() && d.Before(at) {
		at = d
	}
	return s.Conn.SetWriteDeadline(at)
}

func (s *Steady) expired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.mu.deadline.IsZero() && !time.Now().Before(s.mu.deadline)
}

// Write as a net.Conn does.
func (s *Steady) Write(p []byte) (written int, err error) {
	last := time.Now()
	for {
		if err := s.look(); err != nil {
			return written, err
		}
		n, err := s.Conn.Write(p[written:])
		written += n
		if n > 0 {
			last = time.Now()
		}
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) || s.expired() || time.Since(last) >= s.patience {
			return written, err
		}
	}
}

// Beneath is the connection itself.
func (s *Steady) Beneath() net.Conn { return beneath(s.Conn) }

// beneath is the connection itself, below one that only adds to what is read.
func beneath(c net.Conn) net.Conn {
	if b, ok := c.(interface{ Beneath() net.Conn }); ok {
		return b.Beneath()
	}
	return c
}
