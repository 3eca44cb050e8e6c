package live

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"matchstream/internal/store"
)

// load returns the match as it stands, reading the journal if it is not in
// memory.
func (e *entry) load(ctx context.Context) (*moment, error) {
	if now := e.now.Load(); now != nil {
		e.touch()
		return now, nil
	}
	if err := e.loading.take(ctx); err != nil {
		return nil, err // who asks has given up; another reads on
	}
	defer e.loading.give()
	if now := e.now.Load(); now != nil { // a thousand asked for it at once, and one has read it
		e.touch()
		return now, nil
	}
	return e.read(ctx)
}

// reload folds the match from its journal, whether or not it is in memory,
// and shows what is new.
func (e *entry) reload(ctx context.Context) (*moment, error) {
	if err := e.loading.take(ctx); err != nil {
		return nil, err // who asks has given up; another reads on
	}
	defer e.loading.give()
	return e.read(ctx)
}

// read does it, with loading held. While it reads, hear only notes what it
// hears: then read reads on until nothing is missing. Where the journal is
// damaged it stops, and the match is what lies before. What is missing at the end
// is so only when who decides about appends was asked for the end, and it was read
// again. A panic is an error: whoever asks for this match must not end the others.
func (e *entry) read(ctx context.Context) (now *moment, err error) {
	defer func() {
		if p := recover(); p != nil {
			now, err = nil, e.panicked(p)
		}
	}()
	m := e.begin()
	if at := e.resting.Load(); at != nil {
		woken, err := e.wake(at)
		if err != nil { // it cannot be; but then the journal has it all
			e.live.log.Error("a match at rest cannot be woken; it is read from its journal", "match", e.key.Match, "cause", err)
			e.listing(func() { e.resting.CompareAndSwap(at, nil) })
		} else if now, ok := e.install(woken); ok {
			return now, nil
		} else {
			m = woken
		}
	}
	for asked := false; ; {
		records, err := e.live.store.Read(ctx, e.key, m.number()+1)
		if err != nil && !errors.Is(err, store.ErrDamaged) {
			return nil, fmt.Errorf("match %s cannot be read: %w", e.key.Match, err)
		}
		if err := e.renew(ctx); err != nil {
			return nil, err
		}
		for _, r := range records {
			next, bad := e.next(m, r)
			if bad != nil {
				err = bad
				break
			}
			m = next
		}
		if err != nil && !m.deleted {
			return e.broken(ctx, m, err), nil
		}
		if now, ok := e.install(m); ok {
			return now, nil
		}
		if len(records) > 0 {
			asked = false
			continue
		}
		if !asked {
			if _, err := e.live.store.End(ctx); err != nil {
				return nil, fmt.Errorf("match %s cannot be read: %w", e.key.Match, err)
			}
			asked = true
			continue
		}
		err = fmt.Errorf("the journal ends with record %d, but there was a later one", m.number())
		if d := e.damage.Load(); d != nil && m.number() == 0 {
			return nil, d
		}
		if m.number() == 0 && e.live.isDescribed(ctx, e.key) { // it is being deleted, or all is lost
			return nil, fmt.Errorf("match %s: %w: %w", e.key.Match, err, store.ErrUnavailable)
		}
		return e.broken(ctx, m, err), nil
	}
}

// next folds one record read from the journal, which must have no holes.
func (e *entry) next(m *moment, r store.Record) (*moment, error) {
	if r.Number != m.number()+1 {
		return nil, fmt.Errorf("record %d is missing in the journal, record %d comes instead", m.number()+1, r.Number)
	}
	return e.after(m, r)
}

// panicked counts a panic that was contained and makes it an error.
func (e *entry) panicked(p any) error {
	e.live.Counts.Panics.Add(1)
	return fmt.Errorf("match %s cannot be folded or published: %v\n%s", e.key.Match, p, debug.Stack())
}

// install makes m the present moment unless there is a later one already, or
// the match was deleted meanwhile; false if there are records behind it, heard
// or told of by the catalogue, that it does not have.
func (e *entry) install(m *moment) (*moment, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.touch()
	now := e.now.Load()
	if now != nil && (now.deleted || now.number() >= m.number()) {
		return now, true
	}
	d := e.described.Load()
	if e.mu.heard > m.number() || d.Over != nil && d.Over.Last > m.number() {
		return nil, false
	}
	e.describe(m, d) // it may have changed meanwhile
	e.show(now, m)
	if m.deleted {
		e.live.finishLater(e.live.run, e)
	}
	return m, true
}

// touch notes that somebody asked for the match.
func (e *entry) touch() { e.used.Store(e.live.clock().UnixNano()) }
