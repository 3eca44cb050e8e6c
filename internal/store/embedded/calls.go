package embedded

import (
	"context"
	"fmt"
	"sync"
	"time"

	"matchstream/internal/store"
)

// calls counts those under way, so that whoever replaces the engine can wait
// for their end. Meanwhile new ones wait, but never longer than their contexts
// allow: a lock could not be given up.
type calls struct {
	mu struct {
		sync.Mutex
		n    int
		shut chan struct{} // not nil: none begins until it is closed
		idle chan struct{} // not nil: to be closed by the last to end
	}
}

// begin one; end is its end.
func (c *calls) begin(ctx, closing context.Context) error {
	var late <-chan time.Time
	for {
		if closing.Err() != nil {
			return store.ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
		}
		c.mu.Lock()
		shut := c.mu.shut
		if shut == nil {
			c.mu.n++
			c.mu.Unlock()
			return nil
		}
		c.mu.Unlock()
		if late == nil {
			late = time.After(patience)
		}
		select {
		case <-shut:
		case <-ctx.Done():
		case <-closing.Done():
		case <-late:
			return fmt.Errorf("%w: it is being opened anew", store.ErrUnavailable)
		}
	}
}

func (c *calls) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.n--; c.mu.n == 0 && c.mu.idle != nil {
		close(c.mu.idle)
		c.mu.idle = nil
	}
}

// shut lets no call begin until open is called, and waits for those under way.
// By one goroutine at a time.
func (c *calls) shut() (open func()) {
	c.mu.Lock()
	shut, idle := make(chan struct{}), make(chan struct{})
	c.mu.shut = shut
	if c.mu.n == 0 {
		close(idle)
	} else {
		c.mu.idle = idle
	}
	c.mu.Unlock()
	<-idle
	return func() {
		c.mu.Lock()
		c.mu.shut = nil
		c.mu.Unlock()
		close(shut)
	}
}
