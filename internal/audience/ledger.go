package audience

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/store"
)

// MaxUsers is the most users that can be remembered: a shard of so many stays
// below what a value of the store may have.
const MaxUsers = 10_000_000

// Options of a Ledger.
type Options struct {
	Users int              // visits are remembered of so many at most, to MaxUsers; 0: of nobody
	Clock func() time.Time // time.Now; says when users were seen
	Log   *slog.Logger     // slog.Default()
}

// Ledger keeps what is counted on one node. Its methods may be called by any
// goroutine.
type Ledger struct {
	store   store.Store
	log     *slog.Logger
	key     secret
	keeps   bool // false: there is no key to count on with, and nothing is written
	visits  visits
	others  others
	reports atomic.Bool // this is an edge: what it counts is told to a server

	matches, shards queue
	wake            chan struct{} // holds a token when a queue got its first
	turn            chan struct{} // holds a token while somebody writes
	loaded          chan struct{} // closed once the users were read

	life  context.Context // of calls to the store
	kill  context.CancelFunc
	run   context.Context // until Close
	stop  context.CancelFunc
	done  sync.WaitGroup
	tried tried
}

// Open begins to count. The store is asked for the key of hashes only; the
// users are read behind. Statistics are no reason not to start: what cannot be
// read is logged, and counted from zero. The store stays the caller's to close,
// after Close.
func Open(ctx context.Context, s store.Store, o Options) *Ledger {
	l := &Ledger{store: s, log: o.Log, keeps: true, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1), loaded: make(chan struct{})}
	if l.log == nil {
		l.log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	l.matches = queue{wake: l.wake, delay: matchesAfter}
	l.shards = queue{wake: l.wake, delay: shardsAfter}
	l.visits.init(l, min(o.Users, MaxUsers), o.Clock)
	var lost, err error
	if l.key, lost, err = loadKey(ctx, s); lost != nil {
		l.log.Error("the key under which users are counted is lost and made anew: visits begin at zero, and in the audience of present matches a user may count twice",
			"key", keyEntry, "cause", lost)
	}
	if err != nil {
		l.keeps = false
		l.log.Error("the key under which users are counted cannot be read: until the next start audience and visits are counted from zero, and not kept",
			"key", keyEntry, "cause", err)
		close(l.loaded)
	}
	l.life, l.kill = context.WithCancel(context.Background())
	l.run, l.stop = context.WithCancel(context.Background())
	if l.keeps {
		l.done.Go(l.write)
	}
	return l
}

// Close writes what is not yet written, within closing, and ends. Nobody may
// join any more.
func (l *Ledger) Close() {
	l.stop()
	end := time.AfterFunc(closing, l.kill)
	defer end.Stop()
	defer l.kill()
	l.done.Wait() // a write that is under way is waited for
	if l.keeps {
		l.flush()
	}
}

// get an entry; one that is not there has revision 0.
func (l *Ledger) get(ctx context.Context, key string) (store.Entry, error) {
	e, err := l.store.Get(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return store.Entry{Key: key}, nil
	}
	return e, err
}

// remove an entry that nobody of this node writes any more.
func (l *Ledger) remove(ctx context.Context, key string) error {
	if err := l.begins(ctx); err != nil {
		return err
	}
	defer l.ends()
	for {
		e, err := l.get(ctx, key)
		if err != nil || e.Revision == 0 {
			return err
		}
		if err := l.store.Delete(ctx, key, e.Revision); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// begins waits to be the one who writes.
func (l *Ledger) begins(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("the turn to write did not come: %w: %w", store.ErrUnavailable, ctx.Err())
	}
}

func (l *Ledger) ends() { <-l.turn }

// tried remembers of which entries it was said that they cannot be read: once
// for each state of them.
type tried struct {
	mu struct {
		sync.Mutex
		revisions map[string]uint64
	}
}

func (t *tried) first(e store.Entry) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.revisions == nil {
		t.mu.revisions = make(map[string]uint64)
	}
	if t.mu.revisions[e.Key] == e.Revision {
		return false
	}
	t.mu.revisions[e.Key] = e.Revision
	return true
}
