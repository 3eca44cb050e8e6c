package memory

import (
	"context"
	"sort"

	"matchstream/internal/store"
)

// Follow and Watch copy what is new under the lock and call f without it, so
// that f may use the store.

func (m *memory) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	for {
		m.mu.Lock()
		records, changed, closed := m.mu.records, m.mu.changed, m.mu.closed
		m.mu.Unlock()
		if closed {
			return store.ErrClosed
		}
		next := sort.Search(len(records), func(i int) bool { return records[i].Mark > from })
		for _, r := range records[next:] {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			from = r.Mark
			f(r)
		}
		if next < len(records) {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

func (m *memory) Watch(ctx context.Context, ready func(), f func(store.Entry)) error {
	m.mu.Lock()
	seen := len(m.mu.changes)
	closed := m.mu.closed
	m.mu.Unlock()
	if closed {
		return store.ErrClosed
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ready()
	for {
		m.mu.Lock()
		changes, changed, closed := m.mu.changes[seen:], m.mu.changed, m.mu.closed
		m.mu.Unlock()
		if closed {
			return store.ErrClosed
		}
		for _, e := range changes {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			seen++
			f(e)
		}
		if len(changes) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
