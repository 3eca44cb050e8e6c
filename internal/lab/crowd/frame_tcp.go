package crowd

import (
	"bytes"
	"time"
)

var (
	tcpEnd   = []byte("\n\r\n")
	tcpError = []byte("ERROR: ")
)

// cutTCP is how long the first whole frame of b is; 0: it is not whole yet.
func (p *parser) cutTCP(b []byte) (int, error) {
	end := tcpEnd
	if p.foreign {
		end = p.end
	}
	if i := bytes.Index(b, end); i >= 0 {
		return i + len(end), nil
	}
	if len(b) > most {
		return 0, errTooLong
	}
	return 0, nil
}

// parseTCP reads a whole frame of lines. It is as strict as the protocol's description:
// the header, the details in the only forms that there are, the id last, of a status
// the seven or nine details in their order.
func (p *parser) parseTCP(raw []byte) (f frame, err error) {
	if p.foreign {
		return marked(raw), nil
	}
	body := raw[:len(raw)-len(tcpEnd)+1] // lines, each with its \n
	line, body := cutLine(body)
	if bytes.HasPrefix(line, tcpError) {
		if len(body) > 0 || len(line) == len(tcpError) {
			return f, errHeader
		}
		return frame{kind: anError}, nil
	}
	name, ok := tcpHeader(line)
	if !ok {
		return f, errHeader
	}
	f.kindOf(name)
	if name == "status" {
		f.kind = aStatus
	}
	s := tcpStatus{parser: p}
	list := false
	for len(body) > 0 {
		if f.epoch != 0 { // the id was the last
			return f, errNoID
		}
		line, body = cutLine(body)
		if list && bytes.HasPrefix(line, []byte("\t\t ")) {
			if !tcpPlayer(line[3:]) {
				return f, errDetail
			}
			continue
		}
		key, value, ok := tcpDetail(line)
		if !ok {
			return f, errDetail
		}
		list = value == nil
		if string(key) == "id" && len(body) == 0 {
			f.id, f.epoch, err = p.position(value)
			if err != nil {
				return f, err
			}
		} else if f.kind == aStatus && !s.next(key, value) {
			return f, errDetail
		}
	}
	if f.epoch == 0 || f.kind == anEvent && f.id == 0 {
		return f, errNoID
	}
	if f.kind == aStatus {
		f.stop = s.ended
		return f, s.whole()
	}
	f.mark = mark(raw)
	return f, nil
}

// cutLine takes a line off, without its \n.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

// tcpHeader reads "2026-11-22 18:22:04: goal:".
func tcpHeader(line []byte) (kind string, ok bool) {
	const at = len(time.DateTime)
	if len(line) < at+4 || line[at] != ':' || line[at+1] != ' ' || line[len(line)-1] != ':' {
		return "", false
	}
	if _, err := time.Parse(time.DateTime, string(line[:at])); err != nil {
		return "", false
	}
	kind = string(line[at+2 : len(line)-1])
	return kind, isKey(kind, '-')
}

// isKey says whether a name has only small letters, digits, _ and one further character.
func isKey(name string, further byte) bool {
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != further {
			return false
		}
	}
	return name != "" && len(name) <= 32
}
