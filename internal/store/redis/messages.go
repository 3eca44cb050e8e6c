package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// unheard is how many messages may wait for one who subscribes; more are lost.
const unheard = 1024

// Publish implements store.Store.
func (s *Store) Publish(ctx context.Context, topic string, message []byte) error {
	if err := store.CheckMessage(topic, message); err != nil {
		return err
	}
	within, leave, err := s.enter(ctx)
	if err != nil {
		return fmt.Errorf("publish on %s: %w", topic, err)
	}
	defer leave()
	err = s.client.Do(within, s.client.B().Publish().Channel(s.keys.topicPrefix+topic).Message(string(message)).Build()).Error()
	if err != nil {
		return fmt.Errorf("publish on %s: %w", topic, s.fault(ctx, err, false))
	}
	return nil
}

// Subscribe implements store.Store.
func (s *Store) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	if err := store.CheckMessage(topic, nil); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.closing.Err() != nil {
		return store.ErrClosed
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	l := &listener{s: s, topic: topic, ready: make(chan struct{}, 1), messages: make(chan []byte, unheard)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.keepListening(either)
	}()
	defer func() { <-ended }()
	for {
		select {
		case <-l.ready:
			ready()
			ready = func() {} // once
		case m := <-l.messages:
			f(m)
		case <-either.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return store.ErrClosed
		}
	}
}

// listener hears a topic, whatever time who is told may take.
type listener struct {
	s        *Store
	topic    string
	ready    chan struct{}
	messages chan []byte
}

// keepListening on one connection after another, until ctx is done.
func (l *listener) keepListening(ctx context.Context) {
	pause := againFirst
	for {
		began := time.Now()
		err := l.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > againMost {
			pause = againFirst
		}
		l.s.log.Warn("store: messages are not heard for the moment", "name", l.topic, "cause", err, "pause", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, againMost)
	}
}

func (l *listener) listen(ctx context.Context) error {
	client, release := l.s.waits.Dedicate()
	defer release()
	defer client.Close()
	confirmed := rueidis.WithOnSubscriptionHook(ctx, func(rueidis.PubSubSubscription) {
		select {
		case l.ready <- struct{}{}:
		default:
		}
	})
	return client.Receive(confirmed, client.B().Subscribe().Channel(l.s.keys.topicPrefix+l.topic).Build(), func(m rueidis.PubSubMessage) {
		select {
		case l.messages <- []byte(m.Message):
		default:
		}
	})
}
