package audience

import (
	"sync"
	"time"

	"matchstream/internal/store"
)

// others is what other nodes and edges say of who watches there. It is kept by
// who said it, so that all of it goes with him. Time is measured here: no clock of
// theirs is believed.
type others struct {
	mu struct {
		sync.Mutex
		edges map[string]*theirs
	}
}

// theirs is what one of them says, by match.
type theirs struct {
	since   time.Time // when he was first heard here
	matches map[store.Key]said
}

// said is what one of them says of a match.
type said struct {
	at        time.Time
	now, held int64 // watchers; and how many of them have been there for a moment
}

const (
	// edgeKept is how long what an edge has said of a match holds.
	edgeKept = 15 * time.Second
	// mostEdges, and mostMatches of one node or edge, are listened to: what others
	// say must not fill the memory.
	mostEdges   = 1000
	mostMatches = 100_000
)

// edge notes what an edge says of a match; false if there is no room.
func (o *others) edge(name string, key store.Key, now int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetEdges()
	e := o.mu.edges[name]
	if e == nil {
		if len(o.mu.edges) >= mostEdges {
			return false
		}
		e = &theirs{since: time.Now()}
		if o.mu.edges == nil {
			o.mu.edges = make(map[string]*theirs)
		}
		o.mu.edges[name] = e
	}
	before := e.matches[key].now
	return e.say(key, said{now: now, held: min(before, now)})
}

// say notes it; false if there is no room. Nobody there is nothing to note.
func (t *theirs) say(key store.Key, s said) bool {
	s.at = time.Now()
	if s.now == 0 {
		delete(t.matches, key)
		return true
	}
	if _, known := t.matches[key]; !known && len(t.matches) >= mostMatches {
		return false
	}
	if t.matches == nil {
		t.matches = make(map[store.Key]said)
	}
	t.matches[key] = s
	return true
}

// forgetEdges that have said nothing for too long. Locked.
func (o *others) forgetEdges() {
	for name, e := range o.mu.edges {
		for key, s := range e.matches {
			if time.Since(s.at) >= edgeKept {
				delete(e.matches, key)
			}
		}
		if len(e.matches) == 0 {
			delete(o.mu.edges, name)
		}
	}
}

// onEdges is how many watch a match on edges that report here; held, how many
// have been there for a moment.
func (o *others) onEdges(key store.Key) (now, held int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.mu.edges {
		if s, ok := e.matches[key]; ok && time.Since(s.at) < edgeKept {
			now, held = now+s.now, held+s.held
		}
	}
	return now, held
}

// forget a match that was deleted.
func (o *others) forget(key store.Key) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, all := range []map[string]*theirs{o.mu.edges} {
		for _, t := range all {
			delete(t.matches, key)
		}
	}
}
