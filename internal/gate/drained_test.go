package gate_test

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"matchstream/internal/access"
)

// TestDrained: while a node is drained, whoever wants to watch is told so in the
// way of his protocol, and is counted; all else is served, and afterwards he is
// let in.
func TestDrained(t *testing.T) {
	eachPump(t, func(t *testing.T, epoll bool) {
		r, closed := withLog(t, setting{epoll: epoll})
		r.create(seed)
		dial := func(tcp bool) net.Conn {
			c, err := net.Dial("tcp", r.at[map[bool]int{true: 0, false: 1}[tcp]].String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			c.SetDeadline(time.Now().Add(patience))
			return c
		}
		early := dial(true) // is at the door when it begins
		for r.gate.Sessions() == 0 {
			runtime.Gosched()
		}
		r.gate.Draining(true)
		const sentence = "this node is being drained, ask for another by GET /1/checkin"
		watches := []struct {
			tcp        bool
			says, told string
			lets       string
		}{
			{true, line + "\n", "ERROR: " + sentence + "\n\r\n", "period"},
			{false, sseAsks, "HTTP/1.1 503 Service Unavailable\r\n", "event: status"},
			{false, boardAsks, "HTTP/1.1 503 Service Unavailable\r\n", ": "},
			{false, wsAsks, "HTTP/1.1 503 Service Unavailable\r\n", "status"},
		}
		var refused []netip.AddrPort
		for _, w := range watches {
			c := dial(w.tcp)
			refused = append(refused, netip.MustParseAddrPort(c.LocalAddr().String()))
			io.WriteString(c, w.says)
			got, err := io.ReadAll(c)
			if err != nil || !bytes.HasPrefix(got, []byte(w.told)) || !bytes.Contains(got, []byte(sentence)) {
				t.Errorf("%q was told %q, %v", w.says, got, err)
			}
			if !w.tcp && !bytes.Contains(got, []byte("\r\nRetry-After: 5\r\n")) {
				t.Errorf("%q was not told when to come back: %q", w.says, got)
			}
		}
		io.WriteString(early, line+"\n")
		if got, err := io.ReadAll(early); string(got) != watches[0].told || err != nil {
			t.Errorf("who came before was told %q, %v", got, err)
		}
		if n := r.gate.Refused.Draining.Load(); n != 5 {
			t.Errorf("%d are counted as refused, want 5", n)
		}
		r.gate.Draining(false)
		for _, w := range watches {
			c := dial(w.tcp)
			io.WriteString(c, w.says)
			var got []byte
			for buffer := make([]byte, 4096); !bytes.Contains(got, []byte(w.lets)); {
				n, err := c.Read(buffer)
				if got = append(got, buffer[:n]...); err != nil {
					t.Fatalf("%q got %q, %v", w.says, got, err)
				}
			}
			if strings.Contains(string(got), "503") {
				t.Errorf("%q got %q", w.says, got)
			}
			c.Close()
		}
		lines := closed()
		for _, from := range append(refused[:1], netip.MustParseAddrPort(early.LocalAddr().String())) {
			if all := lines[from]; len(all) != 1 || all[0].(*access.Connection).Why != "draining" {
				t.Errorf("the access log has %v of who was turned away", all)
			}
		}
	})
}
