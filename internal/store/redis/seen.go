package redis

import "sync"

// witness is the newest of something that this node was shown: its place, and the
// text that no other history has there. "": it was purged.
type witness struct {
	at   uint64
	text string
}

// seen is what this node knows of the store's history. Every call takes it along:
// a server that lacks it, or has something else in its place, is another store
// (store.ErrReplaced), like a replica that took over before it had all.
type seen struct {
	mu struct {
		sync.Mutex
		record, change witness
	}
}

func (s *seen) newest() (record, change witness) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.record, s.mu.change
}

func (s *seen) record(w witness) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.at > s.mu.record.at {
		s.mu.record = w
	}
}

func (s *seen) change(w witness) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.at > s.mu.change.at {
		s.mu.change = w
	}
}
