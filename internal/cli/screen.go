package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"matchstream/internal/words"
)

// A screen keeps two rows on top of a terminal, the score and a rule, and lets
// the lines scroll below them: the terminal itself does that, by its scroll
// region (DECSTBM). The cursor always stands where the next line goes; to write
// the rows on top it is put away and fetched back. Nothing is read from the
// terminal and its mode stays as it is, so that Ctrl-C is the signal it always
// is, and to restore it is to take the region away.
type screen struct {
	to     io.Writer
	size   func() (width, height int)
	colour bool
	stop   func()

	mu struct {
		sync.Mutex
		width, height int
		score, state  string
		lines         []line // the latest, oldest first
	}
}

const (
	topRows   = 2
	keptLines = 500 // for drawing anew; no terminal has more rows
)

func newScreen(f *os.File, colour bool) *screen {
	s := &screen{to: f, colour: colour, size: func() (int, int) {
		width, height, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return 80, 24
		}
		return width, height
	}}
	s.begin()
	done, ended := make(chan struct{}), make(chan struct{})
	s.stop = sync.OnceFunc(func() { close(done); <-ended })
	go func() {
		defer close(ended)
		s.look(done)
	}()
	return s
}

// look sees whether the window has another size: asking is cheap, and works on
// every system, which the signal for it does not.
func (s *screen) look(done <-chan struct{}) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			s.resize()
		}
	}
}

// begin moves what is on the screen up into the terminal's memory.
func (s *screen) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.width, s.mu.height = s.size()
	io.WriteString(s.to, strings.Repeat("\n", s.mu.height))
	s.draw()
}

func (s *screen) resize() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if width, height := s.size(); width != s.mu.width || height != s.mu.height {
		s.mu.width, s.mu.height = width, height
		s.draw()
	}
}

// tiny: too few rows to keep any.
func (s *screen) tiny() bool { return s.mu.height < topRows+2 }

// draw writes everything anew. The lock is held.
func (s *screen) draw() error {
	var b strings.Builder
	b.WriteString("\x1b[r\x1b[2J\x1b[H")
	room := s.mu.height
	if !s.tiny() {
		room -= topRows
		fmt.Fprintf(&b, "\x1b[%d;%dr\x1b[%d;1H", topRows+1, s.mu.height, topRows+1)
	}
	for _, l := range s.mu.lines[max(0, len(s.mu.lines)-room+1):] {
		b.WriteString(s.painted(l) + "\r\n")
	}
	b.WriteString(s.rows())
	_, err := io.WriteString(s.to, b.String())
	return err
}

// rows are those on top, from and to the place of the cursor. What is too long
// is cut; wrapping is off for them, should the terminal find a character wider.
func (s *screen) rows() string {
	if s.tiny() {
		return ""
	}
	score, rule := bold, dim
	if !s.colour {
		score, rule = plain, plain
	}
	below := strings.Repeat("─", s.mu.width)
	if s.mu.state != "" {
		below = "── " + s.mu.state + " " + strings.Repeat("─", s.mu.width)
	}
	return "\x1b7\x1b[?7l\x1b[1;1H\x1b[2K" + score.paint(runewidth.Truncate(" "+words.Plain(s.mu.score), s.mu.width, "…")) +
		"\x1b[2;1H\x1b[2K" + rule.paint(string([]rune(words.Plain(below))[:s.mu.width])) + "\x1b[?7h\x1b8"
}

// narrow is a terminal with too few columns for what is told to be indented.
const narrow = 3 * len(margin)

// painted are a line's rows, with the ends of all but the last. The lock is
// held.
func (s *screen) painted(l line) string {
	indent := len(margin)
	if s.mu.width < narrow {
		indent = 0
	}
	rows := wrap(l.String(), s.mu.width, indent)
	for i, row := range rows {
		if s.colour {
			rows[i] = l.style.paint(row)
		}
	}
	return strings.Join(rows, "\r\n")
}

func (s *screen) line(l line) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.lines = append(s.mu.lines, l)
	s.mu.lines = s.mu.lines[max(0, len(s.mu.lines)-keptLines):]
	_, err := io.WriteString(s.to, s.painted(l)+"\r\n")
	return err
}

func (s *screen) top(score, state string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if score == s.mu.score && state == s.mu.state {
		return nil
	}
	s.mu.score, s.mu.state = score, state
	_, err := io.WriteString(s.to, s.rows())
	return err
}

// end gives the terminal back: what is on it stays, and whatever comes next
// stands below. Taking the region away moves the cursor, so that is fetched
// back.
func (s *screen) end() {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	io.WriteString(s.to, "\x1b7\x1b[r\x1b8\x1b[0m")
}
