package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
)

// simulateLine says how a simulation stands: on a terminal in one line that is written
// anew, elsewhere seldom, a line each time. Above it stands what is worth being kept.
// Any goroutine may call its methods.
type simulateLine struct {
	to       io.Writer
	terminal bool
	now      func() time.Time
	mu       struct {
		sync.Mutex
		shown string
		phase string
		said  time.Time
	}
}

// seldom is how often a line is written where it stays.
const seldom = 30 * time.Second

func newSimulateLine(to io.Writer) *simulateLine {
	return &simulateLine{to: to, terminal: isTerminal(to), now: time.Now}
}

// show says how it stands now; a new phase is always said.
func (l *simulateLine) show(phase, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text = phase + ": " + text
	if l.terminal {
		l.mu.shown = runewidth.Truncate(text, statusWidth, "…")
		fmt.Fprintf(l.to, "\r\x1b[K%s", l.mu.shown)
		return
	}
	if now := l.now(); now.Sub(l.mu.said) >= seldom || phase != l.mu.phase {
		l.mu.said, l.mu.phase = now, phase
		fmt.Fprintln(l.to, text)
	}
}

// tell writes a line that stays.
func (l *simulateLine) tell(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminal {
		fmt.Fprintf(l.to, "\r\x1b[K%s\n%s", text, l.mu.shown)
		return
	}
	fmt.Fprintln(l.to, text)
}

// done takes the line away.
func (l *simulateLine) done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.terminal && l.mu.shown != "" {
		l.mu.shown = ""
		fmt.Fprint(l.to, "\r\x1b[K")
	}
}
