package access

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// longestLine that is read. None of ours is nearly as long.
const longestLine = 1 << 20

// Reader reads a log, of this version or of a later one that has more fields.
type Reader struct {
	lines *bufio.Scanner
	n     int
}

// NewReader makes one.
func NewReader(r io.Reader) *Reader {
	s := bufio.NewScanner(r)
	s.Buffer(nil, longestLine)
	return &Reader{lines: s}
}

// LineError is a line that cannot be read: the last one, perhaps, of a machine
// that lost its power.
type LineError struct {
	Number int // from 1
	Cause  error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("line %d of the access log: expected a line of JSON, see docs/ACCESS-LOG.md: %v", e.Number, e.Cause)
}

func (e *LineError) Unwrap() error { return e.Cause }

// Read returns the next line, a *Request or a *Connection; io.EOF behind the
// last. After a *LineError it goes on with the line behind.
func (r *Reader) Read() (Line, error) {
	if !r.lines.Scan() {
		if err := r.lines.Err(); err != nil {
			return nil, fmt.Errorf("behind line %d of the access log: %w", r.n, err)
		}
		return nil, io.EOF
	}
	r.n++
	l, err := parse(r.lines.Bytes())
	if err != nil {
		return nil, &LineError{r.n, err}
	}
	return l, nil
}

func parse(text []byte) (Line, error) {
	var kind struct {
		Protocol string `json:"protocol"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, err
	}
	var l Line
	switch kind.Protocol {
	case HTTP:
		l = new(Request)
	case TCP, SSE, WS:
		l = new(Connection)
	default:
		return nil, errors.New("protocol: http, tcp, sse or ws is expected")
	}
	return l, json.Unmarshal(text, l)
}
