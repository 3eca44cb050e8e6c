package audience

import (
	"time"

	"matchstream/internal/store"
)

// # What edges report
//
// An edge counts its reports, from 1 on: rounds. It sends them to its origin's address,
// behind which there may be several nodes, in turn. So each node tells the others what
// is reported to it, all of them have the same table, and of an edge and a match the
// newest round wins, whichever way it came. (Of an edge that does not count, the last.)
// That somebody is not there any more is kept as long as that somebody is: else an
// older round that comes late would bring him back.
//
// The peak needs care here, too. Who watched at an edge that died is at another one at
// once, and is reported from there some seconds later. So an edge's watchers count for
// the peak only while it is heard as often as it should be (edgeLate), and only those
// who were there in its last three reports: that takes longer (two times 5 s) than
// what a dead edge has said counts for it.

const (
	// edgeKept is how long what an edge has said of a match holds.
	edgeKept = 15 * time.Second
	// edgeLate is after how long without a report, one comes every 5 s, an edge's
	// watchers are not counted for the peak: they may be somewhere else already.
	edgeLate = 8 * time.Second
)

// edge notes what an edge says of a match; false if there is no room. here: it said so
// to this node, so others are to be told.
func (o *others) edge(name string, key store.Key, round uint64, now int64, here bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := from(&o.mu.edges, name)
	if e == nil {
		o.forgetEdges()
		if e = from(&o.mu.edges, name); e == nil {
			return false
		}
	}
	old, known := e.matches[key]
	switch {
	case round < old.round, round == old.round && round != 0:
		return true // it is known already, by another way
	case !known && len(e.matches) >= mostMatches:
		return false // until those that it says no more are forgotten
	}
	e.matches[key] = said{at: time.Now(), now: now, held: min(now, old.before[0], old.before[1]), round: round, before: [2]int64{now, old.before[0]}}
	if here && len(o.mu.told) < mostMatches {
		o.mu.told = append(o.mu.told, reported{name, key, round, now})
	}
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

// sumEdges adds what edges say of a match. Locked.
func (o *others) sumEdges(key store.Key, all *sums) {
	for _, e := range o.mu.edges {
		s, ok := e.matches[key]
		ago := time.Since(s.at)
		if !ok || ago >= edgeKept {
			continue
		}
		all.edges += s.now
		if ago < edgeLate {
			all.edgesFresh += s.now
			all.edgesHeld += s.held
		}
	}
}
