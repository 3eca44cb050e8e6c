package edge

import (
	"context"
	"sync"

	"matchstream/internal/store"
)

// relay tells what happens to all who listen at that time, in order, without
// waiting for them. It is guarded by its owner's lock, but for the listening.
type relay[T any] struct {
	closed    bool
	listeners map[*listener[T]]bool
}

// listener is a queue that somebody reads.
type listener[T any] struct {
	more chan struct{} // holds a token while there is something in the queue
	mu   struct {
		sync.Mutex
		queue  []T
		closed bool
	}
}

// listen adds a listener, who is told first what was before.
func (r *relay[T]) listen(before []T) *listener[T] {
	l := &listener[T]{more: make(chan struct{}, 1)}
	l.mu.queue, l.mu.closed = before, r.closed
	l.wake()
	if r.listeners == nil {
		r.listeners = make(map[*listener[T]]bool)
	}
	r.listeners[l] = true
	return l
}

func (r *relay[T]) leave(l *listener[T]) { delete(r.listeners, l) }

func (r *relay[T]) tell(one T) {
	for l := range r.listeners {
		l.mu.Lock()
		l.mu.queue = append(l.mu.queue, one)
		l.mu.Unlock()
		l.wake()
	}
}

func (r *relay[T]) close() {
	r.closed = true
	for l := range r.listeners {
		l.mu.Lock()
		l.mu.closed = true
		l.mu.Unlock()
		l.wake()
	}
}

func (l *listener[T]) wake() {
	select {
	case l.more <- struct{}{}:
	default:
	}
}

// hear calls f for each of the queue until ctx is done or the relay is closed.
func (l *listener[T]) hear(ctx context.Context, f func(T)) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-l.more:
		}
		l.mu.Lock()
		queue, closed := l.mu.queue, l.mu.closed
		l.mu.queue = nil
		l.mu.Unlock()
		if closed {
			return store.ErrClosed
		}
		for _, one := range queue {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			f(one)
		}
	}
}

// relays are some by topic, with a lock of their own.
type relays[T any] struct {
	mu     sync.Mutex
	closed bool
	of     map[string]*relay[T]
}

func (r *relays[T]) listen(topic string) (l *listener[T], leave func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = make(map[string]*relay[T])
	}
	one := r.of[topic]
	if one == nil {
		one = &relay[T]{closed: r.closed}
		r.of[topic] = one
	}
	l = one.listen(nil)
	return l, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if one.leave(l); len(one.listeners) == 0 && r.of[topic] == one {
			delete(r.of, topic)
		}
	}
}

func (r *relays[T]) tell(topic string, one T) (closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if to := r.of[topic]; to != nil {
		to.tell(one)
	}
	return r.closed
}

func (r *relays[T]) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, one := range r.of {
		one.close()
	}
}
