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
		nodes map[string]*theirs // by run
		edges map[string]*theirs // by name
		told  []reported         // to this node, and by it not yet to the others
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
	peak      int64
	connects  // of nodes only

	round  uint64   // of an edge's report: see edges.go
	before [2]int64 // watchers, as of its two reports before
}

// heard says how long ago a node was heard, and whether it is alive.
type heard func(run string) (ago time.Duration, alive bool)

const (
	// unknownKept is how long what a node says holds that nobody has heard of
	// otherwise: it has just come.
	unknownKept = 5 * time.Second
	// late is after how long without a sign of life a node's watchers are not
	// counted for the peak: they may be somewhere else already.
	late = 2 * time.Second
	// mostHeard nodes and as many edges are listened to, and mostMatches of each:
	// what others say must not fill the memory.
	mostHeard   = 1000
	mostMatches = 100_000
)

// node notes what a node says of a match; false if there is no room.
func (o *others) node(run string, key store.Key, s said) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := from(&o.mu.nodes, run)
	return n != nil && n.say(key, s)
}

// from finds one of them, or makes him; nil if there is no room.
func from(all *map[string]*theirs, name string) *theirs {
	t := (*all)[name]
	if t == nil && len(*all) < mostHeard {
		t = &theirs{since: time.Now(), matches: make(map[store.Key]said)}
		if *all == nil {
			*all = make(map[string]*theirs)
		}
		(*all)[name] = t
	}
	return t
}

// say notes it; false if there is no room. Nobody there is nothing to note.
func (t *theirs) say(key store.Key, s said) bool {
	s.at = time.Now()
	if s.now == 0 && s.added == 0 {
		delete(t.matches, key)
		return true
	}
	if _, known := t.matches[key]; !known && len(t.matches) >= mostMatches {
		return false
	}
	t.matches[key] = s
	return true
}

// forgetNodes that are gone.
func (o *others) forgetNodes(heard heard) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forgetEdges()
	for run, n := range o.mu.nodes {
		if _, alive := heard(run); !alive && time.Since(n.since) >= unknownKept {
			delete(o.mu.nodes, run)
		}
	}
}

// forget a match that was deleted.
func (o *others) forget(key store.Key) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, all := range []map[string]*theirs{o.mu.nodes, o.mu.edges} {
		for _, t := range all {
			delete(t.matches, key)
		}
	}
}
