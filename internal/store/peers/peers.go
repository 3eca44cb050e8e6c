// Package peers keeps the journal and the catalogue in a JetStream cluster that the
// nodes themselves are: each has a NATS server inside its process, with its own
// folder; three or more of them agree on every record (raft) and sync it to the disks
// of a majority before it is acknowledged (checkSynced says how that is known).
//
// What a node needs of the others are their addresses and a secret. How they know
// each other is in tls.go; why a node that has lost its disk is not let in again
// under its name, in scout.go. The store itself is that of store/jetstream, over a
// connection inside the process.
//
// Nothing here, nor in the raft of nats-server, compares the clocks of two nodes.
package peers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
)

// usualReplicas is on how many nodes each record is: the loss of one stops nothing.
const usualReplicas = 3

// Options of a Store.
type Options struct {
	Node     string       // the node's name, as CheckName wants it; its own in the cluster
	Dir      string       // folder of the store; made if it does not exist
	Listen   string       // address for the other nodes' routes, host:port; the host may be left out
	Peers    []string     // the nodes' addresses, host:port, with this node's own or without
	Secret   Secret       // the same on all nodes
	Insecure bool         // routes without TLS; the secret is all that keeps strangers out, and anybody reads along
	Replicas int          // of each record, 1, 3 or 5; 0: 3
	Log      *slog.Logger // slog.Default()
	// Appended is told how long each write took that was acknowledged; by the
	// goroutine of the caller. nil: nobody is told.
	Appended func(took time.Duration)

	unsynced bool // in tests of all but this
}

// Store is a store.Store that is a node of a cluster.
type Store struct {
	store.Store
	log    *slog.Logger
	plan   plan
	folder *folder
	space  *embedded.Space
	conn   *nats.Conn

	mu struct {
		sync.Mutex
		server *running // nil: its disk has failed, and it takes no part
		failed error    // why
	}
	counted counted

	closing context.Context // done from the beginning of Close on
	close   context.CancelFunc
	watcher sync.WaitGroup
	once    sync.Once
}

var _ store.Store = (*Store)(nil)

// Open starts this node, and returns once a majority of the cluster is there and the
// store can be used: for the first start of all, when all nodes are. It says in the
// log whom it waits for, until ctx is done. It refuses a folder that is not this
// node's, and one that is empty although the others know the name (ErrLost).
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{log: o.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.closing, s.close = context.WithCancel(context.Background())
	if err := s.open(ctx, o); err != nil {
		s.Close() //nolint:errcheck // what it says is nothing to err
		return nil, fmt.Errorf("node %s in %s: %w", o.Node, o.Dir, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) (err error) {
	if err := CheckName(o.Node); err != nil {
		return err
	}
	m, err := members(o.Node, o.Listen, o.Peers)
	if err != nil {
		return err
	}
	if s.folder, err = openFolder(o.Dir, o.Node); err != nil {
		return err
	}
	s.space = embedded.NewSpace(o.Dir, s.log)
	s.plan = plan{name: o.Node, node: o.Node, dir: o.Dir, listen: o.Listen, members: m,
		secret: o.Secret, insecure: o.Insecure, unsynced: o.unsynced, password: rand.Text(), log: s.log, removals: &removals{}, repeats: &repeats{}}
	if o.Insecure {
		s.log.Warn("store: the cluster's routes are not encrypted: who is between the nodes can read and change all", "do", "leave out --cluster-insecure")
	}
	s.plan.stage = stageMember // also if it began and was killed
	if s.folder.stage == "" {
		s.plan.stage = stageFirst
		if err := s.plan.scout(ctx); err != nil {
			return err
		}
		if err := s.folder.set(stageFirst); err != nil {
			return err
		}
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	s.watcher.Go(s.watch)
	if err := s.connect(); err != nil {
		return err
	}
	err = s.openStreams(ctx, jetstream.Options{Replicas: cmp.Or(o.Replicas, usualReplicas), Log: s.log, Appended: o.Appended})
	if err == nil {
		s.watcher.Go(s.keepCounting)
	}
	return err
}

// preparing is how long one try may take: who asks while there is no leader gets no
// answer at all.
const preparing = 5 * time.Second

// openStreams makes them if there are none. Where others are missing that is not to
// be had yet, and so tried until ctx is done.
func (s *Store) openStreams(ctx context.Context, o jetstream.Options) error {
	told := reminder{log: s.log}
	for {
		once, cancel := context.WithTimeout(ctx, preparing)
		opened, err := jetstream.New(once, s.conn, o)
		cancel()
		if err == nil {
			s.Store = opened
			return nil
		}
		if !errors.Is(err, store.ErrUnavailable) {
			return err
		}
		told.say("the streams cannot be used: " + err.Error())
		select {
		case <-ctx.Done():
			return err
		case <-time.After(again):
		}
	}
}

// begin to take part, and wait until there is a leader.
func (s *Store) begin(ctx context.Context) error {
	p := s.plan
	p.health = newHealth()
	r, err := startServer(p)
	if err != nil {
		return err
	}
	if err := r.waitForLeader(ctx, p); err != nil {
		r.stop()
		if errors.Is(err, store.ErrRemoved) {
			err = errors.Join(err, s.folder.set(stageRemoved))
		}
		return err
	}
	if err := s.folder.set(stageMember); err != nil {
		r.stop()
		return err
	}
	r.stage.Store(stageMember)
	s.plan.stage = stageMember
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.server, s.mu.failed = r, nil
	return nil
}

// server that runs; an error says why there is none.
func (s *Store) server() (*running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.mu.failed, store.ErrRemoved) {
		return nil, s.mu.failed
	}
	if s.mu.server == nil {
		return nil, fmt.Errorf("%w: this node takes no part in the cluster: %w", store.ErrUnwritable, s.mu.failed)
	}
	return s.mu.server, nil
}

// Close ends every Follow, Watch and Subscribe, stops the server and unlocks the
// folder. The other nodes go on. It may be called more than once.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		s.close()
		if s.Store != nil {
			err = s.Store.Close()
		}
		if s.conn != nil {
			s.conn.Close()
		}
		s.watcher.Wait()
		if r, _ := s.server(); r != nil {
			r.stop()
		}
		if s.folder != nil && s.folder.lock != nil {
			s.folder.lock.Unlock() //nolint:errcheck // the process's end does it too
		}
	})
	return err
}
