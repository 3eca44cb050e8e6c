package compare

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// Format is that of a log's lines.
type Format string

// The formats.
const (
	Auto     Format = "auto"     // by the first line: JSON is ours
	Ours     Format = "ours"     // docs/ACCESS-LOG.md
	Combined Format = "combined" // nginx's and Apache's
)

// Log is what was read of one.
type Log struct {
	Name   string // of the file
	Format Format
	Lines  int   // in all
	Bad    int   // that could not be read
	First  error // of those, the first

	entries []entry
	left    int  // lines that are nobody's who watches: an operator's, a monitor's, a scanner's
	loose   int  // requests that could not be given to a user
	knows   bool // when a connection began, how long it lasted, and why it ended
}

// entry is a request, or a connection on which somebody watched.
type entry struct {
	when     time.Time // it came; in the combined format: it ended
	lasted   time.Duration
	user     string // "": not said
	from     string // address
	port     uint16 // 0: not known
	what     string // "GET /1/checkin"; of a connection its protocol
	stream   bool   // a connection
	why      string // it ended
	position bool   // it asked for one
	resumed  bool   // and got it
	slow     bool   // was passed over, or cut off, being slow
}

// longestLine that is read of a log in the combined format.
const longestLine = 1 << 20

// Read reads a log. Lines that cannot be read are counted, and are no error; that none
// can be is one.
func Read(name string, r io.Reader, format Format) (*Log, error) {
	from := bufio.NewReader(r)
	l := &Log{Name: name, Format: format}
	if format == Auto || format == "" {
		l.Format = guess(from)
	}
	var err error
	switch l.Format {
	case Ours:
		l.knows = true
		err = l.readOurs(from)
	case Combined:
		err = l.readCombined(from)
	default:
		err = fmt.Errorf("format %q: expected auto, ours or combined", format)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if l.Bad > 0 && l.Bad == l.Lines {
		return nil, fmt.Errorf("%s: no line is one of an access log in the format %s: %w", name, l.Format, l.First)
	}
	return l, nil
}

// guess looks at how a log begins.
func guess(r *bufio.Reader) Format {
	for n := 64; n <= r.Size(); n *= 2 {
		b, err := r.Peek(n)
		if b = bytes.TrimLeft(b, " \t\r\n"); len(b) > 0 && b[0] == '{' {
			return Ours
		}
		if len(b) > 0 || err != nil {
			break
		}
	}
	return Combined
}

// bad counts a line that cannot be read.
func (l *Log) bad(err error) {
	l.Bad++
	if l.First == nil {
		l.First = err
	}
}

func (l *Log) readCombined(from *bufio.Reader) error {
	s := bufio.NewScanner(from)
	s.Buffer(nil, longestLine)
	for s.Scan() {
		if len(bytes.TrimSpace(s.Bytes())) == 0 {
			continue
		}
		l.Lines++
		c, err := parseCombined(s.Text())
		if err != nil {
			l.bad(fmt.Errorf("line %d: %w", l.Lines, err))
			continue
		}
		l.add(c.entry())
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("behind line %d: a line of more than %d bytes is none of an access log", l.Lines, longestLine)
	}
	return s.Err()
}

// add takes an entry, unless it is of a machine that looks after the server, or for
// holes in it.
func (l *Log) add(e entry) {
	switch e.what {
	case "GET /healthz", "GET /readyz", "GET /metrics", noRequest:
		l.left++
	default:
		l.entries = append(l.entries, e)
	}
}
