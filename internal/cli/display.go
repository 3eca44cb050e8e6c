package cli

import (
	"fmt"
	"io"
	"strings"

	"matchstream/internal/words"
)

// line is one that is told: its text may have anything in it, showing it is
// what takes out the harm.
type line struct {
	when  string // minute or time of day; "": none
	text  string
	style style
}

// margin is where the minutes stand, left of what is told.
const margin = "        "

// String is the line as it may be shown.
func (l line) String() string {
	return words.Plain(fmt.Sprintf("%*s  %s", len(margin)-2, l.when, l.text))
}

// display shows a match.
type display interface {
	line(line) error
	// top shows how the match stands, and how the connection does ("": well).
	top(score, connection string) error
	end()
}

// plainLines are for files, pipes and simple terminals: nothing but the lines.
type plainLines struct{ to io.Writer }

func (p plainLines) line(l line) error {
	_, err := fmt.Fprintln(p.to, l)
	return err
}

func (plainLines) top(string, string) error { return nil }
func (plainLines) end()                     {}

// harmless is a block of frames without what would act on a terminal, but with
// its ends of lines and tabs.
func harmless(b []byte) []byte {
	clean := strings.Map(func(r rune) rune {
		if words.Acts(r) && r != '\n' && r != '\r' && r != '\t' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
	return []byte(clean)
}

// style is how a line is made to stand out: the parameters of an escape
// sequence (ECMA-48, SGR).
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "1;32"
	yellow style = "33"
	purple style = "35"
)

func (s style) paint(text string) string {
	if s == plain {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
