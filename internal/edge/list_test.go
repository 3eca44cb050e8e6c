package edge

import (
	"testing"
	"time"
)

// A match that the stream has told of, and that is deleted while the stream stalls, goes
// with the next list that does not name it; but not one that was told of just now, which
// another node of the origin may not know yet.
func TestDeletedWhileTheStreamStalled(t *testing.T) {
	for _, c := range []struct {
		name string
		ago  time.Duration
		kept bool
	}{{"long ago", settled, false}, {"just now", 0, true}} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlayed(t, 0)
			s := p.open(t, Options{})
			n := &session{Store: s}
			n.mu.heard = map[string]time.Time{"match/" + theMatch: time.Now().Add(-c.ago)}
			p.mu.Lock()
			p.mu.score = ""
			p.mu.Unlock()
			if err := n.list(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, kept := s.known()[theMatch]; kept != c.kept {
				t.Errorf("it is kept: %v, want %v", kept, c.kept)
			}
		})
	}
}

// A stream that was silent for longer than its heartbeat may have been moved forward
// over what is gone: the list is read again.
func TestTheStreamStalled(t *testing.T) {
	n := &session{Store: &Store{again: make(chan struct{}, 1)}}
	now := time.Now()
	for _, c := range []struct {
		after time.Duration
		again int
	}{{0, 0}, {stalled, 0}, {stalled + 1, 1}} {
		now = now.Add(c.after)
		if n.hears(now); len(n.again) != c.again {
			t.Errorf("after %v: asked for again %d times, want %d", c.after, len(n.again), c.again)
		}
	}
}
