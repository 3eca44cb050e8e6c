package crowd

import "testing"

// What the status of one who came late has told of is not missing, though nobody was
// there to see the event itself.
func TestLacks(t *testing.T) {
	for _, c := range []struct {
		ids    []uint32 // by mark; 0: nobody has seen it
		last   uint32
		lacked int // of four marks
	}{
		{[]uint32{2, 3, 4, 5}, 5, 0}, {[]uint32{2, 3, 4, 5}, 3, 2}, {[]uint32{2, 3, 4, 5}, 1, 4},
		{[]uint32{2, 3}, 5, 0}, {[]uint32{2, 3}, 4, 1}, {[]uint32{2, 3}, 3, 2}, {[]uint32{2, 3}, 2, 3},
		{[]uint32{2, 0, 0, 5}, 4, 1}, {[]uint32{2, 0, 0, 5}, 2, 3}, {[]uint32{0, 0, 7, 8}, 6, 2}, {[]uint32{0, 0, 7, 8}, 2, 4}, {[]uint32{0, 0, 7, 8}, 5, 3}, {nil, 5, 0}, {nil, 0, 4},
	} {
		s := &sums{ids: c.ids}
		if got := s.lacks(&watcher{last: c.last, flags: numbered}, 0, 4); got != c.lacked {
			t.Errorf("of %d, behind %d: %d, expected %d", c.ids, c.last, got, c.lacked)
		}
	}
}
