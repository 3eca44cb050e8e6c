package live

import (
	"context"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/wire"
)

// Idle is how long what nobody uses is kept.
const Idle = idle

// Format is the newest format of the catalogue's values.
const Format = format

// PaceKey is where the catalogue keeps how the clock has gone.
const PaceKey = paceKey

// Seal makes a record of data that follows the match's last.
func (m *Match) Seal(data []byte) []byte { return m.moment().head.Seal(m.key, data) }

// Tidier does the rounds of tidying at moments of the test's choice.
func (l *Live) Tidier() (round func(now time.Time)) {
	watched := make(map[*feed.Lane]time.Time)
	return func(now time.Time) { l.putAway(watched, now) }
}

// Loaded says whether the match's events are in memory.
func (l *Live) Loaded(id string) bool {
	e, ok := l.entry(id)
	return ok && e.now.Load() != nil
}

// Resting says whether the match was put to rest.
func (l *Live) Resting(id string) bool {
	e, ok := l.entry(id)
	return ok && e.resting.Load() != nil
}

// Spoil makes what is kept of a match at rest unreadable.
func (l *Live) Spoil(id string) {
	e, _ := l.entry(id)
	bad := *e.resting.Load()
	bad.records = []byte("x")
	e.resting.Store(&bad)
}

// HasLane says whether there is a lane in a format.
func (l *Live) HasLane(id string, f wire.Format) bool {
	e, ok := l.entry(id)
	return ok && e.lanes[f].Load() != nil
}

// MarkedOver says what the catalogue says of a match, as this node knows it.
func (l *Live) MarkedOver(id string) bool {
	e, ok := l.entry(id)
	return ok && e.described.Load().Over != nil
}

// MarkedAt is the last event that the mark tells of; 0: there is no mark.
func (l *Live) MarkedAt(id string) int64 {
	if !l.MarkedOver(id) {
		return 0
	}
	e, _ := l.entry(id)
	return e.described.Load().Over.Last
}

// Listing runs f as what changes a match's place in lists is run.
func (l *Live) Listing(id string, f func()) {
	e, _ := l.entry(id)
	e.listing(f)
}

// VersionIsToBeHad says whether ListVersion would answer now without a wait.
func (l *Live) VersionIsToBeHad() bool {
	if !l.entries.mu.TryRLock() {
		return false
	}
	l.entries.mu.RUnlock()
	return true
}

// Heard is the highest number heard of a match.
func (l *Live) Heard(id string) int64 {
	e, _ := l.entry(id)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mu.heard
}

// Hear gives the match a record as following does, even if it is gone.
func (m *Match) Hear(r store.Record) { m.hear(context.Background(), r) }

// Break puts a lane in place that panics when something is published to it.
// The returned function takes it away.
func (l *Live) Break(id string, f wire.Format) (mend func()) {
	e, _ := l.entry(id)
	e.lanes[f].Store(new(feed.Lane))
	return func() { e.lanes[f].Store(nil) }
}

// Catalogued gives a Live an entry of the catalogue as a late or repeated
// message would.
var Catalogued = (*Live).catalogued

// KeptAnswer is the catalogue's key of the answer to a creation.
func KeptAnswer(o Once) string {
	once, _ := o.hashes()
	return onceKey + keyPart(once)
}

// Wait waits until the match's present moment satisfies ok.
func (m *Match) Wait(ctx context.Context, ok func(v match.View, deleted bool) bool) error {
	for {
		now, err := m.load(ctx)
		if err != nil || ok(now.view, now.deleted) {
			return err
		}
		select {
		case <-now.next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
