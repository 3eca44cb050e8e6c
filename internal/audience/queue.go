package audience

import (
	"context"
	"sync"
	"time"
)

// written is what is written behind: the audience of a match, or a shard of
// the users.
type written interface {
	// write brings the store up to date. Called with the ledger's turn.
	write(ctx context.Context) error
	// again puts it into its queue, after a write that failed.
	again()
}

// pending is a place in a queue. It is part of what waits there, so that a
// join makes nothing.
type pending struct {
	what written
	due  time.Time
	next *pending
}

// queue is what is to be written, each delay after it came. Nothing is in it
// twice: whoever pushes sees to that.
type queue struct {
	delay time.Duration
	wake  chan struct{}
	mu    struct {
		sync.Mutex
		first, last *pending
		n           int
	}
}

// push puts p at the end. Never blocks.
func (q *queue) push(p *pending) {
	q.mu.Lock()
	defer q.mu.Unlock()
	p.due, p.next = time.Now().Add(q.delay), nil
	q.mu.n++
	if q.mu.last != nil {
		q.mu.last.next = p
		q.mu.last = p
		return
	}
	q.mu.first, q.mu.last = p, p
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// due is when the first is to be written; false if there is none.
func (q *queue) due() (time.Time, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.mu.first == nil {
		return time.Time{}, false
	}
	return q.mu.first.due, true
}

// pop takes the first out; nil if there is none.
func (q *queue) pop() *pending {
	q.mu.Lock()
	defer q.mu.Unlock()
	p := q.mu.first
	if p == nil {
		return nil
	}
	if q.mu.first = p.next; q.mu.first == nil {
		q.mu.last = nil
	}
	p.next = nil
	q.mu.n--
	return p
}

// length is how many there are.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.mu.n
}
