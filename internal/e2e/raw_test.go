package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// raw is a watcher as the wire has it: whole frames, and the very end. It costs
// little, so that there can be thousands.
type raw struct {
	net.Conn
	protocol string
	r        *bufio.Reader
	last     int64 // number of the last event
	events   int
	farewell string // the last frame, if it is no event's
	buffer   []byte // of lines
}

// asks is what a client of a protocol says first.
func asks(protocol, id string) string {
	switch protocol {
	case "tcp":
		return "VERSION:1:CONNECT:somebody:MATCH:" + id + ":IDS:on\r\n"
	case "sse":
		return "GET /1/match/" + id + "/stream?user=somebody HTTP/1.1\r\nHost: x\r\n\r\n"
	default:
		return "GET /1/match/" + id + "/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	}
}

// call opens a connection to the protocol's port, and asks for a match.
func call(protocol string, at addresses, id string) (*raw, error) {
	address := at.http
	if protocol == "tcp" {
		address = at.tcp
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, asks(protocol, id)); err != nil {
		c.Close()
		return nil, err
	}
	return newRaw(c, protocol), nil
}

func newRaw(c net.Conn, protocol string) *raw {
	return &raw{Conn: c, protocol: protocol, r: bufio.NewReaderSize(c, 2048)}
}

// join is call, and returns when the status has come.
func join(protocol string, at addresses, id string) (*raw, error) {
	w, err := call(protocol, at, id)
	if err != nil {
		return nil, err
	}
	if err = w.enter(); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// enter reads up to the status.
func (w *raw) enter() error {
	for range map[string]int{"sse": 2, "ws": 1}[w.protocol] { // the head; retry
		if _, err := w.lines(); err != nil {
			return err
		}
	}
	status, err := w.frame()
	if err != nil {
		return fmt.Errorf("%w after %.100q", err, status)
	}
	if !strings.Contains(status, "status") {
		return fmt.Errorf("%s: %.100q, want a status", w.protocol, status)
	}
	w.last, err = number(status)
	return err
}

// frame is the next one; at the end, io.EOF if it is at a frame's border.
func (w *raw) frame() (string, error) {
	if w.protocol != "ws" {
		return w.lines()
	}
	head := make([]byte, 2, 4)
	if _, err := io.ReadFull(w.r, head); err != nil {
		return "", err
	}
	size := int(head[1])
	if size == 126 {
		head = head[:4]
		if _, err := io.ReadFull(w.r, head[2:]); err != nil {
			return "", cut(err)
		}
		size = int(head[2])<<8 | int(head[3])
	}
	frame := append(head, make([]byte, size)...)
	_, err := io.ReadFull(w.r, frame[len(head):])
	return string(frame), cut(err)
}

// lines up to an empty one.
func (w *raw) lines() (string, error) {
	w.buffer = w.buffer[:0]
	for {
		line, err := w.r.ReadSlice('\n')
		w.buffer = append(w.buffer, line...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && len(w.buffer) > 0 {
			err = cut(err)
		}
		if err != nil || len(line) == 1 || len(line) == 2 && line[0] == '\r' {
			return string(w.buffer), err
		}
	}
}

// cut is the error of a frame that has begun.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// numbers are where the number of an event stands, by the first byte of its frame: of a
// date of the line protocol, of an event stream, and of a text message.
var numbers = map[byte]struct{ behind, end string }{'2': {"\n\tid: ", "-"}, 'i': {"id: ", "-"}, 129: {`{"id":`, ","}}

// number of a frame's event.
func number(frame string) (int64, error) {
	form, ok := numbers[frame[0]]
	if !ok {
		return 0, fmt.Errorf("no event: %.100q", frame)
	}
	_, rest, ok := strings.Cut(frame, form.behind)
	digits, _, ended := strings.Cut(rest, form.end)
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || !ended || err != nil {
		return 0, fmt.Errorf("no number in %.100q", frame)
	}
	return n, nil
}

// toTheEnd reads events, each the next one, until the server closes properly.
func (w *raw) toTheEnd() error {
	for {
		frame, err := w.frame()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w after event %d: %.100q", w.protocol, err, w.last, frame)
		}
		if w.farewell != "" {
			return fmt.Errorf("%s: %q behind the farewell %q", w.protocol, frame, w.farewell)
		}
		if frame[0] == ':' || frame[0] == 0x89 { // a heartbeat
			continue
		}
		n, err := number(frame)
		if err != nil {
			w.farewell = frame
			continue
		}
		if n != w.last+1 {
			return fmt.Errorf("%s: event %d behind %d", w.protocol, n, w.last)
		}
		w.last = n
		w.events++
	}
}
