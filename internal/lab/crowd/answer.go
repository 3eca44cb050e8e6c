package crowd

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// answer is the head of an HTTP/1.1 response: what a watcher has to know of it.
type answer struct {
	status  int
	length  int // of the body; -1: not said
	chunked bool
	close   bool
	kind    string // Content-Type, without its parameters
	upgrade bool
	accept  string // Sec-WebSocket-Accept
}

var errAnswer = errors.New("expected the head of an HTTP/1.1 response")

// mostBody is how many bytes an answer's body may have: a list of a million matches.
const mostBody = 32 << 20

var headEnd = []byte("\r\n\r\n")

// readAnswer reads a response's head; n is how long it is, 0: it is not whole yet.
func readAnswer(b []byte) (a answer, n int, err error) {
	n = bytes.Index(b, headEnd)
	if n < 0 {
		if len(b) > 64<<10 || len(b) >= 5 && string(b[:5]) != "HTTP/" {
			return a, 0, errAnswer
		}
		return a, 0, nil
	}
	lines := strings.Split(string(b[:n]), "\r\n")
	status, ok := strings.CutPrefix(lines[0], "HTTP/1.1 ")
	if !ok {
		status, ok = strings.CutPrefix(lines[0], "HTTP/1.0 ")
		a.close = true
	}
	code, _, _ := strings.Cut(status, " ")
	if a.status, err = strconv.Atoi(code); !ok || err != nil || len(code) != 3 || a.status < 100 {
		return a, 0, errAnswer
	}
	a.length = -1
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return a, 0, fmt.Errorf("%w: %q is no header field", errAnswer, line)
		}
		if err := a.field(strings.ToLower(name), strings.TrimSpace(value)); err != nil {
			return a, 0, err
		}
	}
	if a.status == 204 || a.status == 304 || a.status < 200 {
		a.length, a.chunked = 0, false
	}
	return a, n + len(headEnd), nil
}

func (a *answer) field(name, value string) error {
	switch name {
	case "content-length":
		n, err := strconv.ParseUint(value, 10, 31)
		if err != nil || n > mostBody {
			return fmt.Errorf("%w: Content-Length: %s", errAnswer, value)
		}
		a.length = int(n)
	case "transfer-encoding":
		if !strings.EqualFold(value, "chunked") {
			return fmt.Errorf("%w: Transfer-Encoding: %s", errAnswer, value)
		}
		a.chunked = true
	case "connection":
		for token := range strings.SplitSeq(value, ",") {
			switch strings.ToLower(strings.TrimSpace(token)) {
			case "close":
				a.close = true
			case "keep-alive":
				a.close = false
			}
		}
	case "content-type":
		kind, _, _ := strings.Cut(value, ";")
		a.kind = strings.ToLower(strings.TrimSpace(kind))
	case "upgrade":
		a.upgrade = strings.EqualFold(value, "websocket")
	case "sec-websocket-accept":
		a.accept = value
	}
	return nil
}

// body takes the whole body off what came behind a head; not whole: more must come.
// over: nothing comes any more.
func (a *answer) body(b []byte, over bool) (body []byte, whole bool, err error) {
	switch {
	case len(b) > mostBody:
		return nil, false, errTooLong
	case a.chunked && !over && (len(b) == 0 || b[len(b)-1] != '\n'): // it is looked through once it may be whole
		return nil, false, nil
	case a.chunked:
		var c chunks
		body, err = c.decode(nil, b)
		return body, c.over, err
	case a.length >= 0:
		if len(b) < a.length {
			return nil, false, nil
		}
		return b[:a.length], true, nil
	}
	return b, over, nil
}
