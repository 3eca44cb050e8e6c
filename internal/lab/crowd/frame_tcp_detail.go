package crowd

import (
	"bytes"
	"fmt"
	"slices"
)

// tcpDetail reads a line of a frame: "\tcard: red". The value is nil for what begins a
// list, else it has one of the protocol's forms.
func tcpDetail(line []byte) (key, value []byte, ok bool) {
	if len(line) < 3 || line[0] != '\t' {
		return nil, nil, false
	}
	key, value, ok = bytes.Cut(line[1:], []byte{':'})
	if !ok || !isKey(string(key), '_') {
		return nil, nil, false
	}
	if len(value) == 0 {
		return key, nil, true
	}
	value, ok = bytes.CutPrefix(value, []byte{' '})
	return key, value, ok && (isWord(value) || isText(value) || tcpPlayer(value))
}

// isWord: a number, a keyword, a position.
func isWord(value []byte) bool {
	for _, c := range value {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && !bytes.ContainsRune([]byte("_+-."), rune(c)) {
			return false
		}
	}
	return len(value) > 0
}

// isText: <<"…">>, with quotes, backslashes and control characters escaped.
func isText(value []byte) bool {
	s, ok := bytes.CutPrefix(value, []byte(`<<"`))
	s, end := bytes.CutSuffix(s, []byte(`">>`))
	if !ok || !end {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"', isControl(c):
			return false
		case c == '\\':
			n := escaped(s[i+1:])
			if n == 0 {
				return false
			}
			i += n
		}
	}
	return true
}

// escaped is how long what stands behind a backslash is; 0: it may not stand there.
func escaped(s []byte) int {
	switch {
	case len(s) == 0:
	case bytes.IndexByte([]byte(`"\ntr`), s[0]) >= 0:
		return 1
	case s[0] == 'x' && len(s) >= 3 && isHex(s[1]) && isHex(s[2]):
		return 3
	}
	return 0
}

func isHex(c byte) bool     { return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' }
func isControl(c byte) bool { return c < ' ' || c == 0x7f }

// tcpPlayer: "Luna (7) ".
func tcpPlayer(value []byte) bool {
	rest, ok := bytes.CutSuffix(value, []byte(") "))
	i := bytes.LastIndexByte(rest, '(')
	if !ok || i < 2 || rest[i-1] != ' ' || len(rest)-i-1 < 1 || len(rest)-i-1 > 3 {
		return false
	}
	return !slices.ContainsFunc(rest[i+1:], func(c byte) bool { return c < '0' || c > '9' }) && !slices.ContainsFunc(rest[:i], isControl)
}

// tcpStatus checks the details of a status: these, in this order.
type tcpStatus struct {
	*parser
	at    int
	ended bool
}

var (
	statusKeys = []string{"home", "home_players", "home_score", "visit", "visit_players", "visit_score", "home_penalties", "visit_penalties", "period"}
	periods    = []string{"not_started", "first", "halftime", "last", "first_extra", "halftime_extra", "last_extra", "penalties", "ended"}
)

// next says whether a detail may come next.
func (s *tcpStatus) next(key, value []byte) bool {
	if s.at == 6 && string(key) == "period" { // there was no shoot-out
		s.at = 8
	}
	if s.at == len(statusKeys) || string(key) != statusKeys[s.at] {
		return false
	}
	s.at++
	switch string(key) {
	case "home_players", "visit_players":
		return value == nil
	case "home":
		return string(value) == `<<"`+s.home+`">>`
	case "visit":
		return string(value) == `<<"`+s.visit+`">>`
	case "period":
		s.ended = string(value) == "ended"
		return slices.Contains(periods, string(value))
	}
	return value != nil && !slices.ContainsFunc(value, func(c byte) bool { return c < '0' || c > '9' })
}

func (s *tcpStatus) whole() error {
	if s.at < len(statusKeys) {
		return fmt.Errorf("expected a status of %s-%s with all its details", s.home, s.visit)
	}
	return nil
}
