package audience

import (
	"time"

	"matchstream/internal/store"
)

// connects is how often people came, as one node knows it: so many are in the
// store's entry of a revision, and so many it will add to that.
type connects struct{ known, added, revision uint64 }

// sums are what all others say of a match.
type sums struct {
	now, held  int64
	edges      int64 // those of now who are on edges
	edgesFresh int64 // and on edges that are heard as often as they should be
	edgesHeld  int64
	peak       int64
	each       []connects
}

// sum what others say of a match.
func (o *others) sum(key store.Key, heard heard) (all sums) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sumEdges(key, &all)
	all.now, all.held = all.edges, all.edgesHeld
	for run, n := range o.mu.nodes {
		s, ok := n.matches[key]
		if !ok {
			continue
		}
		ago, alive := heard(run)
		if !alive && time.Since(n.since) >= unknownKept {
			continue
		}
		all.now += s.now
		all.peak = max(all.peak, s.peak)
		all.each = append(all.each, s.connects)
		if alive && ago < late {
			all.held += s.held
		}
	}
	return all
}

// connects of all together. The newest entry that anybody knows is what the store
// has; this node knows what of its own is not in it, unless a write of it had no answer
// (doubt). Of another that is known only
// if it knows the same entry: else it may have written since it spoke, and what it
// has added may be in the entry. So this is right or too small, never too large.
func (s *sums) connects(own connects, doubt bool) uint64 {
	newest := own
	for _, c := range s.each {
		if c.revision > newest.revision {
			newest = c
		}
	}
	all := newest.known
	if !doubt || newest.revision == own.revision {
		all += own.added
	}
	for _, c := range s.each {
		if c.revision == newest.revision {
			all += c.added
		}
	}
	return all
}
