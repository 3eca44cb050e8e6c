package pump

import (
	"errors"
	"io"
	"os"
)

// listen reads what the client says until it says no more.
func (c *connection) listen(cancel func()) {
	defer close(c.heard)
	var buffer [512]byte
	for {
		n, err := c.sink.Read(buffer[:])
		if n > 0 && c.reason() == Watching && c.watch.Hear != nil {
			answer, end := c.watch.Hear(buffer[:n])
			if err := c.write(answer); err != nil && end == Watching {
				end = Broken
			}
			if end != Watching {
				c.end(end)
				cancel()
			}
		}
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
