package crowd

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// The opcodes of RFC 6455, section 5.2.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xA

	bitFin  = 0x80
	bitsRSV = 0x70
	bitMask = 0x80

	mostControl = 125 // bytes of payload
)

// head is a WebSocket frame's: its opcode, whether it is the last of its message, how
// long it is and where its payload begins.
type wsHead struct {
	opcode byte
	fin    bool
	begin  int
	length int // of the payload
}

// readWSHead reads the head of a server's frame; not whole: more must come.
func readWSHead(b []byte) (h wsHead, whole bool, err error) {
	if len(b) < 2 {
		return h, false, nil
	}
	h = wsHead{opcode: b[0] & 0xF, fin: b[0]&bitFin != 0, begin: 2, length: int(b[1] &^ bitMask)}
	control := h.opcode >= opClose
	switch {
	case b[0]&bitsRSV != 0:
		return h, false, fmt.Errorf("%w: a reserved bit is set, and no extension was agreed on", errMessage)
	case b[1]&bitMask != 0:
		return h, false, fmt.Errorf("%w: it is masked", errMessage)
	case h.opcode > opBinary && h.opcode < opClose, h.opcode > opPong:
		return h, false, fmt.Errorf("%w: opcode %d is reserved", errMessage, h.opcode)
	case control && (!h.fin || h.length > mostControl):
		return h, false, fmt.Errorf("%w: a control frame that is in parts, or of more than %d bytes", errMessage, mostControl)
	}
	size := map[int]int{126: 2, 127: 8}[h.length]
	if len(b) < 2+size {
		return h, false, nil
	}
	h.begin += size
	switch size {
	case 2:
		h.length = int(binary.BigEndian.Uint16(b[2:]))
	case 8:
		n := binary.BigEndian.Uint64(b[2:])
		if n > most {
			return h, false, errTooLong
		}
		h.length = int(n)
	}
	return h, true, nil
}

// cutWS is how long the first whole frame is; 0: it is not whole yet.
func cutWS(b []byte) (int, error) {
	h, whole, err := readWSHead(b)
	if err != nil || !whole || len(b) < h.begin+h.length {
		return 0, err
	}
	return h.begin + h.length, nil
}

// parseWS reads a whole frame. A part of a message is only that: inside says whether
// one has begun.
func (p *parser) parseWS(raw []byte, inside bool) (frame, error) {
	h, whole, err := readWSHead(raw)
	if err != nil || !whole {
		return frame{}, fmt.Errorf("%w: it is not whole", errMessage)
	}
	payload := raw[h.begin:]
	switch h.opcode {
	case opPing:
		return frame{kind: aPing}, nil
	case opPong:
		return frame{}, nil
	case opClose:
		return parseClose(payload)
	}
	switch {
	case inside != (h.opcode == opContinuation):
		return frame{}, fmt.Errorf("%w: the parts of two messages are mixed", errMessage)
	case !h.fin || inside:
		return frame{kind: aFragment}, nil
	}
	return p.parseMessage(payload, h.opcode)
}

// parseMessage reads a whole message.
func (p *parser) parseMessage(payload []byte, opcode byte) (frame, error) {
	if opcode == opText && !utf8.Valid(payload) {
		return frame{}, fmt.Errorf("%w: a text that is no UTF-8", errMessage)
	}
	if p.foreign {
		return marked(payload), nil
	}
	if opcode != opText {
		return frame{}, fmt.Errorf("%w: expected text", errMessage)
	}
	f, _, _, err := p.object(payload)
	if f.kind == anEvent && err == nil {
		f.mark = mark(payload)
	}
	return f, err
}

// noCode is what a close frame without a code means; it is never sent.
const noCode = 1005

func parseClose(payload []byte) (frame, error) {
	if len(payload) == 0 {
		return frame{kind: aClose, code: noCode}, nil
	}
	if len(payload) == 1 || !utf8.Valid(payload[2:]) {
		return frame{}, fmt.Errorf("%w: the reason of a close", errMessage)
	}
	code := binary.BigEndian.Uint16(payload)
	if code < 1000 || code > 4999 || code >= 1004 && code <= 1006 || code >= 1015 && code < 3000 {
		return frame{}, fmt.Errorf("%w: a close with code %d", errMessage, code)
	}
	return frame{kind: aClose, code: code}, nil
}

// appendMasked appends a client's frame: whole, and masked as it must be.
func appendMasked(b []byte, opcode byte, payload []byte, mask uint32) []byte {
	b = append(b, bitFin|opcode, bitMask|byte(len(payload)))
	b = binary.BigEndian.AppendUint32(b, mask)
	key := b[len(b)-4:]
	for i, c := range payload {
		b = append(b, c^key[i%4])
	}
	return b
}
