package live

import (
	"context"
	"errors"
	"fmt"

	"matchstream/internal/store"
	"matchstream/internal/store/chain"
)

// DamagedError is what appending to a match says whose journal cannot be read
// whole, or whose entry in the catalogue is lost. What lies before the damage
// is served; nothing is appended, so that no number is given out twice.
type DamagedError struct {
	Match string
	Last  int64 // the last record that is served
	Cause error
}

func (e *DamagedError) Error() string {
	text := fmt.Sprintf("match %s is served up to record %d only and takes no more events: %v", e.Match, e.Last, e.Cause)
	if newer := (*chain.Newer)(nil); errors.As(e.Cause, &newer) {
		return text // it says what to do
	}
	return text + "; restore it from a backup or a replica (matchstream admin copy), or delete it"
}

// Unwrap gives the cause, and that surely nothing was stored.
func (e *DamagedError) Unwrap() []error { return []error{store.ErrUnavailable, e.Cause} }

// broken is what becomes of a match whose journal cannot be read on behind m: it is
// damaged, unless another node has deleted it meanwhile, with its journal.
func (e *entry) broken(ctx context.Context, m *moment, cause error) *moment {
	if e.described.Load().revision != 0 && !e.live.isDescribed(ctx, e.key) { // 0: its entry was lost before
		e.vanish()
		return e.now.Load()
	}
	return e.damaged(m, cause)
}

// damaged marks the match as damaged behind m, which is shown unless a later
// moment is, and says so once. It stays so until the next start: whoever
// restores a store does that while no server uses it.
func (e *entry) damaged(m *moment, cause error) *moment {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.touch()
	now := e.now.Load()
	if now != nil && now.deleted {
		return now
	}
	if newer := (*chain.Newer)(nil); errors.As(cause, &newer) {
		cause = fmt.Errorf("record %d: %w", m.number()+1, cause)
	}
	last := m.number()
	if now != nil {
		last = max(last, now.number())
	}
	e.hurt(&DamagedError{Match: e.key.Match, Last: last, Cause: cause})
	if now == nil || now.number() < m.number() {
		e.describe(m, e.described.Load())
		e.show(now, m)
		now = m
	}
	return now
}

// hurt notes the first damage of a match, once: the one before all others.
func (e *entry) hurt(d *DamagedError) {
	for {
		old := e.damage.Load()
		if old != nil && old.Last <= d.Last {
			return
		}
		first := false
		e.listing(func() { first = e.damage.CompareAndSwap(old, d) })
		if first {
			e.live.log.Error("a match is damaged; the others go on", "match", d.Match, "cause", d)
			return
		}
	}
}

// left is the catalogue's entry of a journal that was left.
type left struct {
	Format int   `json:"v"`
	At     int64 `json:"at"` // Unix milliseconds
}

// Damaged is how many matches are damaged, as far as is known.
func (l *Live) Damaged() (n int) {
	l.entries.all(func(e *entry) bool {
		if e.damage.Load() != nil {
			n++
		}
		return true
	})
	return n
}

// discard deletes a match that is damaged: nothing can be appended to it, so
// its entry in the catalogue and its journal just go. A journal that the disk
// has damaged is left, and noted as left: to remove what cannot be read is more
// than every store can do without harm to others.
func (l *Live) discard(ctx context.Context, e *entry) error {
	_, err := l.store.Read(ctx, e.key, 1)
	switch {
	case errors.Is(err, store.ErrDamaged):
		_, err = l.store.Put(ctx, store.LeftKey(e.key), encode(left{Format: format, At: l.clock().UnixMilli()}), 0)
		if err == nil || errors.Is(err, store.ErrConflict) { // it stands there already
			err = l.keepCreated(ctx, e.described.Load())
		}
		if err == nil {
			err = l.deleteDescription(ctx, e.key)
		}
	case err == nil:
		err = l.finishDelete(ctx, e)
	}
	if err != nil {
		return err
	}
	l.gone.epoch(e.key)
	e.vanish()
	return nil
}
