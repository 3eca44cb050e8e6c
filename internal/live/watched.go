package live

import (
	"cmp"
	"slices"

	"matchstream/internal/wire"
)

// Watched is a match with those who watch it on this node.
type Watched struct {
	Summary
	Watchers [wire.Formats]int64
}

// All watchers, whatever their format.
func (w *Watched) All() (n int64) {
	for _, of := range w.Watchers {
		n += of
	}
	return n
}

// MostWatched are the n matches that have most watchers, most first; those that
// nobody watches are not among them. It looks at each match: a millisecond for
// ten thousand.
func (l *Live) MostWatched(n int) (most []Watched) {
	type crowd struct {
		entry    *entry
		watchers int64
	}
	var crowds []crowd
	l.entries.all(func(e *entry) bool {
		if n := e.watchers(); n > 0 {
			crowds = append(crowds, crowd{e, n})
		}
		return true
	})
	slices.SortFunc(crowds, func(a, b crowd) int {
		return cmp.Or(cmp.Compare(b.watchers, a.watchers), cmp.Compare(a.entry.key.Match, b.entry.key.Match))
	})
	for _, c := range crowds[:min(n, len(crowds))] {
		s, ok := c.entry.summary()
		if !ok {
			continue // it was deleted meanwhile
		}
		w := Watched{Summary: s}
		for f := range w.Watchers {
			if lane := c.entry.lanes[f].Load(); lane != nil {
				w.Watchers[f] = lane.Watchers()
			}
		}
		most = append(most, w)
	}
	return most
}

// watchers of a match on this node, in all formats. Those of a lane that has
// been replaced, who are about to leave, are not counted.
func (e *entry) watchers() (n int64) {
	for f := range e.lanes {
		if lane := e.lanes[f].Load(); lane != nil {
			n += lane.Watchers()
		}
	}
	return n
}
