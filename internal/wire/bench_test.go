package wire

import (
	"testing"

	"matchstream/internal/match"
)

// What an event costs once for each format, whatever the number of watchers.
func BenchmarkAppendEvent(b *testing.B) {
	e := match.Event{ID: 17, Timestamp: at, Kind: match.Goal, Details: match.Details{Team: "tig", Player: p(7, "Luna"), Minute: "5"}}
	for f := range Formats {
		b.Run(files[f], func(b *testing.B) {
			b.ReportAllocs()
			buffer := make([]byte, 0, 4096)
			for b.Loop() {
				buffer = AppendEvent(f, buffer[:0], e, epoch)
			}
		})
	}
}

// What a status costs once for all who join at the same version of a match.
func BenchmarkAppendStatus(b *testing.B) {
	v := standings()[5].view
	for f := range Formats {
		b.Run(files[f], func(b *testing.B) {
			b.ReportAllocs()
			buffer := make([]byte, 0, 16384)
			for b.Loop() {
				buffer = AppendStatus(f, buffer[:0], v, true)
			}
		})
	}
}

// TestTCPAllocations: the line protocol is written straight into the buffer.
func TestTCPAllocations(t *testing.T) {
	buffer := make([]byte, 0, 16384)
	v := standings()[5].view
	for _, c := range every() {
		if c.event.Extra != nil {
			continue // x- details are sorted
		}
		if n := testing.AllocsPerRun(10, func() { AppendEvent(TCPIDs, buffer[:0], c.event, epoch) }); n != 0 {
			t.Errorf("%s: got %v allocations, want none", c.name, n)
		}
	}
	if n := testing.AllocsPerRun(10, func() { AppendStatus(TCP, buffer[:0], v, true) }); n != 0 {
		t.Errorf("status: got %v allocations, want none", n)
	}
}
