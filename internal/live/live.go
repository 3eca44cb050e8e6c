// Package live is the matches alive on this node, and the middle of an
// event's life: check, append, follow, fold, publish.
//
// # The way of an event
//
// Match.Append checks a request against the match as it stands, and appends it
// to the journal behind the record it was checked against. If another was
// faster, the store refuses; the match is folded further and the request is
// checked again. Nothing is shown yet. The node follows the journal
// (Live.follow), and whatever it hears there, from this node or another, is
// folded (entry.hear) and published to the match's lanes (entry.publish). What
// this node has appended itself it hears as soon as the store says that it is
// durable, and again by following, which is no news then. So there is one way
// in which an event comes to watchers, and it begins behind the disk.
//
// # Who owns what
//
// A match's moment (its folded state, the log, the mark in the journal) is an
// immutable value behind an atomic pointer: readers and joins never wait.
// entry.mu is held by whoever replaces the moment and publishes, for as long
// as a fold takes and never over a call to the store. entry.appending is held
// by one appender over check, store and fold. Order of locks: appending, then
// mu, then Live.board's. See docs/THREADS.md.
package live

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"matchstream/internal/audience"
	"matchstream/internal/match"
	"matchstream/internal/store"
)

// Options of a Live; zero values are the defaults.
type Options struct {
	Clock  func() time.Time // time.Now
	Random io.Reader        // of epochs: crypto/rand.Reader
	Log    *slog.Logger     // slog.Default()
	Keep   time.Duration    // how long matches stay after their end; 0: for ever
	Users  int              // visits are remembered of so many users at most; 0: of nobody
	// Patience is how long a change may take, with all that it waits for: the
	// store, and the changes of the same match before it; 0: 5 s.
	Patience time.Duration
	// Beat is how often the store is asked whether it is there; 0: every second.
	Beat time.Duration
	// Shared: other nodes change the store, too. What is not known here is asked for
	// there before it is said that it does not exist.
	Shared bool
	// Others is told the key of each entry of the catalogue that was changed and is none of
	// this room's; and "" whenever some may have been missed: at the start, and after the store
	// was away. It is called by who follows the catalogue, and must not wait. nil: nobody is told.
	Others func(key string)
	// Replaced is told once that another store is in the place of the one that
	// was opened: nothing known here means anything there. nil: nobody is told.
	Replaced func()
}

// Live is all matches of one node. Its methods may be called by any goroutine.
type Live struct {
	store  store.Store
	clock  func() time.Time
	random io.Reader
	log    *slog.Logger
	keep   time.Duration

	patience time.Duration
	replaced func()
	others   func(key string)
	pulse    pulse
	shared   bool
	sought   sought

	entries index
	teams   teams
	ledger  *audience.Ledger
	gone    gone
	ahead   singleflight.Group // of lookAhead, by match
	board   *board
	Counts  Counts

	following atomic.Bool     // the journal is being followed
	heard     atomic.Uint64   // the mark of the newest record that was
	watching  atomic.Bool     // the catalogue is being watched
	run       context.Context // until Close
	stop      context.CancelFunc
	done      sync.WaitGroup
	closing   struct {
		sync.Mutex
		yes bool
	}
}

// Counts of what happened since the start; read them at any time.
type Counts struct {
	Appends   atomic.Uint64 // events stored by this node
	Repeats   atomic.Uint64 // requests answered by their idempotency key
	Conflicts atomic.Uint64 // appends that another was faster than
	Refusals  atomic.Uint64 // requests that the rules refused
	Folds     atomic.Uint64 // events folded
	Panics    atomic.Uint64 // panics contained while folding or publishing
	Expired   atomic.Uint64 // matches deleted since they ended longer ago than Options.Keep
	Overdue   atomic.Uint64 // such deletions that failed

	Turns    atomic.Int64 // changes that wait now for one before them, of the same match
	Storing  atomic.Int64 // appends that the store has not answered yet
	Answered atomic.Int64 // when it has acknowledged the last one: Unix milliseconds; 0: none yet
}

