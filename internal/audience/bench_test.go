package audience

import (
	"strconv"
	"testing"
	"unsafe"

	"matchstream/internal/store/memory"
)

// BenchmarkJoined is a join and what belongs to it, with a million users
// remembered: of somebody known, and of a stranger, who takes another's place.
func BenchmarkJoined(b *testing.B) {
	const users = 1_000_000
	for name, from := range map[string]int{"known": 0, "stranger": users} {
		b.Run(name, func(b *testing.B) {
			n := open(b, memory.New(), users)
			defer n.Close()
			m := n.match(final)
			id := make([]byte, 0, 32)
			for i := range users {
				m.Joined(n.Ledger, final, strconv.AppendInt(id, int64(i), 10))
				m.Left()
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i += 7919 { // all over the memory
				who := from + i
				if from == 0 {
					who %= users
				}
				m.Joined(n.Ledger, final, strconv.AppendInt(id, int64(who), 10))
				m.Left()
			}
		})
	}
}

// A join of somebody known leaves nothing on the heap.
func TestJoinedLeavesNothingOnTheHeap(t *testing.T) {
	n := open(t, memory.New(), 1000)
	n.joins(final, "ann", "bob")
	<-n.loaded // that is done by another goroutine, which allocates
	m := n.match(final)
	for _, user := range [][]byte{nil, []byte("ann"), []byte("bob")} {
		if allocs := testing.AllocsPerRun(1000, func() {
			m.Joined(n.Ledger, final, user)
			m.Left()
		}); allocs != 0 {
			t.Errorf("%q: %v allocations", user, allocs)
		}
	}
}

// A match with a watcher takes some hundred bytes.
func TestCrowdIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(crowd{}); size > 200 {
		t.Errorf("a crowd takes %d bytes", size)
	}
	if size := unsafe.Sizeof(Match{}); size != unsafe.Sizeof(uintptr(0)) {
		t.Errorf("a match that nobody watches takes %d bytes", size)
	}
}
