package gate_test

import (
	"testing"
	"time"

	"matchstream/internal/wire"
)

const (
	httpEnd   = " HTTP/1.1\r\nHost: x\r\n\r\n"
	sseAsks   = "GET /1/match/" + seed + "/stream" + httpEnd
	boardAsks = "GET /1/stream" + httpEnd
	wsAsks    = "GET /1/match/" + seed + "/ws HTTP/1.1\r\nHost: x\r\n" + wsHead
	wsHead    = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)

// TestHeartbeats come at a frame border on a quiet stream, the first at some
// moment within the interval, then at each, and never on TCP.
func TestHeartbeats(t *testing.T) {
	const every = 15 * time.Second
	for _, c := range []struct {
		name, asks string
		head       int // frames
		beat       string
	}{
		{"sse", sseAsks, 3, ":\n\n"},
		{"board", boardAsks, 3, ":\n\n"},
		{"ws", wsAsks, 2, "\x89\x00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(s *setting) { s.pump.Heartbeat = every }, func(t *testing.T, r *rig) {
				r.create(seed)
				<-time.After(time.Second) // the board has shown it
				began := time.Now()
				w := r.watch(c.asks)
				w.get(c.head)
				for i := range 3 {
					if beat := string(w.get(1)[0]); beat != c.beat {
						t.Fatalf("got %q, want %q", beat, c.beat)
					}
					if took := time.Since(began); i == 0 && took > every || i > 0 && took != every {
						t.Errorf("heartbeat %d after %v", i+1, took)
					}
					began = time.Now()
				}
				r.post(seed, start)
				if got := w.get(1)[0]; len(got) < 100 {
					t.Errorf("got %q, want the start", got)
				}
				w.Close()
			})
		})
	}
	t.Run("tcp", func(t *testing.T) {
		inBubble(t, func(s *setting) { s.pump.Heartbeat = every }, func(t *testing.T, r *rig) {
			r.create(seed)
			w := r.watch(line + "\n")
			w.get(1)
			<-time.After(time.Hour)
			r.post(seed, `{"kind":"comment","comment":"At last."}`)
			if got, want := string(w.get(1)[0]), "2026-11-22 18:00:00: comment:\n\tcomment: <<\"At last.\">>\n\r\n"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			w.Close()
		})
	})
	if wire.Heartbeat(wire.TCP) != nil {
		t.Error("the line protocol has a heartbeat")
	}
}
