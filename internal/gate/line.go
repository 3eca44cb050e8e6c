package gate

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"matchstream/internal/wire"
)

// silence after which a line without an end is taken, if it parses.
const silence = time.Second

// errSilent: no line came in time; there is nobody to tell.
var errSilent = errors.New("no line came")

// readLine reads the client's one line, without its end, and says how many
// bytes came behind it. The line ends with \n or \r\n, at the end of what the
// client sends, or after a second of silence if it parses by then. Whoever
// wants it to stop makes stopped true, and then sets a deadline in the past.
func readLine(c net.Conn, timeout time.Duration, stopped func() bool) (line []byte, extra int, err error) {
	deadline := time.Now().Add(timeout)
	buffer := make([]byte, 0, wire.MaxLine+2)
	for {
		until := deadline
		if quiet := time.Now().Add(silence); len(buffer) > 0 && quiet.Before(until) {
			until = quiet
		}
		c.SetReadDeadline(until)
		if stopped() { // the order matters: one of the two deadlines is met
			return nil, 0, errSilent
		}
		n, err := c.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if i := bytes.IndexByte(buffer, '\n'); i >= 0 {
			return bytes.TrimSuffix(buffer[:i], []byte("\r")), len(buffer) - i - 1, nil
		}
		switch {
		case len(bytes.TrimSuffix(buffer, []byte("\r"))) > wire.MaxLine:
			return buffer, 0, nil // too long: whoever parses it says so
		case err == nil:
		case errors.Is(err, io.EOF) && len(buffer) > 0:
			return bytes.TrimSuffix(buffer, []byte("\r")), 0, nil
		case !errors.Is(err, os.ErrDeadlineExceeded), stopped():
			return nil, 0, errSilent
		case !time.Now().Before(deadline):
			return nil, 0, errSilent
		default:
			candidate := bytes.TrimSuffix(buffer, []byte("\r"))
			if _, err := wire.ParseConnect(candidate); err == nil {
				return candidate, 0, nil
			}
		}
	}
}

// waiting is the connections whose line has not come yet: when the node stops
// they are closed, since nothing has been promised to them.
type waiting struct {
	mu struct {
		sync.Mutex
		closed bool
		conns  map[net.Conn]bool
		none   sync.Cond
	}
}

func (w *waiting) add(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mu.closed {
		return false
	}
	if w.mu.conns == nil {
		w.mu.conns = make(map[net.Conn]bool)
		w.mu.none.L = &w.mu.Mutex
	}
	w.mu.conns[c] = true
	return true
}

func (w *waiting) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mu.closed
}

func (w *waiting) done(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.mu.conns, c)
	if len(w.mu.conns) == 0 {
		w.mu.none.Broadcast()
	}
}

// Close ends the dialogues that are still going on and takes no more. It
// returns when all of them have been handed over or closed.
func (g *Gate) Close() {
	w := &g.waiting
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mu.closed = true
	for c := range w.mu.conns {
		c.SetReadDeadline(time.Unix(1, 0))
	}
	for len(w.mu.conns) > 0 {
		w.mu.none.Wait()
	}
}
