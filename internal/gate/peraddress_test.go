package gate_test

import (
	"runtime"
	"strings"
	"testing"
)

// --max-connections-per-ip counts every connection, once: one that has said
// nothing, one between two requests, a stream that a loop takes up at once, one
// that comes by net/http. Who is too many is told so when he asks.
func TestPerAddressOverHTTP(t *testing.T) {
	onBoth(t, setting{perIP: 4}, perAddressOverHTTP)
	eachPump(t, func(t *testing.T, epoll bool) {
		r, closed := withLog(t, setting{epoll: epoll, perIP: 4})
		perAddressOverHTTP(t, r)
		closed()
	})
}

func perAddressOverHTTP(t *testing.T, r *rig) {
	r.create(seed)
	r.post(seed, start)
	for round := range 3 { // as often as it takes to see that nothing is left
		silent, idle, stream, socket := r.knock(1), r.knock(1), r.knock(1), r.knock(1)
		idle.say("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
		idle.get(1)
		stream.say(sseAsks)
		stream.get(3)
		socket.say(strings.Replace(wsAsks, "Host: x\r\n", "Host: x\r\nContent-Length: 0\r\n", 1)) // net/http's
		socket.get(2)
		for r.gate.Places() < 4 { // the silent one may be let in last
			runtime.Gosched()
		}
		for _, asks := range []string{"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", sseAsks, wsAsks} {
			c := r.knock(1)
			c.say(asks)
			if got := string(c.rest()); !strings.HasPrefix(got, "HTTP/1.1 503 ") || !strings.Contains(got, "too many connections from your address") {
				t.Errorf("round %d: one too many is told %q", round, got)
			}
		}
		if got := string(r.knock(0).rest()); got != "ERROR: too many connections from your address\n\r\n" {
			t.Errorf("round %d: one too many at the other door is told %q", round, got)
		}
		for _, c := range []*client{silent, idle, stream, socket} {
			c.Close()
		}
		for r.gate.Places() > 0 {
			runtime.Gosched()
		}
	}
	if n := r.gate.Refused.FullForIP.Load(); n != 12 {
		t.Errorf("%d are counted, want 12", n)
	}
}
