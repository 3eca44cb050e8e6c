package gate_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"matchstream/internal/wire"
)

// knock is a client at the TCP port (0) or the HTTP port (1).
func (r *rig) knock(port int) *client {
	r.Helper()
	c, err := net.Dial("tcp", r.at[port].String())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { c.Close() })
	return newClient(r, c)
}

// What a client says before he is answered is heard, however much it is, and
// by whichever way he comes in: this head is net/http's, which reads 4 kB of
// what the loop has read and leaves the rest.
func TestSaidBeforeTheAnswer(t *testing.T) {
	onBoth(t, setting{}, func(t *testing.T, r *rig) {
		r.create(seed)
		r.post(seed, start)
		text := string([]byte{0x81, 0xfe, 0x0f, 0xa0, 0, 0, 0, 0}) + strings.Repeat("x", 4000)
		ping := string([]byte{0x89, 0x82, 0, 0, 0, 0, 'h', 'i'})
		c := r.knock(1)
		c.say(strings.Replace(wsAsks, "Host: x\r\n", "Host: x\r\nContent-Length: 0\r\n", 1) + text + text + ping)
		var got strings.Builder
		for b := make([]byte, 1); !strings.HasSuffix(got.String(), "\x8a\x02hi"); got.Write(b) {
			if _, err := io.ReadFull(c.r, b); err != nil {
				t.Fatalf("no pong: %v behind %q", err, got.String())
			}
		}
	})
}

// A status that cannot be encoded costs who joins his connection, and nobody
// his place: there is room for three.
func TestAPanicAtTheDoorKeepsNoPlace(t *testing.T) {
	onBoth(t, setting{max: 3}, func(t *testing.T, r *rig) {
		r.create(seed)
		r.post(seed, start)
		lanes := map[string]wire.Format{sseAsks: wire.SSE, line + "\n": wire.TCP}
		for asks, f := range lanes {
			lane := r.match(seed).Lane(f)
			defer lane.Release()
			lane.SetStatus(func(bool) []byte { panic("cannot be encoded") })
			for range 5 {
				port := 1
				if f == wire.TCP {
					port = 0
				}
				c := r.knock(port)
				c.say(asks)
				io.ReadAll(c.r) // the end, be it a reset
				c.Close()
			}
		}
		if n := r.door.Watchers(); n != 0 {
			t.Fatalf("%d watchers are counted at the door", n)
		}
		r.watch(wsAsks).get(1)
	})
}
