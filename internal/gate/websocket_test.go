package gate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// dialWS is a client by the book.
func dialWS(t *testing.T, r *rig, query string) (*websocket.Conn, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	c, _, err := websocket.Dial(ctx, "ws://"+r.setting.http.Addr().String()+"/1/match/"+seed+"/ws"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.CloseNow() })
	return c, ctx
}

func readKind(t *testing.T, ctx context.Context, c *websocket.Conn, kind string) {
	t.Helper()
	typ, data, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var o struct{ Kind string }
	if err := json.Unmarshal(data, &o); err != nil || typ != websocket.MessageText || o.Kind != kind {
		t.Fatalf("got %v %s, %v; want a text message of kind %s", typ, data, err, kind)
	}
}

// TestWebSocketByTheBook: what a well-kept client library makes of the stream.
func TestWebSocketByTheBook(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*rig)
		last string // kind
		code websocket.StatusCode
	}{
		{"stop", func(r *rig) { r.post(seed, `{"kind":"stop"}`) }, "stop", 1000},
		{"abandon", func(r *rig) { r.post(seed, `{"kind":"abandon"}`) }, "abandon status", 1000},
		{"deleted", func(r *rig) { r.delete(seed) }, "", 4404},
		{"drain", func(r *rig) { go r.stop() }, "", 1012},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, setting{})
			r.create(seed)
			conn, ctx := dialWS(t, r, "?user=luna")
			readKind(t, ctx, conn, "status")
			if err := conn.Write(ctx, websocket.MessageText, []byte("hello?")); err != nil {
				t.Fatal(err)
			}
			r.post(seed, start)
			readKind(t, ctx, conn, "start")
			c.end(r)
			for kind := range strings.FieldsSeq(c.last) {
				readKind(t, ctx, conn, kind)
			}
			if _, data, err := conn.Read(ctx); websocket.CloseStatus(err) != c.code {
				t.Errorf("got %s, %v; want %d", data, err, c.code)
			}
		})
	}
	t.Run("ping and goodbye", func(t *testing.T) {
		r := newRig(t, setting{})
		r.create(seed)
		conn, ctx := dialWS(t, r, "")
		readKind(t, ctx, conn, "status")
		reading := conn.CloseRead(ctx)
		if err := conn.Ping(ctx); err != nil {
			t.Error(err)
		}
		if err := conn.Close(websocket.StatusGoingAway, "the film begins"); err != nil {
			t.Error("the close was not answered as it should be:", err)
		}
		<-reading.Done()
	})
	t.Run("too much", func(t *testing.T) {
		r := newRig(t, setting{})
		r.create(seed)
		conn, ctx := dialWS(t, r, "")
		readKind(t, ctx, conn, "status")
		if err := conn.Write(ctx, websocket.MessageBinary, make([]byte, 4097)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := conn.Read(ctx); websocket.CloseStatus(err) != websocket.StatusMessageTooBig {
			t.Errorf("got %v, want 1009", err)
		}
	})
}

// TestEarlyFrames: what is sent together with the handshake is heard, whether
// it came along in the server's buffer or lies behind it.
func TestEarlyFrames(t *testing.T) {
	const pings = 60
	r := newRig(t, setting{})
	r.create(seed)
	var says strings.Builder
	says.WriteString(wsAsks)
	for i := range pings {
		says.Write(masked(fmt.Sprintf("ping %03d%s", i, strings.Repeat(".", 100))))
	}
	w := r.watch(says.String())
	w.get(1)
	statuses, pongs := 0, 0
	for range pings + 1 { // where the status stands among the pongs is open
		switch f := w.get(1)[0]; {
		case f[0] == 0x81:
			statuses++
		case f[0] == 0x8A && strings.HasPrefix(string(f[2:]), fmt.Sprintf("%03d.", pongs)):
			pongs++
		default:
			t.Fatalf("got % x %q, want pong %d", f[:2], f[2:], pongs)
		}
	}
	if statuses != 1 || pongs != pings {
		t.Errorf("%d statuses and %d pongs", statuses, pongs)
	}
	w.Close()

	w = r.watch(wsAsks + string(masked("close 1001")))
	w.get(1)
	if got := w.shown(-1); !strings.HasSuffix(got, "<88 02> 1001\n(closed)\n") {
		t.Errorf("the early close was answered with %q", got)
	}
	r.stop()
}
