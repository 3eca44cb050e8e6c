package audience

import (
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/store/memory"
)

// TestQueued: what waits is counted until it is written, and it is not late as long as
// the store takes it.
func TestQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := open(t, memory.New(), 100)
		synctest.Wait()
		n.joins(final, "ann", "bob")
		if q := n.Queued(); q.Matches != 1 || q.Users == 0 || q.Late > 0 {
			t.Errorf("%+v", q)
		}
		passes(matchesAfter + time.Second)
		if q := n.Queued(); q.Matches != 0 || q.Users == 0 {
			t.Errorf("when the match is written: %+v", q)
		}
		passes(shardsAfter)
		if q := n.Queued(); q != (Queued{}) {
			t.Errorf("when all is written: %+v", q)
		}
	})
}
