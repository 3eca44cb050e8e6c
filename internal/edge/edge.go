// Package edge makes another MatchStream, the origin, the store of this one: a
// node that repeats what its origin shows, to watchers of its own. An edge can
// be an origin itself, so that edges form trees.
//
// # What is followed
//
// The catalogue is the origin's list: its teams, and of each match how it stands
// (live.Told). It is read once, and kept by the stream of all matches from then
// on (list.go). That stream cannot be resumed, so after a break the list is read
// again; what the stream has told meanwhile is newer and wins.
//
// A match's journal is had only when somebody asks for the match: Read begins to
// follow it (followed.go) by the match's own event stream from its first event
// on, and returns when all is there that the origin has. Each public event is
// read back into the event that it was (wire.ReadEvent) and sealed anew. Ids and
// epochs are the origin's, so a position means the same here and there, and what
// live makes of these journals are the same frames. When nobody has asked for a
// while, live lets go of the match (Release).
//
// # How nothing is missed, doubled or mixed
//
// A follower knows the number of its last record and asks for what is behind it.
// An event that it has is dropped; one that does not follow ends the connection.
// Each has to be of the journal's epoch: if it is not, the match was made anew,
// and the list says so: the entry of another epoch replaces the old one, upon
// which live ends everything that had to do with the old one.
//
// # What is said without the origin
//
// Reads go on from memory. End fails once nothing has been heard of the origin
// for a while, and Knows, so that a match that is not in the list is not said to
// be none. Until there has been a list, Listed fails, and nothing is told at all:
// a watcher who is told that his match is gone does not come back.
package edge

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/live"
	"matchstream/internal/store"
)

// Options of an edge. Origin is needed.
type Options struct {
	Origin string // https://origin, without a slash at the end
	Name   string // of this edge
	// With https, files (PEM): of who has signed the origin's certificate, else those whom
	// the system trusts; our own certificate and its key, if it asks for one. "": none.
	CA, Cert, Key string

	Most int          // matches followed at once, each by a connection; 0: 1,000
	Log  *slog.Logger // slog.Default()
}

// Store is an edge's: store.Partial.
type Store struct {
	origin *origin
	log    *slog.Logger
	id     string        // of this edge among all
	slots  chan struct{} // one for each stream of a match
	topics relays[[]byte]

	listed atomic.Bool   // there has been a list
	again  chan struct{} // holds a token when the list is to be read anew
	vital  vital

	run  context.Context // until Close
	stop context.CancelFunc
	done sync.WaitGroup

	mu struct {
		sync.Mutex
		closed   bool
		last     store.Mark
		revision uint64
		entries  map[string]store.Entry // the origin's, and what this node keeps for itself
		told     map[string]live.Told   // by match id
		journals map[store.Key]*journal // of the matches that are followed
		changes  relay[store.Entry]
		records  relay[store.Record]
	}
}

// Open begins to follow an origin. It does not wait for it: see Listed.
func Open(o Options) (*Store, error) {
	base, err := client.BaseURL(o.Origin)
	if err != nil {
		return nil, err
	}
	if strings.Contains(base, "@") {
		return nil, errors.New("origin: expected an address without a user in it: what an origin shows to edges everybody may read")
	}
	if strings.Contains(base, ",") {
		return nil, fmt.Errorf("origin %q: expected one address; where the origin is several nodes, that of what stands before them (a load balancer, or a name in the DNS that leads to all)", base)
	}
	certificates, err := o.certificates()
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Most == 0 {
		o.Most = 1000
	}
	s := &Store{log: o.Log, id: inID(o.Name) + "." + strings.ToLower(rand.Text()[:12]), slots: make(chan struct{}, o.Most), again: make(chan struct{}, 1)}
	s.origin = newOrigin(base, s.id, certificates)
	s.run, s.stop = context.WithCancel(context.Background())
	s.vital.began = time.Now()
	s.mu.entries = make(map[string]store.Entry)
	s.mu.told = make(map[string]live.Told)
	s.mu.journals = make(map[store.Key]*journal)
	s.done.Go(func() { s.keepList(s.run) })
	s.done.Go(func() { s.keepVital(s.run) })
	return s, nil
}

// inID is a name as it can stand in an id.
func inID(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	return name[:min(len(name), 60)]
}

// Close lets go of the origin and ends every Follow, Watch and Subscribe.
func (s *Store) Close() error {
	s.mu.Lock()
	s.mu.closed = true
	s.mu.changes.close()
	s.mu.records.close()
	s.mu.Unlock()
	s.topics.close()
	s.stop()
	s.done.Wait()
	s.origin.close()
	return nil
}

// enter locks the store, unless ctx has ended or the store is closed.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	s.mu.Lock()
	if s.mu.closed {
		s.mu.Unlock()
		return store.ErrClosed
	}
	return nil
}

// background runs f unless the store is closed. Called without mu.
func (s *Store) background(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.mu.closed {
		s.done.Go(f)
	}
}

var _ store.Partial = (*Store)(nil)
