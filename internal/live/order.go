package live

import (
	"cmp"
	"maps"
	"slices"

	"matchstream/internal/match"
)

// order keeps the ids of all matches as people read them: the latest day
// first, within a day by id. Whoever lists a hundred thousand matches for
// everybody who comes does not sort them each time: a match that is made or
// deleted moves the rest.
type order struct {
	sorted []string // never changed, only replaced
	added  []string // since it was sorted
	gone   map[string]bool
}

func (o *order) add(id string) {
	if o.gone[id] { // made anew before anybody looked: it is in sorted
		delete(o.gone, id)
		return
	}
	o.added = append(o.added, id)
}

func (o *order) remove(id string) {
	if i := slices.Index(o.added, id); i >= 0 {
		o.added = slices.Delete(o.added, i, i+1)
		return
	}
	if o.gone == nil {
		o.gone = map[string]bool{}
	}
	o.gone[id] = true
}

func (o *order) changed() bool { return len(o.added) > 0 || len(o.gone) > 0 }

// all is the order with what has happened since it was asked for last.
func (o *order) all() []string {
	if !o.changed() {
		return o.sorted
	}
	// What is in sorted and has changed is gone, what is not is new.
	changes := slices.AppendSeq(o.added, maps.Keys(o.gone))
	slices.SortFunc(changes, match.CompareIDs)
	merged, rest := make([]string, 0, len(o.sorted)+len(o.added)-len(o.gone)), o.sorted
	for _, id := range changes {
		at, gone := slices.BinarySearchFunc(rest, id, match.CompareIDs)
		merged, rest = append(merged, rest[:at]...), rest[at:]
		if gone {
			rest = rest[1:]
		} else {
			merged = append(merged, id)
		}
	}
	o.sorted, o.added, o.gone = append(merged, rest...), nil, nil
	return o.sorted
}

// IDs of all matches, the latest day first, within a day by id. The slice is
// shared: do not change it.
func (l *Live) IDs() []string { return l.entries.ordered() }

// Summary of a match; false if there is none. It does not wait for the store.
func (l *Live) Summary(id string) (Summary, bool) {
	e, ok := l.entries.get(id)
	if !ok {
		return Summary{}, false
	}
	return e.summary()
}

// Playing are the matches that have begun and are not over, by date, then id.
func (l *Live) Playing() (all []Summary) {
	l.entries.all(func(e *entry) bool {
		if e.idle() {
			return true
		}
		if s, ok := e.summary(); ok && (s.Status == match.Live || s.Status == match.Suspended) {
			all = append(all, s)
		}
		return true
	})
	slices.SortFunc(all, func(a, b Summary) int {
		return cmp.Or(cmp.Compare(a.Info.Date, b.Info.Date), cmp.Compare(a.Info.ID, b.Info.ID))
	})
	return all
}

// idle says of a match, where it can be said at a glance, that it is surely
// not being played.
func (e *entry) idle() bool {
	if now := e.now.Load(); now != nil {
		return now.view.State.Period == match.NotStarted || now.view.State.Period == match.Ended
	}
	if at := e.resting.Load(); at != nil {
		return at.period == match.NotStarted || at.period == match.Ended
	}
	d := e.described.Load()
	return e.now.Load() == nil && (d.Over != nil || d.Told != nil && d.Told.Period == match.NotStarted)
}
