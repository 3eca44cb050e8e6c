package memory

import (
	"context"
	"slices"
	"sync"

	"matchstream/internal/store"
)

// heard is how many messages may wait for one who subscribes; more are lost.
const heard = 1024

// topics is who subscribes to what.
type topics struct {
	mu struct {
		sync.Mutex
		of map[string][]chan []byte
	}
}

func (t *topics) join(topic string) chan []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.of == nil {
		t.mu.of = make(map[string][]chan []byte)
	}
	c := make(chan []byte, heard)
	t.mu.of[topic] = append(t.mu.of[topic], c)
	return c
}

func (t *topics) leave(topic string, c chan []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mu.of[topic] = slices.DeleteFunc(t.mu.of[topic], func(o chan []byte) bool { return o == c })
}

func (t *topics) tell(topic string, message []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.mu.of[topic] {
		select {
		case c <- message:
		default:
		}
	}
}

func (m *memory) Publish(ctx context.Context, topic string, message []byte) error {
	if err := store.CheckMessage(topic, message); err != nil {
		return err
	}
	if err := m.enter(ctx); err != nil {
		return err
	}
	m.mu.Unlock()
	m.topics.tell(topic, slices.Clone(message))
	return nil
}

func (m *memory) Subscribe(ctx context.Context, topic string, ready func(), f func([]byte)) error {
	if err := store.CheckMessage(topic, nil); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	messages := m.topics.join(topic)
	defer m.topics.leave(topic, messages)
	for {
		m.mu.Lock()
		closed, changed := m.mu.closed, m.mu.changed
		m.mu.Unlock()
		if closed {
			return store.ErrClosed
		}
		ready()
		ready = func() {} // once
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case message := <-messages:
			f(message)
		}
	}
}
