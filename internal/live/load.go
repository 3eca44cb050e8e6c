package live

import (
	"context"
	"fmt"

	"matchstream/internal/store"
)

// load returns the match as it stands, reading the journal if it is not in
// memory.
func (e *entry) load(ctx context.Context) (*moment, error) {
	if now := e.now.Load(); now != nil {
		e.touch()
		return now, nil
	}
	return e.reload(ctx)
}

// reload folds the match from its journal, whether or not it is in memory,
// and shows what is new. While it reads, hear only notes what it hears: then
// reload reads on until nothing is missing.
func (e *entry) reload(ctx context.Context) (*moment, error) {
	e.loading.Lock()
	defer e.loading.Unlock()
	m := e.begin()
	for {
		records, err := e.live.store.Read(ctx, e.key, m.number()+1)
		if err != nil {
			return nil, fmt.Errorf("match %s cannot be read: %w", e.key.Match, err)
		}
		for _, r := range records {
			if m, err = e.next(m, r); err != nil {
				return nil, err
			}
		}
		if now, ok := e.install(m); ok {
			return now, nil
		}
		if len(records) == 0 {
			return nil, fmt.Errorf("match %s: the journal ends with record %d, but a later one was heard of: %w", e.key.Match, m.number(), store.ErrUnavailable)
		}
	}
}

// next folds one record read from the journal, which must have no holes.
func (e *entry) next(m *moment, r store.Record) (*moment, error) {
	if r.Number != m.number()+1 {
		return nil, fmt.Errorf("match %s: record %d is missing in the journal", e.key.Match, m.number()+1)
	}
	return e.after(m, r)
}

// install makes m the present moment unless there is a later one already;
// false if records behind it were heard that it does not have.
func (e *entry) install(m *moment) (*moment, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.touch()
	now := e.now.Load()
	if now != nil && now.number() >= m.number() {
		return now, true
	}
	if e.mu.heard > m.number() {
		return nil, false
	}
	e.describe(m, e.described.Load()) // it may have changed meanwhile
	e.show(now, m)
	return m, true
}

// touch notes that somebody asked for the match.
func (e *entry) touch() { e.used.Store(e.live.clock().UnixNano()) }
