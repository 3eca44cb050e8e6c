package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// A consumer lives on one server, in memory. What it sends is numbered, so that a
// gap is seen with the next message. A gap with nothing behind it is not: so a
// consumer is replaced whenever the connection was, and when the leader has more
// than has come for some time.

// heartbeat of a consumer; one that misses two is given up. The least that the
// server takes is half a second.
const heartbeat = time.Second

// idle is after how long the server forgets a consumer that nobody reads from.
const idle = 30 * time.Second

// Follow implements store.Store.
func (s *Store) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	return s.follow(ctx, JournalStream, uint64(from), 0, func(m Message) {
		r, err := m.Record()
		if err != nil { // its match is damaged, for whoever reads it; the others go on
			s.log.Error("store: what is no record is passed over", "name", m.Subject, "cause", err, "do", "find out who writes into the store beside the server")
			return
		}
		s.shown.put(r.Key, end{mark: r.Mark, number: r.Number})
		f(r)
	})
}

// keptSurely is how long a deletion in the catalogue surely stays where a Watch finds
// it, whatever the clocks of the servers do: an hour less than DeletedTTL.
const keptSurely = 23 * time.Hour

// errForgotten is of a Watch that was cut off for so long that deletions may have gone
// for which it would have to call.
var errForgotten = fmt.Errorf("%w: cut off for longer than deletions are kept (%s): look at everything anew", store.ErrUnavailable, DeletedTTL)

// Watch implements store.Store. It ends, as a store that is not available, where it
// was cut off for so long that it may have missed a deletion.
func (s *Store) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	within, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	now, err := s.state(within, CatalogueStream)
	leave()
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	// The stream keeps the newest message of each key, deletions for a day, so that
	// from here on nothing can be missed before that.
	ready()
	return s.follow(ctx, CatalogueStream, now.Last, now.Last, func(m Message) { f(m.Entry()) })
}

// follow calls f for each message of a stream behind a sequence, until ctx is done,
// or the store is closed or another one. least is what the stream was shown to have.
func (s *Store) follow(ctx context.Context, stream string, from, least uint64, f func(Message)) error {
	_, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	leave()
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	c := &consumption{store: s, stream: stream, f: f, watchman: watchman{s: s, stream: stream, least: least}}
	c.at.Store(from)
	if stream == CatalogueStream {
		c.forgets, c.current = keptSurely, s.now()
	}
	for pause := firstPause; ; pause = min(2*pause, s.look) {
		before := c.at.Load()
		err := c.run(either)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.ended() != nil:
			return fmt.Errorf("follow %s: %w", stream, s.ended())
		case errors.Is(err, errForgotten):
			return fmt.Errorf("follow %s: %w", stream, err)
		}
		s.log.Debug("store: following is interrupted; it goes on where it was", "name", stream, "cause", err)
		if c.at.Load() > before {
			pause = firstPause
		}
		rest(either, pause) //nolint:errcheck // looked at above
	}
}

// consumption is what one Follow has of a stream.
type consumption struct {
	store    *Store
	stream   string
	f        func(Message)
	watchman watchman

	at       atomic.Uint64 // sequence of the last message that was handed on
	busy     atomic.Bool   // f runs
	lookedAt uint64        // end of the stream for which the consumer was replaced

	forgets time.Duration // how long a message is kept for who is cut off; 0: for ever
	current time.Time     // when the stream was last seen to have nothing that was not handed on
}

// missed says whether messages may be gone that were to be handed on, of a stream that
// has some now.
func (c *consumption) missed() bool {
	now := c.store.now()
	away := max(now.Sub(c.current), now.Round(0).Sub(c.current.Round(0))) // the machine may have slept
	return c.forgets > 0 && away > c.forgets
}

var errMissed = errors.New("messages are missing")

// run one consumer, until it fails. It never returns nil.
func (c *consumption) run(ctx context.Context) error {
	if err := c.store.link.connected(ctx); err != nil {
		return err
	}
	from := c.at.Load()
	now, err := c.watchman.look(ctx)
	switch {
	case err != nil:
		return err
	case now.Last <= from:
		c.current = c.store.now()
	case c.missed():
		return errForgotten
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	changes := c.store.link.Conn.StatusChanged(nats.DISCONNECTED, nats.RECONNECTING, nats.CONNECTED, nats.CLOSED)
	defer c.store.link.Conn.RemoveStatusListener(changes)
	messages, err := c.consume(ctx, from)
	if err != nil {
		return err
	}
	defer messages.Stop()
	over := make(chan struct{})
	go func() {
		defer close(over)
		c.guard(ctx, changes, cancel)
	}()
	defer func() { cancel(nil); <-over }()
	for expected := uint64(1); ; expected++ {
		m, err := messages.Next(js.NextContext(ctx))
		if err != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		about, err := m.Metadata()
		if err != nil {
			return err
		}
		if about.Sequence.Consumer != expected {
			return fmt.Errorf("%w: number %d came, expected %d", errMissed, about.Sequence.Consumer, expected)
		}
		if ctx.Err() != nil { // what came at the same time belongs to the next
			return context.Cause(ctx)
		}
		if sequence := about.Sequence.Stream; sequence > c.at.Load() {
			c.busy.Store(true)
			c.f(Message{Subject: m.Subject(), Sequence: sequence, Header: m.Headers(), Data: m.Data()})
			c.at.Store(sequence)
			c.busy.Store(false)
		}
	}
}

func (c *consumption) consume(ctx context.Context, from uint64) (js.MessagesContext, error) {
	ctx, cancel := c.store.link.Bound(ctx)
	defer cancel()
	consumer, err := c.store.js.CreateConsumer(ctx, c.stream, js.ConsumerConfig{
		Description:       "MatchStream: a node that follows",
		DeliverPolicy:     js.DeliverByStartSequencePolicy,
		OptStartSeq:       from + 1,
		AckPolicy:         js.AckNonePolicy,
		MemoryStorage:     true,
		Replicas:          1,
		InactiveThreshold: idle,
	})
	if err != nil {
		return nil, err
	}
	return consumer.Messages(js.PullMaxMessages(BatchMessages), js.PullExpiry(idle), js.PullHeartbeat(heartbeat),
		js.WithMessagesErrOnMissingHeartbeat(true))
}

// guard ends a consumer that may have missed something, or whose stream is another.
func (c *consumption) guard(ctx context.Context, changes <-chan nats.Status, end context.CancelCauseFunc) {
	tick := time.NewTicker(c.store.look)
	defer tick.Stop()
	before := uint64(0)
	for {
		select {
		case <-ctx.Done():
			return
		case <-changes:
			end(errors.New("the connection has changed"))
			return
		case <-tick.C:
		}
		at := c.at.Load()
		if c.stream == CatalogueStream { // what a journal was shown to have, the store knows
			c.watchman.least = max(c.watchman.least, at)
		}
		now, err := c.watchman.look(ctx)
		if err == nil && now.Last <= at {
			c.current = c.store.now()
		}
		switch {
		case err != nil && (c.store.ended() != nil || !c.watchman.odd.IsZero()):
			end(err)
			return
		case err != nil: // who cannot be asked now is asked again
		case now.Last > at && at == before && !c.busy.Load() && c.lookedAt != now.Last:
			c.lookedAt = now.Last // where a purge has taken the last messages there is nothing to come
			end(fmt.Errorf("%w: the stream has them to %d, they came to %d", errMissed, now.Last, at))
			return
		}
		before = at
	}
}
