package cli

import (
	"fmt"
	"io"

	"github.com/mattn/go-runewidth"
)

// statusLine is the one line that says how a test stands while it runs: on a terminal,
// and nowhere else. One goroutine at a time calls its methods.
type statusLine struct {
	to    io.Writer // nil: nobody would see it
	shown bool
}

// newStatusLine makes one; to is the standard error, so that the result can be piped.
func newStatusLine(to io.Writer) *statusLine {
	if !isTerminal(to) {
		to = nil
	}
	return &statusLine{to: to}
}

const statusWidth = 79 // columns of a terminal that is 80 wide, without a break

// show puts a text in the place of the one before.
func (s *statusLine) show(text string) {
	if s.to != nil {
		fmt.Fprintf(s.to, "\r\x1b[2K%s", runewidth.Truncate(text, statusWidth, "…"))
		s.shown = true
	}
}

// clear takes the line away.
func (s *statusLine) clear() {
	if s.shown {
		fmt.Fprint(s.to, "\r\x1b[2K")
		s.shown = false
	}
}
