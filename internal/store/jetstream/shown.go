package jetstream

import (
	"sync"

	"matchstream/internal/store"
)

// end is the last record of a journal, as far as this node has been shown.
type end struct {
	mark   store.Mark
	number int64
}

// shown is what this node has been shown: the least that the journals have. It
// spares an append the look at the record before it, and tells an answer of a
// leader that is none any more, or is not one yet.
type shown struct {
	mu struct {
		sync.Mutex
		of   map[store.Key]end
		last store.Mark
	}
}

func (s *shown) get(k store.Key) end {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.of[k]
}

// put what is shown now; less than before is no news.
func (s *shown) put(k store.Key, e end) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.of == nil {
		s.mu.of = make(map[store.Key]end)
	}
	if e.mark > s.mu.of[k].mark {
		s.mu.of[k] = e
	}
	s.mu.last = max(s.mu.last, e.mark)
}

// drop what is no more.
func (s *shown) drop(k store.Key, e end) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.of[k] == e {
		delete(s.mu.of, k)
	}
}

// last is the highest mark of all that was shown, or said to be the end.
func (s *shown) last() store.Mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.last
}

func (s *shown) reached(m store.Mark) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.last = max(s.mu.last, m)
}
