package crowd

import (
	"bytes"
	"errors"
	"strconv"
)

var errSSE = errors.New("expected a comment, retry:, or id:, event: and data:, and an empty line")

// cutSSE is how long the first whole block of an event stream is, its empty line
// included; 0: it is not whole yet. Lines end with \n or \r\n; \r alone, which the
// standard has too, nobody sends.
func cutSSE(b []byte) (int, error) {
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			break
		}
		if i == 0 || i == 1 && b[at] == '\r' {
			return at + i + 1, nil
		}
		at += i + 1
	}
	if len(b) > most {
		return 0, errTooLong
	}
	return 0, nil
}

// parseSSE reads a whole block. Of another service any block is taken; ours has the
// fields that its description has.
func (p *parser) parseSSE(raw []byte) (f frame, err error) {
	if p.foreign {
		return marked(raw), nil
	}
	var id, event, data []byte
	rest, lines := raw, 0
	for {
		var line []byte
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		lines++
		key, value, _ := bytes.Cut(line, []byte{':'})
		value = bytes.TrimPrefix(value, []byte{' '})
		switch {
		case len(key) == 0:
			lines--
		case string(key) == "retry" && lines == 1 && isNumber(value):
			f.kind, f.id = aRetry, retryIn(value)
		case string(key) == "id" && id == nil:
			id = value
		case string(key) == "event" && event == nil:
			event = value
		case string(key) == "data" && data == nil:
			data = value
		default:
			return frame{}, errSSE
		}
	}
	switch {
	case len(rest) > 0:
		return frame{}, errSSE
	case lines == 0, f.kind == aRetry && lines == 1:
		return f, nil
	case f.kind == aRetry:
		return frame{}, errSSE
	case string(event) == "gone" && id == nil:
		return frame{kind: aGoodbye}, nil
	case id == nil || event == nil || data == nil:
		return frame{}, errSSE
	}
	f, name, position, err := p.object(data)
	if err != nil {
		return f, err
	}
	if name != string(event) || position != string(id) {
		return f, errors.New("expected the kind and the position in data: to be those of event: and id: before it")
	}
	if f.kind == anEvent {
		f.mark = mark(raw)
	}
	return f, nil
}

// mostRetry is how many ms a watcher waits at most before he comes back.
const mostRetry = 60_000

// retryIn is how many ms to wait.
func retryIn(digits []byte) uint32 {
	n, err := strconv.ParseUint(string(digits), 10, 32)
	if err != nil || n > mostRetry {
		return mostRetry
	}
	return uint32(n)
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
