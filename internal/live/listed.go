package live

import "matchstream/internal/match"

// ListVersion is a sign of what Matches tells: as long as it is the same, so are the ids
// (IDs), and the periods of the matches (Periods). Nothing else of a Summary changes it: a
// goal does not.
type ListVersion struct{ IDs, Periods uint64 }

// ListVersion as it stands. Ask for it before what is to be kept under it is read. Whoever has
// the answer to a change, or has read of it from a Match or a list, is given a later one than
// before it; who was told by a stream, which may be earlier, a moment later. Never waits for the store.
func (l *Live) ListVersion() ListVersion {
	l.entries.mu.RLock()
	defer l.entries.mu.RUnlock()
	return l.entries.version
}

// listing runs f, by which lists may show the match in another period, or not any more. What f
// stores is seen at once by who reads without a lock; who asks for the version then waits for
// f's end, and so never has the one of before with what is after it.
func (e *entry) listing(f func()) {
	x := &e.live.entries
	x.mu.Lock()
	defer x.mu.Unlock()
	was, _ := e.period()
	f()
	switch is, ok := e.period(); {
	case !ok:
		x.version.IDs++
	case is != was:
		x.version.Periods++
	}
}

// period of a match in lists, without the rest of glance; false if it is deleted.
func (e *entry) period() (match.Period, bool) {
	d := e.described.Load()
	if now := e.now.Load(); now != nil {
		if !now.deleted && d.Over != nil && e.damage.Load() != nil {
			return d.period(), true
		}
		return now.view.State.Period, !now.deleted
	}
	if at := e.resting.Load(); at != nil {
		return at.period, true
	}
	return d.period(), true
}

// period of a match that is not in memory.
func (d *description) period() match.Period {
	switch {
	case d.Told != nil:
		return d.Told.Period
	case d.Over != nil:
		return match.Ended
	}
	return match.NotStarted
}
