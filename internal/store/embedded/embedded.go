// Package embedded keeps the journal and the catalogue in a NATS JetStream
// server inside the process: its files lie in one folder, it listens nowhere,
// and it syncs each record to disk before it acknowledges it.
//
// One stream holds the journals, with a subject for each key:
//
//	journal.<match>.<epoch>
//
// A record's mark is its sequence in the stream; an append names the last
// sequence of its subject, and JetStream refuses it if another was faster.
// A second stream holds the catalogue, the newest value of each key:
//
//	catalogue.<part>.<part>
//
// Everything but starting the server speaks the NATS protocol only.
package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/store"
)

// patience is how long an answer of the server is waited for: it is in the
// same process, so only the disk can take long.
const patience = 10 * time.Second

// Options of a Store.
type Options struct {
	Dir string       // folder of the store; made if it does not exist
	Log *slog.Logger // slog.Default()
	// Appended is told how long each write took that was acknowledged, from
	// the request to the disk's answer; by the goroutine of the caller. nil:
	// nobody is told.
	Appended func(took time.Duration)
	// Bulk syncs nothing before Close, which then syncs all: for what is worth
	// nothing until it is whole, and can be made anew.
	Bulk bool
}

// Store is a store.Store in a folder.
type Store struct {
	log   *slog.Logger
	dir   string
	bulk  bool // nothing is synced before Close, which syncs all
	space space
	told  func(time.Duration)
	ends  ends

	mending sync.Mutex // who puts anew an entry that is lost

	inUse                            // replaced when its engine has failed: see heal
	calls     calls                  // under way: who replaces it waits for them
	condition atomic.Pointer[health] // the engine's, for whoever is no call

	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	once    sync.Once
	healing sync.WaitGroup // heal, and who keeps the tally
}

var _ store.Store = (*Store)(nil)

// Open opens the store in o.Dir and makes it if the folder is empty or does
// not exist. It refuses a folder that another process uses, that holds
// something else, or that cannot be written, and says what to do. ctx bounds
// the opening only.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Store{log: o.Log, dir: o.Dir, bulk: o.Bulk, told: o.Appended}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.space.dir, s.space.log = o.Dir, s.log
	s.closing, s.close = context.WithCancel(context.Background())
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, fmt.Errorf("store in %s: %w", o.Dir, err)
	}
	return s, nil
}

// enter is the begin of each call; leave is its end.
func (s *Store) enter(ctx context.Context) (leave func(), err error) {
	if err := s.calls.begin(ctx, s.closing); err != nil {
		return nil, err
	}
	return s.calls.end, nil
}

// Writable says whether records are taken; if not, the log says why. At any time.
func (s *Store) Writable() bool {
	h := s.condition.Load()
	return h != nil && h.failed.Err() == nil && s.space.check(s.closing) == nil
}

// Close ends every Follow and Watch, waits for the calls under way, stops the
// server and unlocks the folder. It may be called more than once.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		s.close()
		s.healing.Wait()
		defer s.calls.shut()()
		err = s.release(s.bulk)
	})
	return err
}
