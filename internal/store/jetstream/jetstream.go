// Package jetstream keeps the journal and the catalogue in the streams of a NATS
// JetStream cluster: one outside, or one that the nodes form themselves.
//
// One stream holds the journals, with a subject for each key, another the
// catalogue, the newest value of each key (subjects.go). A record's mark is its
// sequence in the stream. An append names the last sequence of its subject, and the
// stream's leader refuses it if another was faster; it acknowledges what a majority
// of the replicas has.
//
// What is hard is what lies between us and the leader:
//
//   - An answer may be lost. A request that may have left and has no answer is
//     store.ErrUnknown when it writes, and is asked again when it reads. One that
//     surely has not left, or was refused before anything was written, is
//     store.ErrUnavailable. Neither takes longer than the store's patience.
//   - Replicas lag behind, and any of them answers a direct get. So all that
//     decides something is asked of the leader, and bulk reads are measured by what
//     the leader says is the end (each.go).
//   - A leader that was cut off does not know yet that it is none, for some ten
//     seconds: it refuses writes, but answers reads. What was shown to this node is
//     remembered, so that less than that is never taken for all (shown.go).
//   - Somebody may wipe the disks, or restore an old copy: then the same marks mean
//     other records. A stream's time of creation tells one from another
//     (identity.go).
//
// Link is the protocol alone; embedded, which has one server on its own disk, uses
// it, too.
package jetstream

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Options of a Store.
type Options struct {
	// Replicas of the streams, 1 to 5; 0: as many as they have, and for new ones 3
	// in a cluster, 1 on a single server.
	Replicas int
	// Patience is how long a call may take when nobody answers; 0: 2 s.
	Patience time.Duration
	Log      *slog.Logger // slog.Default()
	// Appended is told how long each write took that was acknowledged, by the
	// goroutine of the caller. nil: nobody is told.
	Appended func(took time.Duration)
	// Look is how often a Follow or Watch asks whether the stream still is the same,
	// and whether it has missed anything; 0: 1 s.
	Look time.Duration
}

// Store is a store.Store over a connection.
type Store struct {
	link  *Link
	js    js.JetStream
	log   *slog.Logger
	told  func(time.Duration)
	look  time.Duration
	shown shown
	known identity
	now   func() time.Time // by which a Watch knows for how long it was cut off

	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	then    func() // when all calls have ended
	calls   sync.WaitGroup
	once    sync.Once
	mu      struct {
		sync.RWMutex
		closed bool // no call begins any more
	}
	replaced atomic.Bool
}

var _ store.Store = (*Store)(nil)

// New makes a store over a connection to a server with JetStream, and the streams
// if there are none. ctx bounds that. The connection stays the caller's; its
// ReconnectBufSize is to be -1 and its MaxReconnects too: what is sent while there
// is no connection must not leave later.
func New(ctx context.Context, conn *nats.Conn, o Options) (*Store, error) {
	s := &Store{log: o.Log, told: o.Appended, look: o.Look, now: time.Now, then: func() {}}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.look == 0 {
		s.look = time.Second
	}
	s.closing, s.close = context.WithCancel(context.Background())
	s.link = &Link{Conn: conn, Patience: o.Patience, Server: "NATS", Ended: s.ended}
	if s.link.Patience == 0 {
		s.link.Patience = 2 * time.Second
	}
	var err error
	if s.js, err = js.New(conn); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o.Replicas); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// ended says why there will be no more answers; nil: there will be.
func (s *Store) ended() error {
	switch {
	case s.closing.Err() != nil:
		return store.ErrClosed
	case s.replaced.Load():
		return fmt.Errorf("%w: %w", store.ErrUnavailable, store.ErrReplaced)
	}
	return nil
}

// enter is the begin of each call that is not to take long; leave is its end. The
// context that it is given ends with the store.
func (s *Store) enter(ctx context.Context) (within context.Context, leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.mu.closed {
		return nil, nil, store.ErrClosed
	}
	if err := s.ended(); err != nil {
		return nil, nil, err
	}
	s.calls.Add(1)
	within, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.closing, cancel)
	return within, func() { stop(); cancel(); s.calls.Done() }, nil
}

// Close ends every Follow, Watch and Subscribe, and waits for the calls under way.
// It may be called more than once.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.mu.closed = true
		s.mu.Unlock()
		s.close()
		s.calls.Wait()
		s.then()
	})
	return nil
}
