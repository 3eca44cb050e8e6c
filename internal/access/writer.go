package access

import (
	"bytes"
	"fmt"
	"os"
	"time"
)

// writer is what the goroutine that writes has.
type writer struct {
	to     *os.File
	queue  []Line // taken
	buffer []byte // encoded: whole lines
	inside int    // how many lines those are
	weight int    // of them
	failed bool   // the last write did
	err    error  // of what was not written in the end
}

// run writes until the log is closed.
func (l *Log) run() {
	defer close(l.done)
	for {
		some, retry := l.some, (<-chan time.Time)(nil)
		if l.writer.failed {
			some, retry = nil, time.After(again)
		}
		select {
		case <-some:
			l.linger()
		case <-retry:
		case <-l.closing:
			l.finish()
			return
		}
		l.write()
	}
}

// linger waits for more lines.
func (l *Log) linger() {
	enough := time.NewTimer(lingering)
	defer enough.Stop()
	select {
	case <-enough.C:
	case <-l.hurry:
	case <-l.closing:
	}
}

// write writes all there is, or until that fails.
func (l *Log) write() {
	w := &l.writer
	for w.fill(l) {
		n, err := appendWhole(w.to, w.buffer)
		lines := bytes.Count(w.buffer[:n], newline)
		l.lines.Add(uint64(lines))
		w.buffer, w.inside = w.buffer[n:], w.inside-lines
		if err != nil {
			l.fails(err)
			return
		}
		l.written(w.weight)
		w.weight = 0
	}
}

// fill takes the next lines, if what it has is written, and the file they go
// to; false: there are none.
func (w *writer) fill(l *Log) bool {
	if len(w.queue) == 0 {
		w.queue = l.take()
	} else {
		l.follow()
	}
	if len(w.buffer) > 0 {
		return true
	}
	w.buffer = w.buffer[:0]
	n := 0
	for n < len(w.queue) && len(w.buffer) < much {
		w.buffer = Append(w.buffer, w.queue[n])
		w.weight += w.queue[n].weight()
		w.queue[n] = nil
		n++
	}
	w.inside, w.queue = n, w.queue[n:]
	return len(w.buffer) > 0
}

// take all lines that wait.
func (l *Log) take() []Line {
	l.follow()
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.mu.lines
	l.mu.lines = nil
	return taken
}

// follow goes on in the new file, if there is one. What is in the buffer goes
// there: it begins with a whole line.
func (l *Log) follow() {
	l.mu.Lock()
	next := l.mu.next
	l.mu.next = nil
	l.mu.Unlock()
	if next != nil {
		l.writer.to.Close()
		l.writer.to = next
	}
}

var newline = []byte("\n")

// written makes room for as much again.
func (l *Log) written(weight int) {
	l.mu.Lock()
	l.mu.weight -= weight
	room := l.mu.losing && l.mu.weight < most/2
	if room {
		l.mu.losing = false
	}
	l.mu.Unlock()
	if l.writer.failed {
		l.writer.failed = false
		l.log.Info("the access log is written again", "file", l.name)
	}
	if room {
		l.log.Info("lines of the access log are no longer lost", "file", l.name, "lost", l.Lost())
	}
}

// fails says that a write has failed, once.
func (l *Log) fails(err error) {
	if !l.writer.failed {
		l.log.Error("the access log cannot be written; it is tried again every second, and lines are kept in memory as long as there is room: is the disk full?",
			"file", l.name, "cause", err)
	}
	l.writer.failed = true
}

// finish writes the rest, once.
func (l *Log) finish() {
	l.write()
	w := &l.writer
	if left := w.inside + len(w.queue); w.failed && left > 0 {
		w.err = fmt.Errorf("the end of the access log %s could not be written: %d lines are lost; is the disk full?", l.name, left)
	}
	if w.to != os.Stdout {
		w.to.Close()
	}
}
