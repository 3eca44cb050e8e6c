// Package shelf keeps answers that were made for one for all who want the same.
package shelf

import (
	"container/list"
	"errors"
	"sync"
	"time"
)

// A Shelf keeps what was made for one for all who want the same: at kick-off a
// hundred thousand people load one page within seconds. Who comes while it is
// being made waits for it instead of making it again.
type Shelf struct {
	Most  int           // things on it; what was not asked for longest goes first
	Bytes int           // of all of them
	Fresh time.Duration // how long a thing is good; 0: for ever
	Clock func() time.Time
	mu    struct {
		sync.Mutex
		at    map[string]*list.Element // of *shelved
		order list.List                // the last one asked for in front
		size  int
	}
}

// shelved is a thing on the shelf.
type shelved struct {
	key  string
	born time.Time
	made chan struct{} // closed when it is
	Body
	err    error
	weight int // of what was made; under the lock of the shelf
}

var errMaking = errors.New("it could not be made")

// Get what lies under key, made by make if it is not there. An error is told
// to those who waited, and not kept.
func (s *Shelf) Get(key string, make func() (Body, error)) (Body, error) {
	k, mine := s.find(key)
	if !mine {
		<-k.made
		return k.Body, k.err
	}
	k.err = errMaking // if make panics
	defer func() {
		s.weigh(k)
		close(k.made)
	}()
	k.Body, k.err = make()
	return k.Body, k.err
}

// find a thing, or say that it is now the caller's to make.
func (s *Shelf) find(key string) (k *shelved, mine bool) {
	now := s.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.at == nil {
		s.mu.at = map[string]*list.Element{}
	}
	if e, ok := s.mu.at[key]; ok {
		k := e.Value.(*shelved)
		if age := now.Sub(k.born); s.Fresh == 0 || age >= 0 && age < s.Fresh {
			s.mu.order.MoveToFront(e)
			return k, false
		}
		s.drop(e)
	}
	k = &shelved{key: key, born: now, made: make(chan struct{})}
	s.mu.at[key] = s.mu.order.PushFront(k)
	for e := s.mu.order.Back(); e != nil && s.mu.order.Len() > s.Most; {
		oldest := e
		e = e.Prev()
		if oldest.Value.(*shelved).weight > 0 { // others wait for what is being made
			s.drop(oldest)
		}
	}
	return k, true
}

// weigh a thing that was made, if it still lies here, and make room for it.
func (s *Shelf) weigh(k *shelved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.mu.at[k.key]
	if !ok || e.Value != k {
		return
	}
	if k.err != nil {
		s.drop(e)
		return
	}
	k.weight = len(k.Plain) + len(k.Packed) + len(k.Note)
	for s.mu.size += k.weight; s.mu.size > s.Bytes; {
		s.drop(s.mu.order.Back())
	}
}

// drop is called with mu held.
func (s *Shelf) drop(e *list.Element) {
	k := s.mu.order.Remove(e).(*shelved)
	delete(s.mu.at, k.key)
	s.mu.size -= k.weight
}
