package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// Publish implements store.Store.
func (s *Store) Publish(ctx context.Context, topic string, message []byte) error {
	if err := store.CheckMessage(topic, message); err != nil {
		return err
	}
	leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.conn.Publish(jetstream.MessagePrefix+topic, message); err != nil {
		return fmt.Errorf("publish on %s: %w: %w", topic, store.ErrUnavailable, err)
	}
	return nil
}

// Subscribe implements store.Store.
func (s *Store) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	if err := store.CheckMessage(topic, nil); err != nil {
		return err
	}
	for {
		err := s.listen(ctx, topic, ready, f)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.closing.Err() != nil:
			return store.ErrClosed
		}
		s.log.Warn("store: messages are not heard for the moment", "name", topic, "cause", err)
		ready = func() {} // that has been said
		select {
		case <-time.After(listenAgain):
		case <-ctx.Done():
		case <-s.closing.Done():
		}
	}
}

// listenAgain is how long after an engine has ended its successor is looked for.
const listenAgain = 100 * time.Millisecond

// listen to one engine, until it ends.
func (s *Store) listen(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	subscription, by, err := s.subscribe(ctx, topic)
	if err != nil {
		return err
	}
	defer subscription.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	defer context.AfterFunc(by.over, cancel)()
	ready()
	for {
		m, err := subscription.NextMsgWithContext(ctx)
		if err != nil {
			return err
		}
		f(m.Data)
	}
}

func (s *Store) subscribe(ctx context.Context, topic string) (*nats.Subscription, *engine, error) {
	leave, err := s.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	subscription, err := s.conn.SubscribeSync(jetstream.MessagePrefix + topic)
	if err != nil {
		return nil, nil, err
	}
	return subscription, s.engine, s.conn.FlushWithContext(ctx)
}
