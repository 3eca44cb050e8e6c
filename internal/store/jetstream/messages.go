package jetstream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

// Publish implements store.Store. While there is no connection it is an
// ErrUnavailable at once: a message that comes late is worth nothing.
func (s *Store) Publish(ctx context.Context, topic string, message []byte) error {
	if err := store.CheckMessage(topic, message); err != nil {
		return err
	}
	_, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if !s.link.Conn.IsConnected() {
		return fmt.Errorf("publish on %s: %w: no connection", topic, store.ErrUnavailable)
	}
	if err := s.link.Conn.Publish(MessagePrefix+topic, message); err != nil {
		return fmt.Errorf("publish on %s: %w: %w", topic, store.ErrUnavailable, err)
	}
	return nil
}

// Subscribe implements store.Store. The connection subscribes again by itself.
func (s *Store) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	if err := store.CheckMessage(topic, nil); err != nil {
		return err
	}
	subscription, err := s.subscribe(ctx, topic)
	if err != nil {
		return err
	}
	defer subscription.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	ready()
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	for {
		m, err := subscription.NextMsgWithContext(either)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.closing.Err() != nil:
			return store.ErrClosed
		case errors.Is(err, nats.ErrSlowConsumer): // messages were lost
		case err != nil:
			return fmt.Errorf("subscribe to %s: %w: %w", topic, store.ErrUnavailable, err)
		default:
			f(m.Data)
		}
	}
}

func (s *Store) subscribe(ctx context.Context, topic string) (*nats.Subscription, error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	ctx, cancel := s.link.Bound(ctx)
	defer cancel()
	if err := s.link.connected(ctx); err != nil {
		return nil, s.link.Unanswered(err)
	}
	subscription, err := s.link.Conn.SubscribeSync(MessagePrefix + topic)
	if err != nil {
		return nil, s.link.Unanswered(err)
	}
	if err := s.link.Conn.FlushWithContext(ctx); err != nil {
		subscription.Unsubscribe() //nolint:errcheck // fails only on a closed connection
		return nil, s.link.Unanswered(err)
	}
	return subscription, nil
}
