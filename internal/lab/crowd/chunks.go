package crowd

import (
	"errors"
	"fmt"
)

// chunks takes the chunks of HTTP/1.1 (RFC 9112, section 7.1) off a body, cut in any
// way. The zero value is ready.
type chunks struct {
	left   int  // bytes of the chunk that are still to come
	state  byte // what comes next
	digits byte // of the size, so far
	blank  bool // the trailer's line has had nothing yet
	over   bool
}

const (
	inSize = iota
	inExtension
	inData
	behindData
	inTrailer
)

var errChunk = errors.New("expected a chunk: its size in hexadecimal digits, its bytes, and \\r\\n")

// decode appends the bytes of the body to dst.
func (c *chunks) decode(dst, b []byte) ([]byte, error) {
	for len(b) > 0 && !c.over {
		if c.state == inData {
			n := min(c.left, len(b))
			dst = append(dst, b[:n]...)
			b = b[n:]
			if c.left -= n; c.left == 0 {
				c.state = behindData
			}
			continue
		}
		if err := c.one(b[0]); err != nil {
			return dst, err
		}
		b = b[1:]
	}
	if c.over && len(b) > 0 {
		return dst, fmt.Errorf("%w: there is more behind the last", errChunk)
	}
	return dst, nil
}

// one takes one byte of what is not data.
func (c *chunks) one(x byte) error {
	switch c.state {
	case inSize:
		if v, ok := hexDigit(x); ok && c.digits < 7 {
			c.left = c.left<<4 | v
			c.digits++
			return nil
		}
		if c.digits == 0 || x != '\r' && x != ';' && x != '\n' {
			return errChunk
		}
		c.state = inExtension
		if x == '\n' {
			c.sized()
		}
	case inExtension:
		if x == '\n' {
			c.sized()
		}
	case behindData:
		if x == '\n' {
			c.state, c.digits = inSize, 0
		} else if x != '\r' {
			return errChunk
		}
	case inTrailer:
		switch {
		case x == '\n' && c.blank:
			c.over = true
		case x == '\n':
			c.blank = true
		case x != '\r':
			c.blank = false
		}
	}
	return nil
}

func (c *chunks) sized() {
	if c.state = inData; c.left == 0 {
		c.state, c.blank = inTrailer, true
	}
}

func hexDigit(x byte) (int, bool) {
	switch {
	case '0' <= x && x <= '9':
		return int(x - '0'), true
	case 'a' <= x|0x20 && x|0x20 <= 'f':
		return int(x|0x20-'a') + 10, true
	}
	return 0, false
}
