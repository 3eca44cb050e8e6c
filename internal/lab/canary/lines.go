package canary

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"matchstream/internal/lab"
)

const (
	maxFrame = 1 << 20 // bytes
	buffer   = 16 << 10
)

// openLines connects to the line protocol, ours or another.
func (c *Canary) openLines(ctx context.Context) (*stream, error) {
	address, err := c.lines(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	// Whoever only says that he will send no more may still read, so the server would keep
	// his place until it next writes to him. The canary hangs up: its place is free at once.
	if tcp, is := conn.(*net.TCPConn); is {
		tcp.SetLinger(0) //nolint:errcheck // then it is free a little later
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	hello, end, ready := "VERSION:1:CONNECT:lab-canary:MATCH:"+c.o.Plan.Match+"\r\n", "\r\n", ""
	if s := c.o.Plan.Service; s != nil {
		hello, end, ready = c.filled(s.Hello), s.End, s.Ready
		if end == "" {
			end = "\n"
		}
	}
	s := &stream{close: func() { conn.Close() }}
	read := bufio.NewReaderSize(conn, buffer)
	if c.o.Plan.Service == nil {
		s.next = func() ([]byte, error) { return until(read, []byte("\n\r\n")) }
	} else {
		s.next = func() ([]byte, error) { return until(read, []byte(end)) }
	}
	if _, err := io.WriteString(conn, hello); err != nil {
		return s, err
	}
	if ready != "" {
		_, err = until(read, []byte(ready))
	}
	return s, err
}

// lines is the address of the line protocol: as given, or what checkin says.
func (c *Canary) lines(ctx context.Context) (string, error) {
	if all := c.o.Plan.Lines; len(all) > 0 {
		return all[0], nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.o.Plan.Server+"/1/checkin", nil)
	if err != nil {
		return "", err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var place struct {
		Host string
		Port int
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxFrame)).Decode(&place); err != nil || place.Port == 0 {
		return "", failf(lab.Answered, "checkin: expected a port, not %s (%v)", answer.Status, err)
	}
	if u, err := url.Parse(c.o.Plan.Server); err == nil && place.Host == "" {
		place.Host = u.Hostname()
	}
	return net.JoinHostPort(place.Host, strconv.Itoa(place.Port)), nil
}

// until reads up to these bytes, with them.
func until(r *bufio.Reader, end []byte) (frame []byte, err error) {
	for len(frame) < maxFrame {
		piece, err := r.ReadSlice(end[len(end)-1])
		frame = append(frame, piece...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && len(frame) > 0 {
			err = heard(err)
		}
		if err != nil {
			return nil, err
		}
		if bytes.HasSuffix(frame, end) {
			return frame, nil
		}
	}
	return nil, failf(lab.Malformed, "expected a frame of at most %d bytes", maxFrame)
}
