package crowd

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"matchstream/internal/wire"
)

// What is taken here for a frame of lines is one for the project's strict reader, too;
// and what is whole stays so whatever comes behind it.
func FuzzTCP(f *testing.F) {
	for _, raw := range golden(f, "tcp-ids") {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p := ours()
		n, err := p.cutTCP(b)
		if err != nil || n == 0 {
			return
		}
		if again, _ := p.cutTCP(append(bytes.Clone(b[:n]), "\r\n\n\r\n"...)); again != n {
			t.Errorf("%d bytes, and with more behind them %d", n, again)
		}
		got, err := p.parseTCP(b[:n])
		if err != nil {
			return
		}
		theirs, err := wire.NewTCPReader(bytes.NewReader(b[:n])).Read()
		if err != nil || got.kind == anError != (theirs.Error != "") || got.kind == aStatus != (theirs.Kind == "status") {
			t.Errorf("%+v, but %+v, %v", got, theirs, err)
		}
	})
}

// The same of event streams.
func FuzzSSE(f *testing.F) {
	for _, raw := range golden(f, "sse") {
		f.Add(raw)
	}
	f.Add([]byte(":\n\n"))
	f.Add([]byte("retry: 2000\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := ours()
		n, err := cutSSE(b)
		if err != nil || n == 0 {
			return
		}
		got, err := p.parseSSE(b[:n])
		if err != nil {
			return
		}
		theirs, err := wire.NewSSEReader(bytes.NewReader(b[:n])).Read()
		if nothing := errors.Is(err, io.EOF); nothing != (got.kind == silence || got.kind == aRetry || got.kind == aGoodbye && theirs.Data == "") {
			t.Errorf("%+v, but %+v, %v", got, theirs, err)
		}
		if got.kind == aStatus != (theirs.Event == "status") {
			t.Errorf("%+v, but %+v", got, theirs)
		}
	})
}

// A WebSocket frame is the same however it is cut, and no bytes make a parser panic.
func FuzzWS(f *testing.F) {
	f.Add(message([]byte(`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"goal"}`)), uint(3), false)
	f.Add([]byte("\x88\x02\x03\xe8"), uint(1), false)
	f.Add([]byte("\x89\x00"), uint(1), true)
	f.Fuzz(func(t *testing.T, b []byte, at uint, inside bool) {
		p := ours()
		n, err := cutWS(b)
		early, earlyErr := cutWS(b[:at%uint(len(b)+1)])
		if early != 0 && early != n || earlyErr != nil && err == nil {
			t.Errorf("cut %d, %v; with less of it %d, %v", n, err, early, earlyErr)
		}
		if err == nil && n > 0 {
			p.parseWS(b[:n], inside)
		}
		masked := appendMasked(nil, opPong, b[:min(len(b), mostControl)], 0x01020304)
		if h, _, err := readWSHead(masked[:2]); err == nil {
			t.Errorf("a client's frame is taken for a server's: %+v", h)
		}
	})
}

// Chunks are the same however they are cut.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\n\r\n"), uint(3))
	f.Add([]byte("a;x=y\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"), uint(7))
	f.Fuzz(func(t *testing.T, b []byte, at uint) {
		var whole, parts chunks
		want, err := whole.decode(nil, b)
		cut := at % uint(len(b)+1)
		got, first := parts.decode(nil, b[:cut])
		if first == nil {
			got, first = parts.decode(got, b[cut:])
			if parts.over && cut < uint(len(b)) && whole.over != parts.over {
				return // what came behind the end is an error only if it came with it
			}
		}
		if !bytes.Equal(got, want) && err == nil || (err == nil) != (first == nil) {
			t.Errorf("%q, %v; in two parts %q, %v", want, err, got, first)
		}
	})
}

// Whatever an answer's head says, no more of it is taken than there is.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"port\":9999}"))
	f.Add([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, n, err := readAnswer(b)
		if n > len(b) || err != nil && n > 0 || n > 0 && (a.status < 100 || a.status > 999) {
			t.Fatalf("%+v, %d, %v", a, n, err)
		}
		if n == 0 {
			return
		}
		body, whole, err := a.body(b[n:], true)
		if whole && err == nil {
			readCheckin(body, "127.0.0.1:8888")
			readList(body, game)
		}
	})
}
