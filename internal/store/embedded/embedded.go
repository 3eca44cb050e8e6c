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
	"errors"
	"fmt"
	"log/slog"
	"sync"
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
	log    *slog.Logger
	dir    string
	bulk   bool // nothing is synced before Close, which syncs all
	folder *folder
	space  space
	told   func(time.Duration)
	ends   ends

	*engine              // replaced when it has failed: see heal
	using   sync.RWMutex // held for reading by each call, so that whoever ends the engine can wait for them

	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	once    sync.Once
	healing sync.WaitGroup
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

func (s *Store) open(ctx context.Context) (err error) {
	if s.folder, err = lockFolder(s.dir); err != nil {
		return err
	}
	if err := repair(s.dir, s.folder.blocks, s.folder.clean, s.log); err != nil {
		return err
	}
	if s.engine, err = startEngine(ctx, s.dir, s.log, !s.bulk, s.folder.blocks); err != nil {
		return err
	}
	if !s.bulk {
		s.healing.Go(s.heal)
	}
	if s.folder.fresh {
		// The server syncs files, and directories only now and then.
		return syncTree(s.dir)
	}
	return nil
}

// enter is the begin of each call; leave is its end.
func (s *Store) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	if s.closing.Err() != nil {
		return nil, store.ErrClosed // without waiting for the end of Close
	}
	s.using.RLock()
	if s.closing.Err() != nil {
		s.using.RUnlock()
		return nil, store.ErrClosed
	}
	return s.using.RUnlock, nil
}

// Close ends every Follow and Watch, waits for the calls under way, stops the
// server and unlocks the folder. It may be called more than once.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		s.close()
		s.healing.Wait()
		s.using.Lock()
		defer s.using.Unlock()
		if s.engine != nil {
			s.engine.end()
			if s.bulk {
				err = syncAll(s.dir)
			}
			if s.health.failed.Err() == nil {
				err = errors.Join(err, s.folder.closed())
			}
		}
		if s.folder != nil {
			err = errors.Join(err, s.folder.unlock())
		}
	})
	return err
}
