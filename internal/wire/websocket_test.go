package wire

import (
	"bytes"
	"io"
	"testing"

	"github.com/gobwas/ws"
)

// TestFrameLengths decodes our frames with somebody else's code, at both
// sides of each border of the length.
func TestFrameLengths(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 70000} {
		payload := bytes.Repeat([]byte{'a'}, n)
		r := bytes.NewReader(appendFrame([]byte{}, opText, payload))
		f, err := readFrame(r)
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if !f.Header.Fin || f.Header.Rsv != 0 || f.Header.Masked || f.Header.OpCode != ws.OpText || !bytes.Equal(f.Payload, payload) || r.Len() != 0 {
			t.Errorf("%d: got %+v, %d bytes too many", n, f.Header, r.Len())
		}
	}
}

// TestFramesDecoded: every event and status is one text message with the
// object that SSE has.
func TestFramesDecoded(t *testing.T) {
	var all []byte
	var want [][]byte
	for _, c := range every() {
		all = AppendEvent(WebSocket, all, c.event, epoch)
		want = append(want, EventJSON(c.event, epoch))
	}
	for _, c := range standings() {
		all = AppendStatus(WebSocket, all, c.view, c.resumed)
		want = append(want, encode(NewStatus(c.view, c.resumed)))
	}
	r := bytes.NewReader(all)
	for i, w := range want {
		f, err := readFrame(r)
		if err != nil || f.Header.OpCode != ws.OpText || !bytes.Equal(f.Payload, w) {
			t.Fatalf("frame %d: got %s, %v, want %s", i, f.Payload, err, w)
		}
	}
	if _, err := readFrame(r); err != io.EOF {
		t.Errorf("got %v, want the end", err)
	}
}

func TestFarewells(t *testing.T) {
	for why, want := range map[Goodbye]ws.StatusCode{Ended: 1000, Deleted: 4404, Draining: 1012, TooSlow: 4408, Moved: 1012} {
		f, err := readFrame(bytes.NewReader(Farewell(WebSocket, why, "a-b-2020-01-01", 5)))
		if err != nil {
			t.Fatal(err)
		}
		code, reason := ws.ParseCloseFrameData(f.Payload)
		if f.Header.OpCode != ws.OpClose || code != want || reason == "" || len(f.Payload) > maxControl {
			t.Errorf("%v: got %v %d %q", why, f.Header.OpCode, code, reason)
		}
		for _, tcp := range []Format{TCP, TCPIDs} {
			if b := Farewell(tcp, why, "a-b-2020-01-01", 5); b != nil {
				t.Errorf("%v: TCP says %q", why, b)
			}
		}
	}
	f, err := readFrame(bytes.NewReader(Heartbeat(WebSocket)))
	if err != nil || f.Header.OpCode != ws.OpPing || !f.Header.Fin || len(f.Payload) != 0 {
		t.Errorf("heartbeat: got %+v, %v", f, err)
	}
	if got := string(Farewell(SSE, Draining, "a-b-2020-01-01", -5)); got != "retry: 0\n\n" {
		t.Errorf("got %q", got)
	}
	if got := Goodbye(9).String(); got != "goodbye 9" {
		t.Errorf("got %q", got)
	}
}

// readFrame reads a frame with a library's eyes.
func readFrame(r io.Reader) (f ws.Frame, err error) {
	if f.Header, err = ws.ReadHeader(r); err != nil {
		return f, err
	}
	f.Payload = make([]byte, f.Header.Length)
	_, err = io.ReadFull(r, f.Payload)
	return f, err
}
