// Package redis keeps the journal and the catalogue in a Redis or Valkey server
// of its own, version 7 or newer, that any number of nodes may share.
//
// All keys begin with ms:{<prefix>}: so that several stores fit into one server,
// and, but for the first, with the identity that the store got when it was made.
// So a store that was made anew shares no key with the one before, and no reader
// that still waits can be given a record of another history:
//
//	ms:{p}:store                  hash: format, identity, counters
//	ms:{p}:<id>:order             stream: <mark>-0, one reference for each record of all journals
//	ms:{p}:<id>:journals          hash: <match>/<epoch> to <number>-<mark> of its end
//	ms:{p}:<id>:journal:<m>/<e>   stream: <number>-<mark>, the records themselves
//	ms:{p}:<id>:catalogue         hash: name to <revision> and value
//	ms:{p}:<id>:names             sorted set: the names, for lists
//	ms:{p}:<id>:changed           sorted set: name to the revision of its newest change
//	ms:{p}:<id>:deleted           sorted set: the same of those that were deleted last
//	ms:{p}:<id>:changes           stream: <revision>-0, the last changes: whoever watches is woken by it
//	ms:{p}:<id>:topic:<topic>     channel of messages
//
// The records are not in the order itself: a stream gives memory back only when a
// whole node of its tree is deleted, and there journals are mixed. So a journal that
// is purged leaves at most its references behind for a while. No key has a time to live.
//
// Whatever reads or writes is a script, so atomic, and one round trip. Each begins
// by looking whether the store is still the one that was opened (look.lua).
//
// # When a record is durable
//
// With appendonly and "appendfsync always" a reply leaves the server after the sync:
// what a script has written is in the AOF's buffer when its reply is put into the
// client's; both are flushed before the event loop sleeps, the AOF first (beforeSleep
// in Redis' server.c: flushAppendOnlyFile, then handleClientsWithPendingWrites). An
// XREAD that was blocked is answered in the same turn of the loop, into the buffer of
// its client, so it leaves after the sync as well. The one way around is a client that
// still had bytes waiting: its socket may be written to between the script and the
// flush (AE_BARRIER orders reading and writing of one socket, not of two). A client that
// is blocked has none waiting here: a blocking read has a connection to itself, and is
// sent when the answer to the one before has been read whole.
package redis

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// Options of a Store.
type Options struct {
	URL string // redis://user:password@host:6379/0?prefix=name; rediss:// for TLS
	// With TLS: files (PEM) of who has signed the server's certificate, else those
	// whom the system trusts, and of our own certificate and its key, if it asks for one.
	CA, Cert, Key string
	Log           *slog.Logger // slog.Default()
	// Patience is how long an answer of the server is waited for; 0: 2 s.
	Patience time.Duration
	// Within is how long Open waits for a server that is not there yet; 0: not at all.
	Within time.Duration
	// Appended is told how long each write took that was acknowledged; by the
	// goroutine of the caller. nil: nobody is told.
	Appended func(took time.Duration)
}

const (
	defaultPatience = 2 * time.Second
	// atOnce is how many calls may be under way. More wait here, where it is known
	// that nothing was sent, and not behind one another in a connection.
	atOnce = 512
)

// Store is a store.Store in a Redis server.
type Store struct {
	log      *slog.Logger
	target   target
	patience time.Duration
	told     func(time.Duration)

	client rueidis.Client // of calls; its few connections are shared by all
	waits  rueidis.Client // of who waits for news; each has a connection to himself
	heard  hearing        // of client
	keys   keys
	seen   seen
	risks  risks

	turns   chan struct{}
	calls   calls
	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	once    sync.Once
	keeping sync.WaitGroup
}

var (
	_ store.Store  = (*Store)(nil)
	_ store.AtRisk = (*Store)(nil)
)

// Open connects to the server that o.URL names, and makes the store if there is
// none. It refuses a server that is too old, part of a cluster, or has something
// else where the store should be. ctx bounds the opening only. No error has the
// password in it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	if err := o.certificates(t.tls); err != nil {
		return nil, err
	}
	s := &Store{log: o.Log, target: t, patience: o.Patience, told: o.Appended, turns: make(chan struct{}, atOnce)}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.patience <= 0 {
		s.patience = defaultPatience
	}
	s.heard.again = make(chan struct{}, 1)
	s.closing, s.close = context.WithCancel(context.Background())
	if err := s.opened(ctx, o.Within); err != nil {
		s.Close()
		return nil, fmt.Errorf("store %s: %w", t, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.client, err = rueidis.NewClient(s.options(&s.heard)); err != nil {
		s.client = nil
		return unreachable(err)
	}
	if err := s.suitable(ctx); err != nil {
		return err
	}
	if err := s.identify(ctx); err != nil {
		return err
	}
	if _, err := s.state(ctx); err != nil { // from here on it is known again
		return err
	}
	if s.waits, err = rueidis.NewClient(s.options(nil)); err != nil {
		s.waits = nil
		return unreachable(err)
	}
	s.risks.look(ctx, s)
	s.keeping.Go(s.keep)
	return nil
}

// identify makes the store, or finds out its identity.
func (s *Store) identify(ctx context.Context) error {
	id := strings.ToLower(rand.Text()[:16])
	first := keysOf(s.target.prefix, id)
	reply, err := s.exec(ctx, openScript, []string{first.store, first.order}, format, id)
	if err != nil {
		return err
	}
	switch word, rest := reply.word(0), reply.word(1); word {
	case "OK":
		s.keys = keysOf(s.target.prefix, rest)
		return nil
	case "FORMAT":
		return fmt.Errorf("it has format %s, this version of the program reads format %s: update the program", rest, format)
	case "TYPE":
		return fmt.Errorf("the key %s is a %s of something else: choose another prefix (?prefix=…)", first.store, rest)
	}
	return fmt.Errorf("%w: unexpected answer %q", store.ErrUnavailable, reply.word(0))
}

// Close ends every Follow, Watch and Subscribe, and the calls under way, and
// disconnects. It may be called more than once.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.close()
		s.calls.shut()
		s.keeping.Wait()
		s.leave()
	})
	return nil
}
