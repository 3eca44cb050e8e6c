package faulty

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"

	"matchstream/internal/lab"
)

// greetAll greets who comes to the port of the line protocol, until Close.
func (s *Server) greetAll() {
	for {
		c, err := s.lines.Accept()
		if err != nil {
			return
		}
		s.works.Go(func() { s.greet(c) })
	}
}

// greet reads what somebody wants, and serves him.
func (s *Server) greet(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	line, err := r.ReadString('\n')
	if err != nil && line == "" {
		return
	}
	w := &watcher{s: s, conn: c, via: lab.TCP}
	user, err := w.parse(strings.TrimRight(line, "\r\n"))
	if err == nil && s.turn("lines", s.fault.Fail["lines"]) {
		s.did(Failed)
		err = errors.New("not now")
	}
	if !s.sleep(s.fault.Slow["lines"], nil) {
		return
	}
	if err != nil {
		io.WriteString(c, "ERROR: "+err.Error()+"\n\r\n") //nolint:errcheck // he has gone then
		return
	}
	s.let(w, user, nil, func() { io.Copy(io.Discard, r) }) //nolint:errcheck // its end is what is waited for
}

var errLine = errors.New("expected VERSION:1:CONNECT:<user id>:MATCH:<match id>, and IDS:on or SINCE:<position>")

// parse reads a client's line.
func (w *watcher) parse(line string) (user string, err error) {
	parts := strings.Split(line, ":")
	if len(parts) < 6 || len(parts)%2 != 0 || parts[0] != "VERSION" || parts[1] != "1" || parts[2] != "CONNECT" || parts[4] != "MATCH" {
		return "", errLine
	}
	if w.game = w.s.game(parts[5]); w.game == nil {
		return "", errors.New("match not found: " + parts[5])
	}
	for i := 6; i < len(parts); i += 2 {
		switch key, value := parts[i], parts[i+1]; {
		case key == "IDS" && value == "on":
			w.ids = true
		case key == "SINCE":
			if w.since, err = parsePosition(value); err != nil {
				return "", err
			}
		default:
			return "", errLine
		}
	}
	return parts[3], nil
}
