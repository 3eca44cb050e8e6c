package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/match"
)

// TCPFrame is a frame of the line protocol as a client reads it.
type TCPFrame struct {
	Time    time.Time // UTC, whole seconds; zero in an error
	Kind    string    // "" in an error
	Error   string    // the sentence behind ERROR:
	Details []TCPDetail
}

// TCPDetail is one detail: a value as it stands on the line, or a list.
type TCPDetail struct {
	Key     string
	Value   string         // read it with TCPText or TCPPlayer, or take it as it is
	Players []match.Player // of a list; not nil even if it is empty
}

// Detail finds a detail by its key.
func (f TCPFrame) Detail(key string) (TCPDetail, bool) {
	for _, d := range f.Details {
		if d.Key == key {
			return d, true
		}
	}
	return TCPDetail{}, false
}

// TCPReader reads the frames that a server sends over the line protocol. It
// is strict: a byte that the protocol does not have is an error.
type TCPReader struct{ r *bufio.Reader }

// NewTCPReader reads from r.
func NewTCPReader(r io.Reader) *TCPReader { return &TCPReader{bufio.NewReader(r)} }

// Read returns the next frame. io.EOF: the stream ended at a frame border;
// io.ErrUnexpectedEOF: it was cut within a frame.
func (t *TCPReader) Read() (TCPFrame, error) {
	line, err := t.line()
	if err != nil {
		return TCPFrame{}, err
	}
	f, err := readHeader(line)
	if err != nil {
		return TCPFrame{}, err
	}
	for {
		line, err := t.line()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return TCPFrame{}, err
		}
		if line == "\r" {
			return f, nil
		}
		if err := f.readDetail(line); err != nil {
			return TCPFrame{}, err
		}
	}
}

// line is a line without its \n.
func (t *TCPReader) line() (string, error) {
	line, err := t.r.ReadString('\n')
	if errors.Is(err, io.EOF) && line != "" {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(line, "\n"), err
}

func readHeader(line string) (TCPFrame, error) {
	if sentence, ok := strings.CutPrefix(line, "ERROR: "); ok {
		return TCPFrame{Error: sentence}, nil
	}
	at, kind, ok := strings.Cut(line, ": ")
	kind, colon := strings.CutSuffix(kind, ":")
	when, err := time.Parse(time.DateTime, at)
	if !ok || !colon || err != nil || kind == "" {
		return TCPFrame{}, fmt.Errorf("expected the header of a frame, not %q", line)
	}
	return TCPFrame{Time: when, Kind: kind}, nil
}

func (f *TCPFrame) readDetail(line string) error {
	if name, ok := strings.CutPrefix(line, "\t\t "); ok && len(f.Details) > 0 {
		last := &f.Details[len(f.Details)-1]
		if p, ok := TCPPlayer(name); ok && last.Players != nil {
			last.Players = append(last.Players, p)
			return nil
		}
	}
	key, value, ok := strings.Cut(strings.TrimPrefix(line, "\t"), ":")
	if !ok || line[0] != '\t' || key == "" {
		return fmt.Errorf("expected a detail, not %q", line)
	}
	d := TCPDetail{Key: key}
	switch {
	case value == "":
		d.Players = []match.Player{}
	case value[0] == ' ':
		d.Value = value[1:]
	default:
		return fmt.Errorf("expected a detail, not %q", line)
	}
	f.Details = append(f.Details, d)
	return nil
}

// TCPPlayer reads "Luna (7) ", the value of a single player.
func TCPPlayer(value string) (match.Player, bool) {
	i := strings.LastIndex(value, " (")
	rest, ok := strings.CutSuffix(value, ") ")
	if i < 0 || !ok || i+2 > len(rest) {
		return match.Player{}, false
	}
	number, err := strconv.Atoi(rest[i+2:])
	return match.Player{Number: number, Name: value[:i]}, err == nil
}

// TCPText reads <<"…">>, the value of a text.
func TCPText(value string) (string, bool) {
	s, ok := strings.CutPrefix(value, `<<"`)
	s, end := strings.CutSuffix(s, `">>`)
	if !ok || !end {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			if s[i] == '"' || isControl(s[i]) {
				return "", false
			}
			b.WriteByte(s[i])
			continue
		}
		c, size, ok := unescape(s[i+1:])
		if !ok {
			return "", false
		}
		b.WriteByte(c)
		i += size
	}
	return b.String(), true
}

// unescape reads what stands behind a backslash.
func unescape(s string) (c byte, size int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	switch s[0] {
	case '"', '\\':
		return s[0], 1, true
	case 'n':
		return '\n', 1, true
	case 't':
		return '\t', 1, true
	case 'r':
		return '\r', 1, true
	case 'x':
		if len(s) < 3 {
			return 0, 0, false
		}
		n, err := strconv.ParseUint(s[1:3], 16, 8)
		return byte(n), 3, err == nil
	}
	return 0, 0, false
}
