package embedded

import (
	"context"
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// Follow implements store.Store.
func (s *Store) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	return s.follow(ctx, journalConfig.Name, uint64(from), func(m js.Msg, sequence uint64) error {
		r, err := message(m, sequence).Record()
		if err != nil { // its match is damaged, for whoever reads it; the others go on
			s.log.Error("store: what is no record is passed over", "name", m.Subject(), "cause", err, "do", "find out who writes into the store beside the server")
			return nil
		}
		s.seen(ctx, r)
		f(r)
		return nil
	})
}

// seen notes a record before it is shown: of its append no answer may have come
// in time, and yet it is there from now on.
func (s *Store) seen(ctx context.Context, r store.Record) {
	if leave, err := s.enter(ctx); err == nil {
		s.tally.seen(jetstream.JournalSubject(r.Key), r.Number)
		leave()
	}
}

// follow calls f for each message of a stream behind a sequence, until ctx is
// done, or the store is closed, or opened anew. The ordered consumer holds that none is missing
// and begins again by itself where it was.
func (s *Store) follow(ctx context.Context, stream string, from uint64, f func(js.Msg, uint64) error) error {
	var by *engine
	ended := func(err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.closing.Err() != nil:
			return store.ErrClosed
		case by != nil && by.over.Err() != nil:
			err = errors.New("the store is opened anew; go on from the last mark")
		}
		return fmt.Errorf("follow %s: %w: %w", stream, store.ErrUnavailable, err)
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()

	messages, engine, err := s.consume(either, stream, from+1)
	by = engine
	if err != nil {
		return ended(err)
	}
	defer context.AfterFunc(by.over, cancel)()
	defer messages.Stop()
	for {
		m, err := messages.Next(js.NextContext(either))
		if err != nil {
			return ended(err)
		}
		about, err := m.Metadata()
		if err != nil {
			return ended(err)
		}
		sequence := about.Sequence.Stream
		if sequence <= from {
			return ended(fmt.Errorf("message %d came after %d", sequence, from))
		}
		from = sequence
		// What came at the same time as the end belongs to the next Follow.
		if either.Err() != nil {
			return ended(either.Err())
		}
		if err := f(m, sequence); err != nil {
			return err
		}
	}
}

// message is what a consumer has brought, in the form of the store.
func message(m js.Msg, sequence uint64) jetstream.Message {
	return jetstream.Message{Subject: m.Subject(), Sequence: sequence, Header: m.Headers(), Data: m.Data()}
}

// consume begins to consume a stream. Close waits for it, so that the
// consumer is not made on a server that stops.
func (s *Store) consume(ctx context.Context, stream string, from uint64) (js.MessagesContext, *engine, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	consumer, err := s.stream.OrderedConsumer(ctx, stream, js.OrderedConsumerConfig{
		DeliverPolicy: js.DeliverByStartSequencePolicy,
		OptStartSeq:   from,
	})
	if err != nil {
		return nil, nil, err
	}
	messages, err := consumer.Messages(js.PullMaxMessages(jetstream.BatchMessages))
	return messages, s.engine, err
}
