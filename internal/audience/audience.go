// Package audience counts who watches: of each match how many at most at once,
// how often, and about how many different people; of each person how often he
// came. It keeps that over restarts, in the store's catalogue, and nobody who
// joins ever waits for it.
//
// # Written behind
//
// A join changes memory under a leaf lock and puts what it changed into a
// queue. One goroutine (Ledger.run) writes it later, one value at a time with a
// pause behind each, since every write is a sync of the disk that operators'
// events need too: a match some 10 s after it changed, a shard of the users
// some minute after. A node that is killed loses what it counted since. A node
// that is stopped writes it all.
//
// # Never twice
//
// Several nodes may count into one store. So what the store had (known) and
// what this node has counted since its last write (added) are kept apart, and a
// write is a compare-and-set of both together. Was another node faster, then
// its value is read and becomes known, and what was added is added to that.
// Where no answer came, the value that is found next may hold what was added
// already, or not: then the larger of both ways to count is right or too small,
// never too large. The largest number of watchers at once, and sketches of
// users, merge by themselves, however often.
//
// # What it costs
//
// A match that nobody watches has a pointer here, and nothing in memory: what
// was counted is in the store, and is read when somebody comes or asks
// (crowd.go). Users lie in a slab, 36 bytes for each (slab.go).
//
// # Privacy
//
// No id is kept, but 64 bits of a hash under a secret key (key.go). The key
// lies in the same store: who has the data folder can find out whether an id
// that he guesses was there. Who only connects can not make ids that collide.
package audience

import (
	"context"
	"sync/atomic"

	"matchstream/internal/store"
)

// Figures of one match: over all its life, but for Now.
type Figures struct {
	Now      int64  // watchers on this node
	Peak     int64  // the most that were on one node at once
	Connects uint64 // how often somebody came
	Users    uint64 // different ids, about
}

// Match is the audience of one match. The zero value is one that nobody
// watches, which is all it has to hold in memory.
type Match struct {
	crowd atomic.Pointer[crowd] // nil: nobody came lately
}

// ended is the crowd of every match that was deleted: nobody is counted in it.
var ended crowd

// Joined counts a watcher in, and the user as well, unless it is empty. It
// takes leaf locks for moments, never waits for the store, and leaves nothing
// on the heap once match and user are known.
func (m *Match) Joined(l *Ledger, key store.Key, user []byte) {
	var hash uint64
	if len(user) > 0 {
		hash = l.key.hash(user)
		l.visits.count(hash)
	}
	for {
		c := m.crowd.Load()
		switch {
		case c == nil:
			m.crowd.CompareAndSwap(nil, newCrowd(l, key))
		case c == &ended || c.join(len(user) > 0, hash):
			return
		default: // it was given up this moment
			m.crowd.CompareAndSwap(c, nil)
		}
	}
}

// Left counts a watcher out who was counted in.
func (m *Match) Left() {
	if c := m.crowd.Load(); c != nil && c != &ended {
		c.leave()
	}
}

// Figures are what is known of a match. It reads the store, within ctx, unless
// that has been done since somebody came. Errors are the store's.
func (m *Match) Figures(ctx context.Context, l *Ledger, key store.Key) (Figures, error) {
	c := m.crowd.Load()
	switch c {
	case &ended:
		return Figures{}, nil
	case nil:
		c = newCrowd(l, key) // for this moment only
	}
	if err := c.load(ctx); err != nil {
		return Figures{}, err
	}
	return c.figures(), nil
}

// Rest lets go of the memory of a match that nobody watches, once all is
// written.
func (m *Match) Rest() {
	if c := m.crowd.Load(); c != nil && c != &ended && c.rest() {
		m.crowd.CompareAndSwap(c, nil)
	}
}

// Forget ends the counting of a match that was deleted, and removes from the
// store what was counted. It may be repeated. Errors are the store's.
func (m *Match) Forget(ctx context.Context, l *Ledger, key store.Key) error {
	if c := m.crowd.Swap(&ended); c != nil && c != &ended {
		c.end()
	}
	l.others.forget(key)
	return l.remove(ctx, entryOf(key))
}
