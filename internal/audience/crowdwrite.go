package audience

import (
	"context"
	"errors"

	"matchstream/internal/store"
)

// write implements written. Called with the ledger's turn.
func (c *crowd) write(ctx context.Context) error {
	c.mu.Lock()
	c.mu.queued = false // who joins from here on queues it again
	c.mu.Unlock()
	for {
		if err := c.load(ctx); err != nil {
			return err
		}
		value, added, expect := c.value()
		if value == nil {
			return nil
		}
		revision, err := c.ledger.store.Put(ctx, entryOf(c.key), value, expect)
		if c.wrote(revision, added, err); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// value is what is to be written; nil if there is nothing.
func (c *crowd) value() (value []byte, added, expect uint64) {
	c.mu.Lock()
	if c.mu.gone || c.mu.unkept || c.mu.added == 0 {
		c.mu.Unlock()
		return nil, 0, 0
	}
	all := counted{connects: c.mu.known + c.mu.added, peak: c.mu.peak, users: c.mu.users.clone()}
	added, expect = c.mu.added, c.mu.revision
	c.mu.Unlock()
	return all.encode(), added, expect
}

// wrote notes what became of a write.
func (c *crowd) wrote(revision, added uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.mu.known += added
		c.mu.added -= added
		c.mu.revision, c.mu.doubt = revision, false
		c.tell()
	case errors.Is(err, store.ErrConflict):
		c.mu.loaded = false
	case !errors.Is(err, store.ErrUnavailable):
		c.mu.doubt = true
	}
}

// again implements written.
func (c *crowd) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.mu.queued && !c.mu.gone {
		c.mu.queued = true
		c.ledger.matches.push(&c.pending)
	}
}
