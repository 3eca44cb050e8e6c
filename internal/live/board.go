package live

import (
	"cmp"
	"context"
	"hash/maphash"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

const (
	// conflating is the time over which changes of one match become one frame.
	conflating = 50 * time.Millisecond
	// boardKept is how much of the board's past a slow watcher can catch up on
	// at least; behind twice that he is given all matches afresh.
	boardKept = 1 << 20
	// boardFresh is how old the picture may be that those who join are given.
	boardFresh = time.Second
)

// board is the lane of /1/stream: the scores of all matches, a frame for each
// change. It is a lane like any other, so its watchers cost what others cost.
type board struct {
	live     *Live
	lane     *feed.Lane
	seed     maphash.Seed
	pictured atomic.Bool   // a picture was painted since the last flush
	dirty    chan struct{} // holds a token while there is something to publish
	mu       struct {
		sync.Mutex
		changed map[*entry]bool
		teams   map[string]match.Team // new, or changed
		shown   map[*entry]uint64     // looks: a score itself is a quarter of a kilobyte
		painted time.Time
	}
}

func newBoard(l *Live) *board {
	b := &board{live: l, seed: maphash.MakeSeed(), dirty: make(chan struct{}, 1)}
	b.lane = feed.NewLane(b.picture)
	b.mu.changed = make(map[*entry]bool)
	b.mu.teams = make(map[string]match.Team)
	b.mu.shown = make(map[*entry]uint64)
	return b
}

// Board is the lane of the scores of all matches. Its frames have no position
// to resume from: who joins is given all matches that are not over.
func (l *Live) Board() *feed.Lane {
	b := l.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := l.clock(); now.Sub(b.mu.painted) >= boardFresh {
		b.mu.painted = now // minutes have passed since: paint anew
		b.lane.SetStatus(b.picture)
	}
	return b.lane
}

// changed notes that a match may look different now. Never blocks.
func (b *board) changed(e *entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mu.changed[e] = true
	b.wake()
}

// changedTeam notes a team that is new or looks different now. Never blocks.
func (b *board) changedTeam(t match.Team) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mu.teams[t.ID] = t
	b.wake()
}

// wake has what was noted published. Called with mu held.
func (b *board) wake() {
	select {
	case b.dirty <- struct{}{}:
	default:
	}
}

// prime takes what was loaded at the start as shown already.
func (b *board) prime() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for e := range b.mu.changed {
		if score, ok := e.score(); ok {
			b.mu.shown[e] = b.looks(score)
		}
	}
	clear(b.mu.changed)
	clear(b.mu.teams)
}

// run publishes what changed, a moment later, so that a burst in one match is
// one frame.
func (b *board) run(ctx context.Context) {
	for {
		select {
		case <-b.dirty:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(conflating):
		case <-ctx.Done():
			return
		}
		b.contained()
	}
}

// contained flushes. A panic costs the changes of this moment, on the board
// only, and no more.
func (b *board) contained() {
	defer func() {
		if cause := recover(); cause != nil {
			b.live.Counts.Panics.Add(1)
			b.live.log.Error("the board could not be published", "cause", cause, "stack", string(debug.Stack()))
			b.mu.Lock()
			defer b.mu.Unlock()
			clear(b.mu.changed)
			clear(b.mu.teams)
		}
	}()
	b.flush()
}

// flush publishes each match that differs from what was shown of it.
func (b *board) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	var gone, teams, scores []feed.Frame
	for _, id := range slices.Sorted(maps.Keys(b.mu.teams)) {
		teams = append(teams, feed.Frame{Bytes: wire.AppendTeam(nil, b.mu.teams[id])})
	}
	clear(b.mu.teams)
	changed := slices.SortedFunc(maps.Keys(b.mu.changed), func(a, b *entry) int { return cmp.Compare(a.key.Match, b.key.Match) })
	painted := b.pictured.Swap(false) // and may show what has changed back since
	for _, e := range changed {
		score, ok := e.score()
		old, known := b.mu.shown[e]
		now := b.looks(score)
		switch {
		case !ok: // known or not: a picture may have shown it
			gone = append(gone, feed.Frame{Bytes: wire.AppendGone(nil, e.key.Match)})
			delete(b.mu.shown, e)
		case !known || painted || old != now:
			scores = append(scores, feed.Frame{Bytes: wire.AppendScore(nil, score)})
			b.mu.shown[e] = now
		}
	}
	clear(b.mu.changed)
	frames := slices.Concat(gone, teams, scores) // one made anew goes before it comes, a team before its matches
	number := b.lane.View().Last
	for i := range frames {
		number++
		frames[i].Event = number
	}
	if len(frames) == 0 {
		return
	}
	b.mu.painted = b.live.clock()
	b.lane.Append(frames, b.picture, feed.Open)
	b.lane.Forget(boardKept)
}

// looks is a score's hash, but for the minute, and for the position unless the
// match is over: then no other change tells of an event.
func (b *board) looks(s wire.Score) uint64 {
	s.Minute = ""
	if s.Period != match.Ended {
		s.Position = ""
	}
	return maphash.Bytes(b.seed, wire.AppendScore(nil, s))
}

// sameScore compares all but the minute, which passes by itself.
func sameScore(a, b wire.Score) bool {
	a.Minute, b.Minute = "", ""
	return reflect.DeepEqual(a, b)
}

// picture is all matches that are not over, for those who join.
func (b *board) picture(bool) []byte {
	b.pictured.Store(true)
	var scores []wire.Score
	b.live.entries.all(func(e *entry) bool {
		if score, ok := e.score(); ok && score.Period != match.Ended {
			scores = append(scores, score)
		}
		return true
	})
	slices.SortFunc(scores, func(a, b wire.Score) int { return cmp.Compare(a.Match, b.Match) })
	var out []byte
	for _, s := range scores {
		out = wire.AppendScore(out, s)
	}
	return out
}

// score of a match as the board shows it; false if it is deleted.
func (e *entry) score() (wire.Score, bool) {
	v, ok := e.glance()
	return e.scoreOf(v), ok
}

func (e *entry) scoreOf(v match.View) wire.Score {
	return wire.NewScore(v, v.State.Minute(e.live.clock().UnixMilli()))
}
