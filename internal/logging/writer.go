package logging

import (
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// mostWaiting is how many bytes may wait to be written.
	mostWaiting = 1 << 20
	// closing is how long the end waits for who takes nothing.
	closing = time.Second
)

// writer takes lines at once and writes them when they are taken.
type writer struct {
	to      io.Writer
	lines   atomic.Uint64
	dropped atomic.Uint64
	lost    func(lines uint64)                   // says that some were dropped
	tell    func(now time.Time) (next time.Time) // tells of repeats
	wake    chan struct{}
	stop    chan struct{}
	done    chan struct{}
	once    sync.Once

	mu struct {
		sync.Mutex
		waiting []byte
	}
}

func newWriter(to io.Writer) *writer {
	return &writer{to: to, wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{})}
}

// Write takes a line: slog's handlers give each in one piece.
func (w *writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	full := len(w.mu.waiting)+len(line) > mostWaiting
	if !full {
		w.mu.waiting = append(w.mu.waiting, line...)
	}
	w.mu.Unlock()
	if full {
		w.dropped.Add(1)
	} else {
		w.lines.Add(1)
	}
	w.remind()
	return len(line), nil
}

// remind the goroutine that there is something to do.
func (w *writer) remind() {
	select {
	case w.wake <- struct{}{}:
	default: // it is about to look
	}
}

// run writes, and tells of repeats when their time has come, until the end.
func (w *writer) run() {
	defer close(w.done)
	var told uint64 // of those that were dropped
	var next <-chan time.Time
	for over := false; !over; {
		select {
		case <-w.wake:
		case <-next:
		case <-w.stop:
			over = true
		}
		w.flush()
		if n := w.dropped.Load(); n > told {
			w.lost(n - told)
			told = n
		}
		next = nil
		if at := w.tell(time.Now()); !at.IsZero() {
			next = time.After(time.Until(at))
		}
		w.flush()
	}
}

// flush writes all that waits. Where it cannot be written there is nobody to
// tell.
func (w *writer) flush() {
	for {
		w.mu.Lock()
		text := w.mu.waiting
		w.mu.waiting = nil
		w.mu.Unlock()
		if len(text) == 0 {
			return
		}
		w.to.Write(text) //nolint:errcheck
	}
}

// close writes what waits, and ends. It gives up on who takes nothing: then the
// goroutine stays behind, as long as its write does.
func (w *writer) close() {
	w.once.Do(func() { close(w.stop) })
	select {
	case <-w.done:
	case <-time.After(closing):
	}
}
