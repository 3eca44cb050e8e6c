package pump

import (
	"errors"
	"io"
	"os"
)

// listen reads what the client says until it says no more.
func (c *connection) listen(cancel func()) {
	defer close(c.heard)
	defer func() {
		if cause := recover(); cause != nil {
			c.pump.panicked(cause)
			c.end(Broken)
			cancel()
		}
	}()
	hearer := c.watch.hearer()
	hear := func(p []byte) {
		if len(p) > 0 && c.reason() == Watching && c.answer(hearer.Hear(p)) != Watching {
			cancel()
		}
	}
	hear(c.watch.Said)
	c.watch.Said = nil
	var buffer [512]byte
	for {
		n, err := c.sink.Read(buffer[:])
		hear(buffer[:n])
		switch {
		case err == nil:
		case errors.Is(err, errDeaf):
			return
		case errors.Is(err, io.EOF) && c.watch.HalfClose, errors.Is(err, os.ErrDeadlineExceeded):
			return
		default:
			c.end(Left)
			cancel()
			return
		}
	}
}

// answer writes what the client is answered. If that is the last he is told,
// nothing of the match may come behind it (RFC 6455 wants it so for a close).
func (c *connection) answer(p []byte, end Reason) Reason {
	c.writing.Lock()
	defer c.writing.Unlock()
	if end != Watching {
		c.end(end)
	}
	if _, err := c.writeLocked(p); err != nil && end == Watching {
		end = Broken
		c.end(end)
	}
	c.writing.over = c.writing.over || end != Watching
	return end
}

// end notes why the client's words end the watch; the first reason counts.
func (c *connection) end(why Reason) {
	c.ending.Lock()
	defer c.ending.Unlock()
	if c.ending.why == Watching {
		c.ending.why = why
	}
}

func (c *connection) reason() Reason {
	c.ending.Lock()
	defer c.ending.Unlock()
	return c.ending.why
}
