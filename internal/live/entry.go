package live

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/audience"
	"matchstream/internal/feed"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/chain"
	"matchstream/internal/wire"
)

// entry is one match of the catalogue, loaded or not.
type entry struct {
	live *Live
	key  store.Key

	described atomic.Pointer[description]  // what the catalogue says
	now       atomic.Pointer[moment]       // nil: not loaded
	resting   atomic.Pointer[rest]         // not nil: it was, and goes on
	damage    atomic.Pointer[DamagedError] // not nil: it stays as it is
	lanes     [wire.Formats]atomic.Pointer[feed.Lane]
	audience  audience.Match

	appending turn // the appender's

	mu struct {
		sync.Mutex
		heard int64 // the highest number heard in the journal
	}
	loading turn // one read of the journal at a time
	used    atomic.Int64
}

// moment is a match at one point of its journal. Immutable.
type moment struct {
	view     match.View
	receipts []receipt  // of event i+1; of the deletion at the end
	mark     store.Mark // of the last record
	base     int        // revisions when the match was created
	head     chain.Head // behind the last record
	deleted  bool
	begun    time.Time     // when this node began to store the last record; zero: another did
	next     chan struct{} // closed when a later moment is there
}

// receipt is what a record has beside its event.
type receipt struct {
	once, body string
	revision   int
}

// number of the last record.
func (m *moment) number() int64 { return int64(len(m.receipts)) }

// revisions when the last event was appended.
func (m *moment) revision() int {
	if len(m.receipts) == 0 {
		return m.base
	}
	return m.receipts[len(m.receipts)-1].revision
}

// once of the last record; "": it has none.
func (m *moment) once() string {
	if len(m.receipts) == 0 {
		return ""
	}
	return m.receipts[len(m.receipts)-1].once
}

func newEntry(l *Live, d *description) *entry {
	e := &entry{live: l, key: store.Key{Match: d.Info.ID, Epoch: d.Info.Epoch}}
	e.described.Store(d)
	e.used.Store(l.clock().UnixNano())
	return e
}

// begin is the moment before any event.
func (e *entry) begin() *moment {
	d := e.described.Load()
	m := &moment{base: d.Base, next: make(chan struct{})}
	m.view.State = match.New(d.Info.Home, d.Info.Visit, d.Info.Speed)
	e.describe(m, d)
	return m
}

// describe puts what the catalogue says into a moment that is not yet shown.
func (e *entry) describe(m *moment, d *description) {
	m.view.Info = d.Info
	m.view.Teams = [2]match.Team{e.live.teams.get(d.Info.Home), e.live.teams.get(d.Info.Visit)}
	at := m.revision()
	if t := d.Told; t != nil && t.Event == m.view.State.LastID {
		at = t.Revision
	}
	m.view.Changes = max(0, revisions(m.view)-at)
}

// revisions of match and teams together: rises with every change of them.
func revisions(v match.View) int {
	return v.Revision()
}

// after is the moment after one more record, which has to follow in the chain.
func (e *entry) after(m *moment, r store.Record) (*moment, error) {
	head, err := m.head.Next(e.key, r.Number, r.Data)
	if err != nil {
		return nil, err
	}
	n, err := e.fold(m, r)
	if err != nil {
		return nil, err
	}
	n.head = head
	return n, nil
}

// fold is the moment after one more record, wherever it comes from.
func (e *entry) fold(m *moment, r store.Record) (*moment, error) {
	rec, err := decodeRecord(r.Data)
	if err != nil {
		return nil, fmt.Errorf("record %d: %w", r.Number, err)
	}
	n := &moment{view: m.view, mark: r.Mark, base: m.base, deleted: rec.Deleted, next: make(chan struct{})}
	if rec.Event != nil {
		if n.view.State, err = match.Apply(m.view.State, *rec.Event); err != nil {
			return nil, fmt.Errorf("record %d cannot be folded: %w", r.Number, err)
		}
	}
	// Moments share one array. Each has one that follows it: whoever makes a
	// second one does so because the first was never shown.
	n.receipts = append(m.receipts, receipt{once: rec.Once, body: rec.Body, revision: rec.Revision})
	e.describe(n, e.described.Load())
	return n, nil
}

