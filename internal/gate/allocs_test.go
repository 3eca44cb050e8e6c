package gate_test

import (
	"net/netip"
	"strings"
	"testing"

	"matchstream/internal/pump"
)

// At a kick-off tens of thousands come within a second; what each of them
// leaves behind, somebody has to sweep. So who joins a match that is in memory
// leaves nothing, and who resumes no more than his position.
func TestJoinsAllocateNothing(t *testing.T) {
	r := newRig(t, setting{})
	r.create(seed)
	r.post(seed, start)
	r.visits("nobody") // returns when all users are read, behind the start
	resumes := func(asks string) string { return strings.Replace(asks, "Host: x", "Host: x\r\nLast-Event-ID: 1", 1) }
	for _, c := range []struct {
		name, asks string
		door       pump.Door
		most       float64
	}{
		{"tcp", "VERSION:1:CONNECT:ann:MATCH:" + seed + "\r\n", r.door, 0},
		{"tcp with ids", line + ":IDS:on\n", r.door, 0},
		{"tcp, nobody in particular", "VERSION:1:CONNECT::MATCH:" + seed + "\n", r.door, 0},
		{"tcp, resumed", line + ":SINCE:0\n", r.door, 1},
		{"sse", sseAsks, r.gate.NewHTTPDoor(nil), 0},
		{"sse with a user", strings.Replace(sseAsks, "/stream", "/stream?user=ann", 1), r.gate.NewHTTPDoor(nil), 0},
		{"board", boardAsks, r.gate.NewHTTPDoor(nil), 0},
		{"ws", wsAsks, r.gate.NewHTTPDoor(nil), 0},
		{"sse, resumed", resumes(sseAsks), r.gate.NewHTTPDoor(nil), 1},
		{"ws, resumed", strings.Replace(wsAsks, "/ws", "/ws?since=1", 1), r.gate.NewHTTPDoor(nil), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.watch(c.asks).get(1) // the lane is there, and is kept
			caller := pump.Caller{Said: []byte(c.asks), Scratch: make([]byte, 0, 64<<10), From: func() netip.AddrPort { return netip.AddrPort{} }}
			join := func() {
				caller.Ticket, _, _ = c.door.Enter(netip.AddrPort{})
				v := c.door.Greet(&caller)
				if v.Kind != pump.Admit || len(v.Watch.First) == 0 && v.Watch.Cursor == (v.Watch.Lane.View().Join()) {
					t.Fatalf("not admitted: %+v", v)
				}
				v.Watch.Lane.Release()
				v.Watch.Left(pump.Left, pump.Sent{}, v.Watch.Ticket)
			}
			if n := testing.AllocsPerRun(200, join); n > c.most {
				t.Errorf("%v allocations, want at most %v", n, c.most)
			}
		})
	}
}

// A head that is not there whole yet is looked at for nothing.
func TestHalfHeadsAllocateNothing(t *testing.T) {
	r := newRig(t, setting{})
	r.visits("nobody") // returns when all users are read, behind the start
	for asks, door := range map[string]pump.Door{line: r.door, sseAsks: r.gate.NewHTTPDoor(nil), wsAsks: r.gate.NewHTTPDoor(nil)} {
		caller := pump.Caller{Said: []byte(asks[:len(asks)-2])}
		if n := testing.AllocsPerRun(100, func() {
			if v := door.Greet(&caller); v.Kind != pump.Wait {
				t.Fatalf("decided on %q: %+v", caller.Said, v)
			}
		}); n != 0 {
			t.Errorf("%q: %v allocations", caller.Said, n)
		}
	}
}
