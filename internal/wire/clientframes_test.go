package wire

import (
	"bytes"
	"testing"
	"unsafe"

	"github.com/gobwas/ws"
)

// said is a client's frame, masked.
func said(op ws.OpCode, fin bool, payload string) []byte {
	f := ws.MaskFrameWith(ws.NewFrame(op, fin, []byte(payload)), [4]byte{1, 2, 3, 0xFF})
	return ws.MustCompileFrame(f)
}

// header is a client's frame without its payload.
func header(h ws.Header) []byte {
	var b bytes.Buffer
	h.Masked = true
	if err := ws.WriteHeader(&b, h); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func closing(code ws.StatusCode, reason string) []byte {
	return said(ws.OpClose, true, string(ws.NewCloseFrameBody(code, reason)))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func pong(payload string) []byte {
	return ws.MustCompileFrame(ws.NewPongFrame([]byte(payload)))
}

func closed(code Code) []byte { return appendClose(nil, code, "") }

type speech struct {
	name  string
	says  []byte
	reply []byte
	bye   Code
}

func speeches() []speech {
	big := string(bytes.Repeat([]byte{'a'}, MaxMessage))
	long := string(bytes.Repeat([]byte{'p'}, maxControl))
	return []speech{
		{"nothing", nil, nil, 0},
		{"half a header", []byte{0x81}, nil, 0},
		{"text", said(ws.OpText, true, "hello"), nil, 0},
		{"empty text", said(ws.OpText, true, ""), nil, 0},
		{"binary of 300", said(ws.OpBinary, true, big[:300]), nil, 0},
		{"the longest", said(ws.OpText, true, big), nil, 0},
		{"too long by one", said(ws.OpText, true, big+"a"), closed(CodeTooBig), CodeTooBig},
		{"longest twice", join(said(ws.OpText, true, big), said(ws.OpText, true, big)), nil, 0},
		{"enormous", header(ws.Header{Fin: true, OpCode: ws.OpText, Length: 1 << 40}), closed(CodeTooBig), CodeTooBig},
		{"length with the top bit", []byte{0x82, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, closed(CodeTooBig), CodeTooBig},
		{"fragments", join(said(ws.OpText, false, "a"), said(ws.OpContinuation, false, "b"), said(ws.OpContinuation, true, "c")), nil, 0},
		{"ping between fragments", join(said(ws.OpText, false, "a"), said(ws.OpPing, true, "x"), said(ws.OpContinuation, true, "c"), said(ws.OpPing, true, "y")), join(pong("x"), pong("y")), 0},
		{"longest in fragments", join(said(ws.OpText, false, big[:4000]), said(ws.OpContinuation, true, big[:96])), nil, 0},
		{"too long in fragments", join(said(ws.OpText, false, big[:4000]), said(ws.OpContinuation, true, big[:97])), closed(CodeTooBig), CodeTooBig},
		{"a message counts for itself", join(said(ws.OpText, false, big[:4000]), said(ws.OpContinuation, true, ""), said(ws.OpText, true, big[:4000])), nil, 0},
		{"ping", said(ws.OpPing, true, "abc"), pong("abc"), 0},
		{"empty ping", said(ws.OpPing, true, ""), pong(""), 0},
		{"long ping", said(ws.OpPing, true, long), pong(long), 0},
		{"too long ping", header(ws.Header{Fin: true, OpCode: ws.OpPing, Length: 126}), closed(CodeProtocol), CodeProtocol},
		{"fragmented ping", said(ws.OpPing, false, "a"), closed(CodeProtocol), CodeProtocol},
		{"pong", said(ws.OpPong, true, "abc"), nil, 0},
		{"unmasked", ws.MustCompileFrame(ws.NewTextFrame([]byte("a"))), closed(CodeProtocol), CodeProtocol},
		{"unmasked and empty", ws.MustCompileFrame(ws.NewTextFrame(nil)), closed(CodeProtocol), CodeProtocol},
		{"reserved bit", header(ws.Header{Fin: true, Rsv: 4, OpCode: ws.OpText}), closed(CodeProtocol), CodeProtocol},
		{"reserved opcode", header(ws.Header{Fin: true, OpCode: 3}), closed(CodeProtocol), CodeProtocol},
		{"reserved control opcode", header(ws.Header{Fin: true, OpCode: 0xB}), closed(CodeProtocol), CodeProtocol},
		{"continuation of nothing", said(ws.OpContinuation, true, "a"), closed(CodeProtocol), CodeProtocol},
		{"text within a message", join(said(ws.OpText, false, "a"), said(ws.OpText, true, "b")), closed(CodeProtocol), CodeProtocol},
		{"close", closing(1000, "bye"), closed(1000), 1000},
		{"close without code", said(ws.OpClose, true, ""), closed(CodeNoStatus), CodeNoStatus},
		{"close of an application", closing(4999, ""), closed(4999), 4999},
		{"close going away", closing(1001, "ñ"), closed(1001), 1001},
		{"close with half a code", said(ws.OpClose, true, "a"), closed(CodeProtocol), CodeProtocol},
		{"close with no such code", closing(999, ""), closed(CodeProtocol), CodeProtocol},
		{"close with a code never sent", closing(1005, ""), closed(CodeProtocol), CodeProtocol},
		{"close with an unused code", closing(2999, ""), closed(CodeProtocol), CodeProtocol},
		{"close with a high code", closing(5000, ""), closed(CodeProtocol), CodeProtocol},
		{"close with a broken reason", closing(1000, "\xff"), closed(CodeInvalid), CodeInvalid},
		{"nothing after close", join(closing(1000, ""), said(ws.OpPing, true, "x")), closed(1000), 1000},
		{"nothing after an error", join(said(ws.OpContinuation, true, "a"), said(ws.OpPing, true, "x")), closed(CodeProtocol), CodeProtocol},
		{"ping, then close", join(said(ws.OpPing, true, "x"), closing(1000, "")), join(pong("x"), closed(1000)), 1000},
	}
}

func TestHear(t *testing.T) {
	for _, s := range speeches() {
		var c ClientFrames
		reply, bye := c.Hear(s.says)
		if !bytes.Equal(reply, s.reply) || bye != s.bye || c.Bye() != s.bye {
			t.Errorf("%s: got % x, %d, want % x, %d", s.name, reply, bye, s.reply, s.bye)
		}
		if c.control != nil {
			t.Errorf("%s: a payload is kept", s.name)
		}
		if s.bye != 0 {
			if again, bye := c.Hear(said(ws.OpPing, true, "x")); again != nil || bye != s.bye {
				t.Errorf("%s: after the end got % x, %d", s.name, again, bye)
			}
		}
	}
}

// TestHearCut: bytes that come one by one say the same.
func TestHearCut(t *testing.T) {
	for _, s := range speeches() {
		reply, bye := hearCut(s.says, 1)
		if !bytes.Equal(reply, s.reply) || bye != s.bye {
			t.Errorf("%s: got % x, %d, want % x, %d", s.name, reply, bye, s.reply, s.bye)
		}
	}
}

func hearCut(b []byte, size int) (reply []byte, bye Code) {
	var c ClientFrames
	for len(b) > 0 {
		n := min(size, len(b))
		part, _ := c.Hear(b[:n])
		reply = append(reply, part...)
		b = b[n:]
	}
	return reply, c.Bye()
}

// TestClientFramesAreSmall: there is one for each WebSocket watcher, and
// listening to what needs no answer takes nothing more.
func TestClientFramesAreSmall(t *testing.T) {
	if size := unsafe.Sizeof(ClientFrames{}); size > 32 {
		t.Errorf("got %d bytes, want at most 32", size)
	}
	var c ClientFrames
	text := said(ws.OpText, true, "hello")
	if n := testing.AllocsPerRun(100, func() { c.Hear(text) }); n != 0 {
		t.Errorf("got %v allocations for a text, want none", n)
	}
}

func FuzzHear(f *testing.F) {
	for _, s := range speeches() {
		f.Add(s.says, uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		var c ClientFrames
		whole, bye := c.Hear(b)
		cut, cutBye := hearCut(b, int(size)+1)
		if !bytes.Equal(whole, cut) || bye != cutBye {
			t.Fatalf("in one piece % x, %d; in pieces of %d % x, %d", whole, bye, int(size)+1, cut, cutBye)
		}
		// The reply is whole frames, and ends with a close exactly if this is the end.
		r, last := bytes.NewReader(whole), ws.OpCode(0xF)
		for r.Len() > 0 {
			frame, err := readFrame(r)
			if err != nil {
				t.Fatalf("reply % x: %v", whole, err)
			}
			if last == ws.OpClose || frame.Header.OpCode != ws.OpPong && frame.Header.OpCode != ws.OpClose {
				t.Fatalf("reply % x: %v after %v", whole, frame.Header.OpCode, last)
			}
			last = frame.Header.OpCode
		}
		if (last == ws.OpClose) != (bye != 0) {
			t.Fatalf("reply % x, bye %d", whole, bye)
		}
	})
}
