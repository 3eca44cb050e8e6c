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

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// patience is how long an answer of the server is waited for: it is in the
// same process, so only the disk can take long.
const patience = 10 * time.Second

// Options of a Store.
type Options struct {
	Dir string       // folder of the store; made if it does not exist
	Log *slog.Logger // slog.Default()
	// Bulk syncs nothing before Close, which then syncs all: for what is worth
	// nothing until it is whole, and can be made anew.
	Bulk bool
}

// Store is a store.Store in a folder.
type Store struct {
	log    *slog.Logger
	folder *folder
	server *server.Server
	conn   *nats.Conn
	stream jetstream.JetStream
	bulk   string // the folder to sync at Close; "": each append is synced

	ends    ends
	health  *health
	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	once    sync.Once
	using   sync.RWMutex // held for reading by each call, so that Close can wait for them

	watching sync.WaitGroup // the goroutine of health
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
	s := &Store{log: o.Log, health: newHealth()}
	if s.log == nil {
		s.log = slog.Default()
	}
	if o.Bulk {
		s.bulk = o.Dir
	}
	s.closing, s.close = context.WithCancel(context.Background())
	if err := s.open(ctx, o.Dir); err != nil {
		s.Close()
		return nil, fmt.Errorf("store in %s: %w", o.Dir, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, dir string) (err error) {
	if s.folder, err = lockFolder(dir); err != nil {
		return err
	}
	if s.server, err = startServer(dir, s.log, s.health, s.bulk == ""); err != nil {
		return err
	}
	s.folder.blocks.cut(s.log)
	s.watching.Go(func() { s.health.watch(s.closing, s.server, s.log) })
	s.conn, err = nats.Connect("", nats.InProcessServer(s.server), nats.Name("matchstream"),
		nats.SyncQueueLen(2*batchMessages), // one batch; the default costs half a megabyte for each
		nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			s.log.Warn("store: connection to the embedded server", "error", err)
		}))
	if err != nil {
		return fmt.Errorf("connect to the embedded server: %w", err)
	}
	if s.stream, err = jetstream.New(s.conn); err != nil {
		return err
	}
	for _, c := range []jetstream.StreamConfig{journalConfig, catalogueConfig} {
		if err := ensureStream(ctx, s.stream, c); err != nil {
			return err
		}
	}
	if s.folder.fresh {
		// The server syncs files, and directories only now and then.
		return syncTree(dir)
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
		s.using.Lock()
		defer s.using.Unlock()
		s.watching.Wait()
		if s.conn != nil {
			s.conn.Close()
		}
		if s.server != nil {
			s.server.Shutdown()
			s.server.WaitForShutdown()
		}
		if s.bulk != "" && s.conn != nil {
			err = syncAll(s.bulk)
		}
		if s.folder != nil {
			err = errors.Join(err, s.folder.unlock())
		}
	})
	return err
}
