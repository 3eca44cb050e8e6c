// Package cluster is which nodes there are. Each says once a second who and where
// it is and how many watch there, by the store's own messages; there is no list of
// nodes anywhere, nobody leads, and nothing is agreed upon.
//
// # Who is there
//
// A node is a run: a name, and an id made at its start, so that one which was
// started again is not taken for the one before. Whoever has said nothing for Gone
// is gone; who says goodbye is gone at once. Only the receiver's own monotonic
// clock measures that: no message has a time in it, since the clocks of nodes may
// be wrong by minutes. What others say is bounded and looked at before it is
// believed (message.go): it comes from another program, perhaps a newer one.
//
// A run that appears takes the place of an older run of its name. If that is heard
// again all the same, two nodes have one name; both say so (Members.Twin).
//
// # What it costs
//
// A message of some 200 bytes for each node and second, and a few hundred bytes of
// memory for each. A node alone sends its own to nobody.
package cluster

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// Every is how often a node says that it is there.
	Every = time.Second
	// Gone is after how long without a message a node is gone.
	Gone = 5 * time.Second
)

// Messages is how nodes hear each other: a store.Store.
type Messages interface {
	Publish(ctx context.Context, topic string, message []byte) error
	Subscribe(ctx context.Context, topic string, ready func(), f func(message []byte)) error
}

// Load is what changes about a node.
type Load struct {
	Watchers int64
	Limit    int64 // of watchers; 0: none is known
	Draining bool
	Heard    uint64 // the mark of the newest record that it has folded
}

// Options of a node's membership. Name, Messages and Load are needed.
type Options struct {
	Name    string // see CheckName
	Version string // of the program
	Host    string // where clients elsewhere reach it; "": that is not known
	HTTP    int    // port of the API and the streams there; 0: none
	URL     string // of those, with the scheme; "": that is not known
	TCP     []int  // ports of the line protocol there
	TLS     []int  // the same over TLS
	Load    func() Load
	// Answer does what another node, or this one, asks this one for (Members.Ask):
	// it answers within a second or two what is going to be done. What it says
	// with an error is told as a refusal. nil: everything is refused. It may be
	// called by several goroutines at once.
	Answer   func(ctx context.Context, verb string, args []string) (string, error)
	Messages Messages
	Log      *slog.Logger // slog.Default()
}

// Counts of messages since the start; read them at any time.
type Counts struct {
	Sent    atomic.Uint64 // heartbeats sent
	Heard   atomic.Uint64 // heartbeats of other nodes
	Refused atomic.Uint64 // messages that were none, or more than there is room for
}

// Members is the nodes that this one knows. Its methods may be called by any
// goroutine, until Close.
type Members struct {
	options Options
	log     *slog.Logger
	run     string
	Counts  Counts

	changed chan struct{} // holds a token when others are to hear of a change
	life    context.Context
	end     context.CancelFunc
	done    sync.WaitGroup
	asks    asks

	mu struct {
		sync.Mutex
		seq    uint64
		known  map[string]*member // by run; without this one
		joined uint64
		twin   time.Time // when another of this name was heard last
		marks  marks
	}
}

// Open begins to say that this node is there, and to hear who else is. It waits
// for nobody.
func Open(o Options) *Members {
	m := &Members{options: o, log: o.Log, run: newID(), changed: make(chan struct{}, 1)}
	if m.log == nil {
		m.log = slog.Default()
	}
	m.mu.known = make(map[string]*member)
	m.life, m.end = context.WithCancel(context.Background())
	ready := make(chan struct{}, 2)
	m.subscribe(beatTopic, func() { ready <- struct{}{} }, m.hear)
	m.subscribe(askTopic, func() { ready <- struct{}{} }, m.hearNote)
	m.done.Go(func() { m.beat(ready) })
	return m
}

// subscribe until Close. A store that fails for good ends it sooner: then nobody
// is heard any more, which the log says.
func (m *Members) subscribe(topic string, ready func(), f func([]byte)) {
	m.done.Go(func() {
		if err := m.options.Messages.Subscribe(m.life, topic, ready, f); m.life.Err() == nil {
			m.log.Error("other nodes are not heard any more", "cause", err)
		}
	})
}

// Close says goodbye, so that others do not wait for this node, and ends. The
// store is needed for that still.
func (m *Members) Close() {
	m.end()
	m.done.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), Every)
	defer cancel()
	m.say(ctx, true) //nolint:errcheck // others will miss it in a few seconds anyway
}

// Run is the id of this node's run.
func (m *Members) Run() string { return m.run }

// Changed has the others hear at once that this node's load is another now: it
// drains.
func (m *Members) Changed() {
	select {
	case m.changed <- struct{}{}:
	default:
	}
}

// newID is 16 hexadecimal digits that no other has.
func newID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
