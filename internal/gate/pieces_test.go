package gate_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

const echoAsks = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello there"

// piecemeal says all, a byte in each write.
func (c *client) piecemeal(text string) {
	c.Helper()
	for i := range len(text) {
		c.say(text[i : i+1])
	}
}

// A conversation on one connection, up to the stream that it ends with, is the
// same whether it comes as a whole or byte by byte, head and body.
func TestConversationInPieces(t *testing.T) {
	chunked := "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n"
	head := strings.Replace(sseAsks, "GET", "HEAD", 1)
	for name, asks := range map[string]string{"sse": sseAsks, "ws": wsAsks, "board": boardAsks} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, setting{}, func(t *testing.T, r *rig) {
				r.create(seed)
				r.audience()
				for how, say := range map[string]func(*client, string){"whole": (*client).say, "byte by byte": (*client).piecemeal} {
					t.Run(how, func(t *testing.T) {
						c := newClient(r, r.dial(r.setting.http))
						say(c, apiAsks+echoAsks+chunked+head+apiAsks+asks)
						c.hello()
						for range 2 {
							if status, body := c.answer(); status != 200 || body != "hello there" {
								t.Errorf("answered %d %q", status, body)
							}
						}
						if got := string(c.get(1)[0]); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") || !strings.Contains(got, "Content-Type: text/event-stream\r\n") {
							t.Errorf("the head alone is %q", got)
						}
						c.hello()
						c.get(2)
						c.Close()
					})
				}
			})
		})
	}
}

// What comes in the same write behind a request for a WebSocket is heard.
func TestFramesBehindConversation(t *testing.T) {
	onBoth(t, setting{}, func(t *testing.T, r *rig) {
		r.create(seed)
		r.audience()
		for _, before := range []string{"", apiAsks, echoAsks + apiAsks} {
			c := newWatch(r, before+wsAsks+string(masked("ping are you there?"))+string(masked("close 1000")))
			for range strings.Count(before, "HTTP/1.1") {
				c.answer()
			}
			if got := c.shown(-1); !strings.Contains(got, "<8a 0e> are you there?\n") || !strings.HasSuffix(got, "<88 02> 1000\n(closed)\n") {
				t.Errorf("behind %q came %q", before, got)
			}
		}
	})
}

// audience has a watcher on each protocol: so the loops of a pump that has its
// own doors find all they need, and ask nobody.
func (r *rig) audience() {
	for _, asks := range []string{line + "\n", sseAsks, wsAsks} {
		r.watch(asks).get(1)
	}
}

// comesIn waits until there is room; between is done meanwhile.
func (r *rig) comesIn(between func()) {
	r.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		c := r.watch(line + "\n")
		told := string(c.get(1)[0])
		c.Close()
		if !strings.HasPrefix(told, "ERROR: the server is full") {
			return
		}
		between()
	}
	r.Error("nobody is let in any more")
}

// Who closes after any byte of his request leaves nothing behind, gently or
// not: there is room for one more still.
func TestClosedAfterAnyByte(t *testing.T) {
	onBoth(t, setting{max: 4}, func(t *testing.T, r *rig) {
		r.create(seed)
		r.audience()
		for _, asks := range []string{sseAsks, wsAsks, boardAsks, apiAsks + sseAsks, echoAsks, line + ":IDS:on\n"} {
			l := r.setting.http
			if strings.HasPrefix(asks, "VERSION") {
				l = r.setting.tcp
			}
			for n := range len(asks) + 1 {
				c := newClient(r, r.dial(l))
				io.WriteString(c, asks[:n]) // it may be full, and closed
				if n%2 == 1 {
					c.Conn.(*net.TCPConn).SetLinger(0)
				}
				c.Close()
			}
		}
		newWatch(r, apiAsks).hello()                                                        // they are served still
		r.comesIn(func() { r.post(seed, `{"kind":"comment","comment":"Anybody there?"}`) }) // over TCP only a write tells
		m := r.match(seed)
		r.stop()
		if active := r.gate.SSE.Active() + r.gate.WebSocket.Active() + r.gate.TCP.Active(); active != 0 || r.countOf(m).Now != 0 || r.door.Watchers() != 0 {
			t.Errorf("%d are still there, %d watch, %d by the door", active, r.countOf(m).Now, r.door.Watchers())
		}
		if r.polled != nil && r.polled.Open() != 0 {
			t.Errorf("%d connections are still open", r.polled.Open())
		}
	})
}
