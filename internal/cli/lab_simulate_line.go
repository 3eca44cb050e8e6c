package cli

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// simulateLine says how a simulation stands: on a terminal in one line that is written
// anew, elsewhere seldom, a line each time. Above it stands what is worth being kept.
// Any goroutine may call its methods.
type simulateLine struct {
	to  io.Writer
	now func() time.Time
	mu  struct {
		sync.Mutex
		status *statusLine
		shown  string
		phase  string
		said   time.Time
	}
}

// seldom is how often a line is written where it stays.
const seldom = 30 * time.Second

func newSimulateLine(to io.Writer) *simulateLine {
	l := &simulateLine{to: to, now: time.Now}
	l.mu.status = newStatusLine(to)
	return l
}

// show says how it stands now; a new phase is always said.
func (l *simulateLine) show(phase, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.shown = phase + ": " + text
	l.mu.status.show(l.mu.shown)
	if now := l.now(); !isTerminal(l.to) && (now.Sub(l.mu.said) >= seldom || phase != l.mu.phase) {
		l.mu.said, l.mu.phase = now, phase
		fmt.Fprintln(l.to, l.mu.shown)
	}
}

// tell writes a line that stays.
func (l *simulateLine) tell(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.status.clear()
	fmt.Fprintln(l.to, text)
	if l.mu.shown != "" {
		l.mu.status.show(l.mu.shown)
	}
}

// done takes the line away.
func (l *simulateLine) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mu.shown = ""
	l.mu.status.clear()
}
