package live

import (
	"context"
	"sync"
)

// turn lets one through at a time, in the order in which they came, and
// whoever waits may give up. The zero value is free. (A channel that holds one
// token does the same; but every match has a turn, and few are ever waited for.)
type turn struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{} // each closed when its turn has come
}

// try takes the turn if it is free.
func (t *turn) try() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken {
		return false
	}
	t.taken = true
	return true
}

// take waits for the turn; after an error (the context's) it has not come.
func (t *turn) take(ctx context.Context) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	come := make(chan struct{})
	t.waiting = append(t.waiting, come)
	t.mu.Unlock()
	select {
	case <-come:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	for i, c := range t.waiting {
		if c == come {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			t.mu.Unlock()
			return ctx.Err()
		}
	}
	t.mu.Unlock()
	t.give() // it came at the same moment
	return ctx.Err()
}

// give passes the turn to whoever waits longest.
func (t *turn) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken, t.waiting = false, nil
		return
	}
	close(t.waiting[0])
	t.waiting = t.waiting[1:]
}
