package gate_test

import (
	"net"
	"testing"

	"matchstream/internal/gate"
	"matchstream/internal/pump"
)

// BenchmarkYield closes one of a crowd for one who comes: where it cannot be looked
// whether a request waits, where none does, and where all have one, so that no more
// are looked at.
func BenchmarkYield(b *testing.B) {
	h := newHosted(b)
	both := h.come(2, "192.0.2.1:1")
	both[1].says("ping")
	silent, asks := kept{h.sockets[0]}, kept{h.sockets[1]}
	for name, c := range map[string]net.Conn{"not looked": struct{ net.Conn }{silent}, "none waits": silent, "all wait": asks} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				var quiet gate.Quiet
				crowd := quiet.Lodge(always{conn: c})
				for range 2 * gate.MostLooks {
					crowd.Accept()
				}
				b.StartTimer()
				if !quiet.Yield(pump.Quiet{}) {
					b.Fatal("nobody made room")
				}
			}
		})
	}
}

// kept is a socket that stays open.
type kept struct{ socketFrom }

func (kept) Close() error { return nil }

// always has the same one come.
type always struct {
	net.Listener
	conn net.Conn
}

func (a always) Accept() (net.Conn, error) { return a.conn, nil }
