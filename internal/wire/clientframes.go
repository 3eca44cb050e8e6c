package wire

import (
	"encoding/binary"
	"unicode/utf8"
)

// MaxMessage is how many bytes a WebSocket client's message may have, all its
// fragments together. What is in them is thrown away.
const MaxMessage = 4096

// ClientFrames listens to a WebSocket client, which has nothing to say but
// pings and a close (RFC 6455, section 5). The zero value is ready. It holds
// a frame's header and, while one arrives, a control frame's payload; a quiet
// client costs no more than the struct. Used by one goroutine at a time.
type ClientFrames struct {
	control *control // the control frame that is arriving
	bye     Code     // what it ended with
	left    uint16   // bytes of payload still to come
	message uint16   // payload of the data message so far
	inside  bool     // between the fragments of a message
	have    uint8    // bytes of head that are there
	head    [14]byte // 2, up to 8 of length, 4 of mask
}

// control is a ping's or close's payload.
type control struct {
	n       int
	payload [maxControl]byte
}

// Hear takes bytes from the client, cut in any way, and returns what is to be
// sent at the next frame border (nil: nothing). A bye other than 0 ends the
// connection once reply, which then ends with a close frame, is sent; what
// the client sends after that is thrown away. Each ping is answered: a caller
// reads no further while a reply waits, or a client could make it pile up.
func (c *ClientFrames) Hear(p []byte) (reply []byte, bye Code) {
	for len(p) > 0 && c.bye == 0 {
		if need := c.headLen(); int(c.have) < need {
			n := copy(c.head[c.have:need], p)
			c.have += uint8(n)
			p = p[n:]
			if code := c.begin(); code != 0 {
				reply = c.end(reply, code)
			}
		} else {
			n := min(int(c.left), len(p))
			c.take(p[:n])
			p = p[n:]
		}
		if c.bye == 0 && int(c.have) == c.headLen() && c.left == 0 {
			reply = c.finish(reply)
		}
	}
	return reply, c.bye
}

// Resting says that nothing is remembered: the client is between two messages.
func (c *ClientFrames) Resting() bool { return c.have == 0 && !c.inside && c.bye == 0 }

// Bye is the code that Hear ended with; 0 while the client may go on.
func (c *ClientFrames) Bye() Code { return c.bye }

// headLen is how long the header is, as far as that is known.
func (c *ClientFrames) headLen() int {
	if c.have < 2 {
		return 2
	}
	switch c.head[1] &^ bitMask {
	case 126:
		return 2 + 2 + 4
	case 127:
		return 2 + 8 + 4
	}
	return 2 + 4
}

func (c *ClientFrames) opcode() byte { return c.head[0] & 0xF }
func (c *ClientFrames) fin() bool    { return c.head[0]&bitFin != 0 }

// begin looks at the header as soon as it can be judged.
func (c *ClientFrames) begin() Code {
	if c.have < 2 {
		return 0
	}
	if code := c.judge(); code != 0 || int(c.have) < c.headLen() {
		return code
	}
	length := c.length()
	if c.opcode() >= opClose {
		c.left = uint16(length)
		if length > 0 {
			c.control = new(control)
		}
		return 0
	}
	if c.opcode() != opContinuation {
		c.message = 0
	}
	if length > MaxMessage-uint64(c.message) {
		return CodeTooBig
	}
	c.left = uint16(length)
	c.message += c.left
	c.inside = !c.fin()
	return 0
}

// judge checks the first two bytes.
func (c *ClientFrames) judge() Code {
	size := c.head[1] &^ bitMask
	switch {
	case c.head[0]&bitsRSV != 0: // no extension was agreed on
		return CodeProtocol
	case c.head[1]&bitMask == 0: // a client must mask
		return CodeProtocol
	}
	switch c.opcode() {
	case opContinuation:
		if !c.inside {
			return CodeProtocol
		}
	case opText, opBinary:
		if c.inside {
			return CodeProtocol
		}
	case opClose, opPing, opPong:
		if !c.fin() || size > maxControl {
			return CodeProtocol
		}
	default:
		return CodeProtocol
	}
	return 0
}

// length is the payload's, from a whole header.
func (c *ClientFrames) length() uint64 {
	switch size := c.head[1] &^ bitMask; size {
	case 126:
		return uint64(binary.BigEndian.Uint16(c.head[2:]))
	case 127:
		return binary.BigEndian.Uint64(c.head[2:])
	default:
		return uint64(size)
	}
}

// take unmasks what a control frame says, and forgets what a message says.
func (c *ClientFrames) take(p []byte) {
	if c.control != nil {
		mask := c.head[c.headLen()-4 : c.headLen()]
		for _, x := range p {
			c.control.payload[c.control.n] = x ^ mask[c.control.n%4]
			c.control.n++
		}
	}
	c.left -= uint16(len(p))
}

// finish answers a frame that is there whole.
func (c *ClientFrames) finish(reply []byte) []byte {
	var payload []byte
	if c.control != nil {
		payload = c.control.payload[:c.control.n]
	}
	switch c.opcode() {
	case opPing:
		reply = appendFrame(reply, opPong, payload)
	case opClose:
		reply = c.end(reply, closeCode(payload))
	}
	c.control, c.have = nil, 0
	return reply
}

// end closes with code: the client's own, or what is wrong with it.
func (c *ClientFrames) end(reply []byte, code Code) []byte {
	c.bye, c.control, c.left = code, nil, 0
	return appendClose(reply, code, "")
}

// closeCode is what a client's close frame is answered with: its own code, if
// it is one that may be sent (RFC 6455, section 7.4).
func closeCode(payload []byte) Code {
	switch {
	case len(payload) == 0:
		return CodeNoStatus
	case len(payload) == 1:
		return CodeProtocol
	case !utf8.Valid(payload[2:]):
		return CodeInvalid
	}
	code := Code(binary.BigEndian.Uint16(payload))
	switch {
	case code >= 3000 && code <= 4999,
		code >= 1000 && code <= 1014 && (code < 1004 || code > 1006):
		return code
	}
	return CodeProtocol
}