// Open loads the catalogue and the matches that are not over, and begins to
// follow the journal. The store stays the caller's to close, after Close.
func Open(ctx context.Context, s store.Store, o Options) (*Live, error) {
	l := &Live{store: s, clock: o.Clock, random: o.Random, log: o.Log, keep: o.Keep, shared: o.Shared, patience: cmp.Or(o.Patience, storing), replaced: sync.OnceFunc(func() {
		if o.Replaced != nil {
			o.Replaced()
		}
	})}
	if l.clock == nil {
		l.clock = time.Now
	}
	if l.others = o.Others; l.others == nil {
		l.others = func(string) {}
	}
	if l.random == nil {
		l.random = rand.Reader
	}
	if l.log == nil {
		l.log = slog.Default()
	}
	l.openLedger(ctx, s, o)
	l.board = newBoard(l)
	run, stop := context.WithCancel(context.Background())
	l.run, l.stop = run, stop
	// What is appended from here on is heard by following; what was before is
	// read. A record that comes both ways is folded once: it has a number.
	from, err := s.End(ctx)
	if err == nil {
		err = l.watch(ctx, run)
	}
	if err == nil {
		err = l.loadCatalogue(ctx)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	l.heard.Store(uint64(from))
	l.board.prime()
	l.pulse.felt()
	l.done.Go(func() { l.feel(run, cmp.Or(o.Beat, beat)) })
	l.done.Go(func() { l.follow(run, from) })
	l.done.Go(func() { l.board.run(run) })
	l.done.Go(func() { l.tidy(run) })
	if l.keep > 0 {
		l.done.Go(func() { l.retain(run) })
	}
	return l, nil
}

// Close stops following, waits until it has stopped, and writes what was
// counted of the audience last: some seconds at most. Lanes stay as they are.
func (l *Live) Close() {
	l.closing.Lock()
	l.closing.yes = true
	l.closing.Unlock()
	l.stop()
	l.done.Wait()
	l.ledger.Close()
}

// background runs f in a goroutine that Close waits for. Once Close has been
// called it runs nothing: the store may be closed.
func (l *Live) background(f func()) {
	l.closing.Lock()
	defer l.closing.Unlock()
	if !l.closing.yes {
		l.done.Go(f)
	}
}

// Trouble names what keeps this node from being up to date; none is nil.
func (l *Live) Trouble() (reasons []string) {
	if !l.following.Load() {
		reasons = append(reasons, "the journal is not being followed")
	}
	if !l.watching.Load() {
		reasons = append(reasons, "the catalogue is not being watched")
	}
	if err := l.Listed(); err != nil {
		reasons = append(reasons, err.Error())
	}
	return reasons
}

// Followed is the mark of the newest record of the journal that this node has
// heard by following.
func (l *Live) Followed() store.Mark { return store.Mark(l.heard.Load()) }

// Matches lists all matches, by date, then id.
func (l *Live) Matches() []Summary {
	ids := l.IDs()
	all := make([]Summary, 0, len(ids))
	for end := len(ids); end > 0; { // a day after the other, from the first on
		from := end - 1
		for from > 0 && match.DateOf(ids[from-1]) == match.DateOf(ids[from]) {
			from--
		}
		for _, id := range ids[from:end] {
			if s, ok := l.Summary(id); ok {
				all = append(all, s)
			}
		}
		end = from
	}
	return all
}

// Match finds a match, or ErrNotFound. It waits for the store only if the
// match is over and has not been asked for lately, or is not known here and
// perhaps another node's. store.ErrUnavailable: it cannot be asked, or the journal not be read.
func (l *Live) Match(ctx context.Context, id string) (*Match, error) {
	e, ok := l.entries.get(id)
	if !ok {
		var err error
		if e, ok, err = l.seekMatch(ctx, id); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, l.unknown()
	}
	now, err := e.load(ctx)
	if err != nil {
		return nil, err
	}
	if now.deleted {
		return nil, ErrNotFound
	}
	return &Match{entry: e, pinned: now}, nil
}

// Ready finds a match that is in memory: it neither waits nor allocates. False
// says nothing but that Match must be asked.
func (l *Live) Ready(id []byte) (m Match, ok bool) {
	e, ok := l.entries.find(id)
	if !ok {
		return Match{}, false
	}
	now := e.now.Load()
	if now == nil || now.deleted {
		return Match{}, false
	}
	e.touch()
	return Match{entry: e, pinned: now}, true
}

// Match is a handle on one match of this node. It stays good for reading when
// the match is over and was put away meanwhile.
type Match struct {
	*entry
	pinned *moment
}

func (m *Match) moment() *moment {
	if now := m.now.Load(); now != nil {
		return now
	}
	return m.pinned
}

// ID of the match.
func (m *Match) ID() string { return m.key.Match }

// Epoch of the match.
func (m *Match) Epoch() string { return m.key.Epoch }

// View is the match as it stands. Never waits.
func (m *Match) View() match.View { return m.moment().view }

// Since checks a position and gives the events after it: *ConflictPosition for
// another epoch or the future.
func (m *Match) Since(p match.Position) ([]match.Event, error) {
	v := m.View()
	log := v.State.Log
	if p.Epoch != "" && p.Epoch != v.Info.Epoch || p.ID > int64(len(log)) {
		return nil, &ConflictPosition{Present: v.Position()}
	}
	events := make([]match.Event, 0, len(log)-int(p.ID))
	for _, e := range log[p.ID:] {
		events = append(events, e.Event.Event())
	}
	return events, nil
}

// Len is how many matches there are.
func (l *Live) Len() int { return l.entries.len() }
