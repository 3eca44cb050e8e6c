package live

import (
	"cmp"
	"slices"

	"matchstream/internal/feed"
)

// Order is by what matches are sorted, the most first.
type Order string

// The orders.
const (
	ByLag      Order = "lag" // events that the slowest watcher stands behind
	ByMemory   Order = "memory"
	ByRate     Order = "rate"
	ByWatchers Order = "watchers"
)

// Orders are all.
var Orders = []Order{ByLag, ByMemory, ByRate, ByWatchers}

// Insides are the first n matches in an order; among equals, those with more
// watchers, then by id. Those that are in the store alone are not among them. behind
// tells how far the slowest watcher of a lane stands behind. It looks at each match: some
// milliseconds for ten thousand.
func (l *Live) Insides(by Order, n int, behind func(*feed.Lane) int64) []Inside {
	type place struct {
		entry    *entry
		value    float64
		watchers int64
	}
	var all []place
	l.entries.all(func(e *entry) bool {
		i := e.inside()
		if i.State != "away" {
			all = append(all, place{entry: e, value: i.by(by, behind), watchers: i.Watchers()})
		}
		return true
	})
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(b.watchers, a.watchers), cmp.Compare(a.entry.key.Match, b.entry.key.Match))
	})
	some := make([]Inside, 0, min(n, len(all)))
	for _, p := range all[:min(n, len(all))] {
		some = append(some, p.entry.inside())
	}
	return some
}

// by is the value that a match is sorted by.
func (i *Inside) by(o Order, behind func(*feed.Lane) int64) (value float64) {
	switch o {
	case ByMemory:
		return float64(i.Memory)
	case ByRate:
		return i.Rate()
	case ByWatchers:
		return float64(i.Watchers())
	}
	for _, lane := range i.Lanes {
		if lane.Lane != nil {
			value = max(value, float64(behind(lane.Lane)))
		}
	}
	return value
}

// LastEvent is an event as an operator would recognise it.
type LastEvent struct {
	ID     int64
	At     int64 // Unix milliseconds
	Kind   string
	Minute string
}

// LastEvents are the last n of a match that is in memory, the last one first.
func (l *Live) LastEvents(id string, n int) (last []LastEvent) {
	e, ok := l.entries.get(id)
	if !ok {
		return nil
	}
	now := e.now.Load()
	if now == nil {
		return nil
	}
	log := now.view.State.Log
	for i := len(log) - 1; i >= 0 && len(last) < n; i-- {
		k := log[i].Event
		last = append(last, LastEvent{ID: k.ID, At: k.Timestamp, Kind: string(k.Kind), Minute: k.Minute})
	}
	return last
}
