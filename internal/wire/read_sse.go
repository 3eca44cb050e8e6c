package wire

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// SSEEvent is an event of an event stream as a client reads it.
type SSEEvent struct {
	ID    string // the last id seen, as EventSource gives it
	Event string // "message" where there was no name
	Data  string
}

// SSEReader reads event streams as the WHATWG's HTML standard says ("Parsing
// an event stream").
type SSEReader struct {
	// LastID is what a client resumes with.
	LastID string
	// Retry is how long the server wants a client to wait; 0 if it did not say.
	Retry time.Duration
	// Comments counts the comment lines: heartbeats.
	Comments int

	r     *bufio.Reader
	begun bool
}

// NewSSEReader reads from r, the body of a response.
func NewSSEReader(r io.Reader) *SSEReader { return &SSEReader{r: bufio.NewReader(r)} }

// Read returns the next event that has data. io.EOF: the stream ended between
// two events; io.ErrUnexpectedEOF: within one.
func (s *SSEReader) Read() (SSEEvent, error) {
	var e SSEEvent
	var data []string
	inside := false
	for {
		line, err := s.line()
		if err != nil {
			if errors.Is(err, io.EOF) && (inside || line != "") {
				err = io.ErrUnexpectedEOF
			}
			return SSEEvent{}, err
		}
		if line != "" {
			inside = inside || line[0] != ':'
			data = s.field(line, &e, data)
			continue
		}
		inside = false
		if data == nil { // nothing is dispatched without data
			e = SSEEvent{}
			continue
		}
		e.ID, e.Data = s.LastID, strings.Join(data, "\n")
		if e.Event == "" {
			e.Event = "message"
		}
		return e, nil
	}
}

// field takes one line: "key: value", "key:value", "key", or a comment.
func (s *SSEReader) field(line string, e *SSEEvent, data []string) []string {
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch key {
	case "":
		s.Comments++
	case "id":
		if !strings.Contains(value, "\x00") {
			s.LastID = value
		}
	case "event":
		e.Event = value
	case "data":
		return append(data, value)
	case "retry":
		if n, err := strconv.ParseUint(value, 10, 32); err == nil {
			s.Retry = time.Duration(n) * time.Millisecond
		}
	}
	return data
}

// line is a line without its end: \n or \r\n. (The standard knows \r alone
// too; no server of ours sends it, and waiting for what follows it would stall.)
func (s *SSEReader) line() (string, error) {
	line, err := s.r.ReadString('\n')
	if !s.begun {
		s.begun = true
		line = strings.TrimPrefix(line, "\ufeff")
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}
