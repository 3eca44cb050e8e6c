package redis

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/redis/rueidis"
)

// hearing knows whether a command can have been sent at all: rueidis does not tell
// an error before the write from one behind it. It sends nothing on a connection
// before the server has answered its greeting there. So where no connection on which
// something was read is open when a call begins, and none comes up until it ends,
// surely nothing was sent.
type hearing struct {
	mu struct {
		sync.Mutex
		open int    // connections on which something was read
		ever uint64 // how many there have been
	}
	again chan struct{} // gets something when one comes up; has room for one
}

// silent says that nothing can have been sent; ask it before a call, and what it
// gives after the call.
func (h *hearing) silent() (still func() bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	open, ever := h.mu.open, h.mu.ever
	return func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return open == 0 && h.mu.ever == ever
	}
}

// connection tells its hearing when something was read from it first.
type connection struct {
	net.Conn
	of            *hearing
	first, closed sync.Once
	heard         bool // under of.mu
}

func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.first.Do(func() {
			c.of.mu.Lock()
			c.heard = true
			c.of.mu.open++
			c.of.mu.ever++
			c.of.mu.Unlock()
			select {
			case c.of.again <- struct{}{}:
			default:
			}
		})
	}
	return n, err
}

func (c *connection) Close() error {
	c.closed.Do(func() {
		c.of.mu.Lock()
		defer c.of.mu.Unlock()
		if c.heard {
			c.of.mu.open--
		}
	})
	return c.Conn.Close()
}

// options of a client; h, if not nil, hears of its connections.
//
// Nothing is retried: a write that was sent, and whose answer was lost, would be
// told as a conflict with itself. Commands that come together share a write
// (AlwaysPipelining; without it a call that runs out of time would close the
// connection of the others, too).
func (s *Store) options(h *hearing) rueidis.ClientOption {
	o := rueidis.ClientOption{
		InitAddress:       []string{s.target.address},
		Username:          s.target.user,
		Password:          s.target.password,
		SelectDB:          s.target.db,
		TLSConfig:         s.target.tls,
		ClientName:        "matchstream",
		ForceSingleClient: true,
		DisableRetry:      true,
		DisableCache:      true,
		AlwaysPipelining:  true,
		ConnWriteTimeout:  s.patience, // for an answer to its pings, too
	}
	o.Dialer.Timeout = s.patience
	o.DialCtxFn = func(ctx context.Context, to string, by *net.Dialer, with *tls.Config) (c net.Conn, err error) {
		c, err = by.DialContext(ctx, "tcp", to)
		if err == nil && with != nil {
			c, err = overTLS(ctx, c, with, by.Timeout)
		}
		if err != nil || h == nil {
			return c, err
		}
		return &connection{Conn: c, of: h}, nil
	}
	return o
}

// overTLS is a connection once both sides have greeted; within bounds that.
func overTLS(ctx context.Context, plain net.Conn, with *tls.Config, within time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	c := tls.Client(plain, with)
	if err := c.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, handshakeError{fmt.Errorf("TLS handshake: %w", err)}
	}
	return c, nil
}
