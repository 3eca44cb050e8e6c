package gate_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// client reads whole frames from a raw connection, whatever the protocol: in
// TCP frames, HTTP heads and event streams alike one ends with an empty line.
type client struct {
	testing.TB
	net.Conn
	r        *bufio.Reader
	ws       bool          // the handshake is over
	patience time.Duration // with one read or write
	gone     bool          // closed from this side
}

func (c *client) Close() error {
	c.gone = true
	return c.Conn.Close()
}

func newClient(t testing.TB, c net.Conn) *client {
	return &client{TB: t, Conn: c, r: bufio.NewReader(c), patience: patience}
}

// say sends all in one write, unless it is nothing.
func (c *client) say(text string) {
	c.Helper()
	if text == "" {
		return
	}
	c.SetDeadline(time.Now().Add(c.patience))
	if _, err := io.WriteString(c, text); err != nil {
		c.Fatal(err)
	}
}

// frame is the next one; at the end of the stream what came of it, and io.EOF.
func (c *client) frame() ([]byte, error) {
	c.SetReadDeadline(time.Now().Add(c.patience))
	if c.ws {
		return c.wsFrame()
	}
	var b []byte
	for {
		line, err := c.r.ReadBytes('\n')
		b = append(b, line...)
		if err != nil {
			return b, err
		}
		if l := string(line); l == "\n" || l == "\r\n" {
			c.ws = strings.HasPrefix(string(b), "HTTP/1.1 101 ")
			return b, nil
		}
	}
}

func (c *client) wsFrame() ([]byte, error) {
	b := make([]byte, 2, 4)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return nil, err
	}
	size := int(b[1])
	if size == 126 {
		b = b[:4]
		if _, err := io.ReadFull(c.r, b[2:]); err != nil {
			return b, err
		}
		size = int(binary.BigEndian.Uint16(b[2:]))
	}
	payload := make([]byte, size)
	n, err := io.ReadFull(c.r, payload)
	return append(b, payload[:n]...), err
}

// get reads so many frames, all of which must be there.
func (c *client) get(n int) (frames [][]byte) {
	c.Helper()
	for range n {
		f, err := c.frame()
		if err != nil {
			c.Fatalf("frame %d of %d: %v, after %q", len(frames)+1, n, err, f)
		}
		frames = append(frames, f)
	}
	return frames
}

// rest reads to the end of the stream, which must be a proper one, and closes.
func (c *client) rest() (all []byte) {
	c.Helper()
	for {
		f, err := c.frame()
		all = append(all, f...)
		if err == io.EOF {
			c.Close()
			return all
		}
		if err != nil {
			c.Fatalf("%v, after %q", err, all)
		}
	}
}

// shown reads n frames, or, with n < 0, to the end, and shows them. What is
// read behind the end says so.
func (c *client) shown(n int) string {
	c.Helper()
	var out strings.Builder
	for ; n != 0; n-- {
		ws := c.ws
		f, err := c.frame()
		if ws && len(f) > 1 {
			out.WriteString(visibleFrame(f))
		} else {
			out.WriteString(visible(f))
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			out.WriteString("(closed)\n")
		case errors.Is(err, syscall.ECONNRESET):
			out.WriteString("(reset)\n")
		default:
			c.Fatalf("%v, after\n%s", err, out.String())
		}
		c.Close()
		break
	}
	return out.String()
}

var date = regexp.MustCompile(`Date: [^\r]*`)

// visible is b as `cat -A` shows it, but with UTF-8 as it is: ^I is a tab, ^M
// a carriage return, $ the end of a line. The time of an HTTP answer is left
// out.
func visible(b []byte) string {
	var out strings.Builder
	for _, r := range date.ReplaceAllString(string(b), "Date: (now)") {
		switch {
		case r == '\n':
			out.WriteString("$\n")
		case r < ' ':
			out.WriteString("^" + string(r+'@'))
		case r == 0x7f:
			out.WriteString("^?")
		default:
			out.WriteRune(r)
		}
	}
	if s := out.String(); s != "" && !strings.HasSuffix(s, "\n") {
		out.WriteByte('\n') // what had none shows no $
	}
	return out.String()
}

// visibleFrame shows the head of a WebSocket frame in hex, its payload as text.
func visibleFrame(f []byte) string {
	head := 2
	if f[1] == 126 {
		head = 4
	}
	payload := string(f[head:])
	if f[0] == 0x88 && len(payload) >= 2 {
		payload = fmt.Sprint(binary.BigEndian.Uint16(f[head:]), " ", payload[2:])
	}
	return strings.TrimRight(fmt.Sprintf("<% x> %s", f[:head], payload), " ") + "\n"
}

var repeated = regexp.MustCompile(`\{(.)\*(\d+)\}`)

// typed is what the lines of a dialogue stand for: as visible shows them, a
// line without $ without its end, {x*9} nine times x, and "frame: text hello"
// a masked WebSocket frame.
func typed(lines []string) string {
	var out strings.Builder
	for _, line := range lines {
		line = repeated.ReplaceAllStringFunc(line, func(s string) string {
			var n int
			fmt.Sscanf(s[3:], "%d}", &n)
			return strings.Repeat(s[1:2], n)
		})
		if f, ok := strings.CutPrefix(line, "frame: "); ok {
			out.Write(masked(f))
			continue
		}
		line, end := strings.CutSuffix(line, "$")
		for len(line) > 1 {
			if i := strings.IndexByte(line[:len(line)-1], '^'); i >= 0 {
				out.WriteString(line[:i])
				out.WriteByte(line[i+1] ^ '@')
				line = line[i+2:]
				continue
			}
			break
		}
		out.WriteString(line)
		if end {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// masked is a client's frame: "text hello", "ping", "close 1000 bye", or its
// bytes as they are, "hex 81 00".
func masked(what string) []byte {
	kind, payload, _ := strings.Cut(what, " ")
	op := map[string]ws.OpCode{"text": ws.OpText, "binary": ws.OpBinary, "ping": ws.OpPing, "pong": ws.OpPong, "close": ws.OpClose}
	switch {
	case kind == "hex":
		var b []byte
		fmt.Sscanf(strings.ReplaceAll(payload, " ", ""), "%x", &b)
		return b
	case kind == "close" && payload != "":
		var code uint16
		fmt.Sscan(payload, &code)
		_, reason, _ := strings.Cut(payload, " ")
		payload = string(binary.BigEndian.AppendUint16(nil, code)) + reason
	}
	return ws.MustCompileFrame(ws.MaskFrameWith(ws.NewFrame(op[kind], true, []byte(payload)), [4]byte{1, 2, 3, 4}))
}
