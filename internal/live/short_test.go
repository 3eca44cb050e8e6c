package live_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// short is a store that lags: its reads lack the last record until it is asked for
// its end.
type short struct {
	store.Store
	lags atomic.Bool
}

func (s *short) End(ctx context.Context) (store.Mark, error) {
	s.lags.Store(false)
	return s.Store.End(ctx)
}

func (s *short) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	all, err := s.Store.Read(ctx, key, from)
	if n := len(all); s.lags.Load() && n > 0 {
		all = all[:n-1]
	}
	return all, err
}

// A read that lacks what was acknowledged is no damage before the end was asked for,
// and it was read again.
func TestShortRead(t *testing.T) {
	s, clock := &short{Store: memory.New()}, newClock()
	l := clock.open(t, s)
	play(t, create(t, l), start, goal, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	l.Close()
	l = clock.open(t, s)
	defer l.Close()
	s.lags.Store(true)
	if m := find(t, l); m.View().State.LastID != 3 || l.Damaged() != 0 {
		t.Fatalf("it stands at %d, %d matches are damaged", m.View().State.LastID, l.Damaged())
	}
	post(t, find(t, l), comment)
}

// deaf tells of nothing, and does something before it reads.
type deaf struct {
	late
	read  func()
	holed bool
}

func (s *deaf) Follow(ctx context.Context, _ store.Mark, _ func(store.Record)) error {
	<-ctx.Done()
	return ctx.Err()
}

func (s *deaf) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	s.read()
	if s.holed { // some records were purged when they were to be read
		return nil, fmt.Errorf("%w: record 1 is missing", store.ErrDamaged)
	}
	return s.Store.Read(ctx, key, from)
}

// A match that another node deletes while it is read here is gone, and not damaged.
func TestDeletedWhileRead(t *testing.T) {
	for _, holed := range []bool{false, true} {
		t.Run(fmt.Sprint("holed ", holed), func(t *testing.T) {
			s := &deaf{late: late{Store: memory.New(), listed: func() {}}, holed: holed}
			a := open(t, s.Store)
			play(t, create(t, a), start, stop)
			catalogued(t, a, func() bool { return a.MarkedOver(id) })
			b := open(t, s)
			s.read = func() {
				if a.Len() == 1 {
					must(t, a.Delete(context.Background(), id))
				}
			}
			_, err := b.Match(context.Background(), id)
			wants(t, err, live.ErrNotFound)
			if b.Len() != 0 || b.Damaged() != 0 {
				t.Fatalf("%d matches are left, %d are damaged", b.Len(), b.Damaged())
			}
		})
	}
}
