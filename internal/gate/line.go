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

// cutLine finds the client's one line in what he has said so far, without its
// end, and what came behind it; not whole: there is more to come. over: there
// is not.
func cutLine(said []byte, over bool) (line, extra []byte, whole bool) {
	if i := bytes.IndexByte(said, '\n'); i >= 0 {
		return trimmed(said[:i]), said[i+1:], true
	}
	if len(trimmed(said)) > wire.MaxLine {
		return said, nil, true // too long: whoever parses it says so
	}
	return trimmed(said), nil, over && len(said) > 0
}

func trimmed(line []byte) []byte { return bytes.TrimSuffix(line, []byte("\r")) }

// readLine reads the client's one line, without its end, and what came behind
// it. The line ends with \n or \r\n, at the end of what the
// client sends, or after a second of silence if it parses by then. Whoever
// wants it to stop makes stopped true, and then sets a deadline in the past.
func readLine(c net.Conn, timeout time.Duration, stopped func() bool) (line, extra []byte, err error) {
	deadline := time.Now().Add(timeout)
	buffer := make([]byte, 0, wire.MaxLine+2)
	for {
		until := deadline
		if quiet := time.Now().Add(silence); len(buffer) > 0 && quiet.Before(until) {
			until = quiet
		}
		c.SetReadDeadline(until)
		if stopped() { // the order matters: one of the two deadlines is met
			return nil, nil, errSilent
		}
		n, err := c.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		line, extra, whole := cutLine(buffer, errors.Is(err, io.EOF))
		switch {
		case whole:
			return line, extra, nil
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded), stopped():
			return nil, nil, errSilent
		case !time.Now().Before(deadline):
			return nil, nil, errSilent
		default:
			if _, err := wire.ParseConnect(line); err == nil {
				return line, nil, nil
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
