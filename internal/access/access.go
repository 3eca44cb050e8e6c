// Package access is the access log: a line of JSON for each request and each
// connection, at its end. docs/ACCESS-LOG.md describes it for those who read it.
//
// Whoever adds a line waits for nobody: it is put into memory, and a goroutine
// writes what has come together, whole lines in large writes. A disk that does
// not keep up, or is full, costs lines and nothing else; those lost are counted.
package access

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Stdout is the name of the standard output.
const Stdout = "-"

const (
	// most is how much may wait to be written; what comes beyond is lost.
	most = 16 << 20
	// lingering is how long a line may wait for others.
	lingering = time.Second
	// much is written at once; it is about one write's size, too.
	much = 64 << 10
	// again is how long after a write has failed the next is tried.
	again = time.Second
	// closing may take that long: nobody waits for ever for a pipe that nobody
	// reads.
	closingTime = 5 * time.Second
)

// Log is the access log of a node. Any goroutine may call its methods; none but
// Close waits for a write. A nil Log is one that is off.
type Log struct {
	name    string
	log     *slog.Logger
	writer  writer
	some    chan struct{} // holds a token when there is something to write
	hurry   chan struct{} // holds a token when that should not wait
	closing chan struct{}
	done    chan struct{}

	lines, lost atomic.Uint64

	mu struct {
		sync.Mutex
		lines  []Line
		weight int      // of those, and of those that are being written
		losing bool     // it has been said
		next   *os.File // to go on with; nil: the same
		closed bool
	}
}

// Open begins a log at the end of a file, which is made if there is none, or on
// the standard output. log is told what goes wrong later.
func Open(name string, log *slog.Logger) (*Log, error) {
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	l := &Log{name: name, log: log, some: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		closing: make(chan struct{}), done: make(chan struct{})}
	l.writer.to = f
	go l.run()
	return l, nil
}

// On says whether there is a log.
func (l *Log) On() bool { return l != nil }

// Lines is how many have been written, Lost how many could not be.
func (l *Log) Lines() uint64 { return l.lines.Load() }

// Lost is how many lines there was no room for.
func (l *Log) Lost() uint64 { return l.lost.Load() }

// Add puts a line into the log. It is not to be changed afterwards.
func (l *Log) Add(line Line) {
	weight := line.weight()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.closed || l.mu.weight+weight > most {
		l.lose()
		return
	}
	l.mu.lines = append(l.mu.lines, line)
	l.mu.weight += weight
	token(l.some)
	if l.mu.weight >= much {
		token(l.hurry)
	}
}

// lose counts a line, and says so when it is the first in a row. Called with mu
// held, by who may not wait for the log.
func (l *Log) lose() {
	l.lost.Add(1)
	if !l.mu.losing && !l.mu.closed {
		l.mu.losing = true
		go l.log.Error("lines of the access log are lost: it cannot be written as fast as they come", "file", l.name, "do", "look at its disk; matchstream_access_log_lost_total counts them")
	}
}

// Reopen goes on in a file of the same name as when the log was opened: to be
// called when the old one has been renamed. Each line is in the old or in the
// new one, whole. If that fails the log goes on in the old one.
func (l *Log) Reopen() error {
	if l == nil || l.name == Stdout {
		return nil
	}
	f, err := open(l.name)
	if err != nil {
		return fmt.Errorf("the access log goes on in the file it had: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.closed {
		return f.Close()
	}
	if l.mu.next != nil {
		l.mu.next.Close() // nothing was written to it
	}
	l.mu.next = f
	token(l.some)
	token(l.hurry)
	return nil
}

// Close writes what there is, and ends the log. What comes later is lost.
func (l *Log) Close() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	already := l.mu.closed
	l.mu.closed = true
	l.mu.Unlock()
	if !already {
		close(l.closing)
	}
	select {
	case <-l.done:
		return l.writer.err
	case <-time.After(closingTime):
		return errors.New("the access log " + l.name + " could not be ended: its reader takes nothing")
	}
}

// token puts one into a channel that can hold one.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