// hear takes a record that came by following the journal. A panic in here is
// this match's trouble alone: it is folded again from the journal.
func (e *entry) hear(ctx context.Context, r store.Record) { e.heard(ctx, r, time.Time{}) }

// heard is hear of a record that this node began to store at a time; zero: it
// was another.
func (e *entry) heard(ctx context.Context, r store.Record, begun time.Time) {
	defer func() {
		if p := recover(); p != nil {
			e.live.log.Error("folding failed; the match is folded again from its journal",
				"record", r.Number, "cause", e.panicked(p))
			e.again(ctx)
		}
	}()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.mu.heard = max(e.mu.heard, r.Number)
	now := e.now.Load()
	if at := e.resting.Load(); now == nil && at != nil && r.Number > at.number {
		e.again(ctx) // it is somebody's, and the lists are to show it
		return
	}
	if now == nil || now.deleted || r.Number <= now.number() {
		return // not loaded: whoever loads it reads this record
	}
	if e.damage.Load() != nil {
		return // nothing can follow
	}
	if r.Number > now.number()+1 {
		e.live.log.Warn("a record was not heard; the match is folded again from its journal", "match", e.key.Match, "record", r.Number, "cause", "a later one came")
		e.again(ctx)
		return
	}
	next, err := e.after(now, r)
	if err != nil {
		e.live.log.Error("a record cannot be folded; the match is folded again from its journal", "match", e.key.Match, "record", r.Number, "cause", err)
		e.again(ctx)
		return
	}
	e.live.Counts.Folds.Add(1)
	next.begun = begun
	e.show(now, next)
	if next.deleted {
		e.live.finishLater(ctx, e)
	}
}

// again folds the match anew in a goroutine of its own, so that the other
// matches go on.
func (e *entry) again(ctx context.Context) {
	e.live.background(func() {
		if _, err := e.reload(ctx); err != nil && ctx.Err() == nil {
			e.live.log.Error("the match cannot be folded; it stays as it was", "match", e.key.Match, "cause", err)
		}
	})
}

// show makes next the present moment and publishes it. Called with mu held.
// Publishing comes first: whoever waits for the moment may rely on its frames
// having been put into the lanes.
func (e *entry) show(old, next *moment) {
	e.publish(next)
	if old != nil && !next.deleted && old.view.State.Period == next.view.State.Period {
		e.now.Store(next) // nothing that lists show: most events
		e.resting.Store(nil)
	} else {
		e.listing(func() {
			e.now.Store(next)
			e.resting.Store(nil)
		})
	}
	if old != nil {
		close(old.next)
	}
	if next.deleted {
		e.live.gone.epoch(e.key)
		e.live.entries.remove(e.key.Match, e)
	} else if next.end() == feed.Open && e.described.Load().Over != nil {
		// Two nodes at once, one ended the match and one reopened it.
		e.live.settleLater(e)
	}
	if old == nil && !next.deleted && sameScore(e.scoreOf(e.unread()), e.scoreOf(next.view)) {
		return // it has been read, which is no news
	}
	e.live.board.changed(e)
}

// redescribe follows a change in the catalogue: of the match (d, unless a later
// one is known) or of its teams (nil). Whoever writes there hears of it as well,
// so it is called twice and at once; when it returns the change is shown,
// whichever call did it. It goes on for the next match whatever happens to this
// one.
func (e *entry) redescribe(d *description) {
	defer func() {
		if p := recover(); p != nil {
			e.live.log.Error("a change of the catalogue is not shown", "cause", e.panicked(p))
		}
	}()
	e.mu.Lock()
	defer e.mu.Unlock()
	fresh := d != nil && e.described.Load().revision < d.revision
	if fresh {
		e.listing(func() { e.described.Store(d) })
	}
	now := e.now.Load()
	if now == nil {
		e.live.board.changed(e)
		return
	}
	next := *now
	next.next = make(chan struct{})
	e.describe(&next, e.described.Load())
	if fresh || !reflect.DeepEqual(next.view.Teams, now.view.Teams) {
		e.show(now, &next)
	}
}
