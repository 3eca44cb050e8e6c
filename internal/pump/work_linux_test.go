package pump

import (
	"testing"
	"time"

	"matchstream/internal/feed"
)

// TestPublishersWalkCounts: what is done in the loop's stead while it waits is its work, too.
func TestPublishersWalkCounts(t *testing.T) {
	p := &Epoll{began: time.Now(), tick: time.Second}
	l := &loop{pump: p}
	g := &group{loop: l, stream: &Stream{Lane: new(feed.Lane)}, counts: new(part)}
	for range 3 {
		if !g.walkHere() {
			t.Fatal("the loop does not wait")
		}
	}
	w := &l.work
	if w.walks.Load() != 3 || w.spent.Load() <= 0 || w.time(p.time()) != time.Duration(w.spent.Load()) {
		t.Errorf("%d walks in %d ns, %v busy", w.walks.Load(), w.spent.Load(), w.time(p.time()))
	}
	w.begins(time.Second)
	w.rests(3 * time.Second)
	if busy := w.time(9 * time.Second); busy != 2*time.Second+time.Duration(w.spent.Load()) {
		t.Errorf("%v busy", busy)
	}
}
