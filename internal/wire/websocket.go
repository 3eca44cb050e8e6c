package wire

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
)

// The opcodes of RFC 6455, section 5.2; all others are reserved.
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

	maxControl = 125 // bytes of payload of a close, ping or pong
)

// Code is the reason in a WebSocket close frame (RFC 6455, section 7.4); 0 is
// none.
type Code uint16

// The codes that end a stream, or that a client may send.
const (
	CodeNormal     Code = 1000 // the match has ended
	CodeProtocol   Code = 1002 // the client broke RFC 6455
	CodeNoStatus   Code = 1005 // never sent: the client closed without a code
	CodeInvalid    Code = 1007 // a close reason that is no UTF-8
	CodeTooBig     Code = 1009 // a message over MaxMessage
	CodeRestart    Code = 1012 // the node drains: come back, with the position
	CodeNoMatch    Code = 4404 // the match was deleted
	CodeNoProgress Code = 4408 // bytes waited too long
)

// appendFrame writes a server's frame: whole (FIN), unmasked, its length in
// 7, 16 or 64 bits (RFC 6455, section 5.2).
func appendFrame(b []byte, opcode byte, payload []byte) []byte {
	b = append(b, bitFin|opcode)
	switch n := len(payload); {
	case n <= 125:
		b = append(b, byte(n))
	case n <= 0xFFFF:
		b = append(b, 126)
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	default:
		b = append(b, 127)
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return append(b, payload...)
}

// appendClose writes a close frame; CodeNoStatus makes one without a payload.
func appendClose(b []byte, code Code, reason string) []byte {
	if code == CodeNoStatus {
		return appendFrame(b, opClose, nil)
	}
	payload := binary.BigEndian.AppendUint16(make([]byte, 0, maxControl), uint16(code))
	return appendFrame(b, opClose, append(payload, reason...))
}

// webSocketGUID is what the accept key is made with (RFC 6455, section 1.3).
const webSocketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// AppendWebSocketHead appends the answer to a handshake with this key, which
// has been checked.
func AppendWebSocketHead[K string | []byte](b []byte, key K) []byte {
	var of [64]byte
	sum := sha1.Sum(append(append(of[:0], key...), webSocketGUID...))
	b = append(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	b = base64.StdEncoding.AppendEncode(b, sum[:])
	return append(b, "\r\nMatch-Stream-API-Version: "+APIVersion+"\r\n\r\n"...)
}
