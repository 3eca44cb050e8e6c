package live_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

const (
	day   = 24 * time.Hour
	years = 10 * 365 * day
)

// jumping is a clock that may be wrong, over the bubble's own.
type jumping struct{ by atomic.Int64 }

func (j *jumping) now() time.Time       { return time.Now().Add(time.Duration(j.by.Load())) }
func (j *jumping) jump(d time.Duration) { j.by.Add(int64(d)) }

func (j *jumping) open(t *testing.T, s store.Store, said *log) *live.Live {
	t.Helper()
	l, err := live.Open(context.Background(), s, live.Options{Beat: seldom, Clock: j.now, Keep: keep, Log: logTo(said.add)})
	must(t, err)
	return l
}

// has waits for so long, and then there must be so many matches.
func has(t *testing.T, l *live.Live, matches int, after time.Duration) {
	t.Helper()
	time.Sleep(after)
	synctest.Wait()
	if l.Len() != matches {
		t.Fatalf("%d matches are there, want %d", l.Len(), matches)
	}
}

const warned = "old matches are not deleted yet"

// A clock that jumps ahead while the node runs deletes nothing, and is warned of;
// once it is put right all goes on as before.
func TestRetentionUnderAClockThatJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said log
		var clock jumping
		l := clock.open(t, memory.New(), &said)
		defer l.Close()
		play(t, create(t, l), start, goal, stop)
		has(t, l, 1, 5*day)
		clock.jump(years)
		has(t, l, 1, time.Hour)
		if !said.has(warned, "kept=1", "the clock says 2010-01-", "said 2000-01-05 23:05:00 before", "set it right", "next=72h") {
			t.Fatalf("the log says:\n%s", said.text())
		}
		has(t, l, 1, 2*day)
		clock.jump(-years)
		has(t, l, 1, 22*day)
		has(t, l, 0, 3*day)
		if l.Counts.Expired.Load() != 1 {
			t.Fatal("it was not the sweep that deleted it")
		}
	})
}

// One that stays as it is is believed after some days, and not before.
func TestRetentionUnderAClockThatIsRightAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said log
		var clock jumping
		l := clock.open(t, memory.New(), &said)
		defer l.Close()
		play(t, create(t, l), start, goal, stop)
		has(t, l, 1, day)
		clock.jump(years)
		has(t, l, 1, 71*time.Hour)
		has(t, l, 0, 3*time.Hour)
	})
}

// A node that starts under a wrong clock deletes nothing, at the second start
// neither, though there is a match by then that is as new as the clock says.
func TestRetentionAtAStartUnderAWrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said log
		var clock jumping
		s := memory.New()
		l := clock.open(t, s, &said)
		play(t, create(t, l), start, goal, stop)
		has(t, l, 1, time.Hour)
		l.Close()
		clock.jump(years)
		for range 3 {
			l = clock.open(t, s, &said)
			if l.Len() == 1 {
				play(t, createElsewhere(t, l), start)
			}
			has(t, l, 2, 10*time.Hour)
			l.Close()
		}
		if !said.has(warned, "kept=1") {
			t.Fatalf("the log says:\n%s", said.text())
		}
		clock.jump(-years)
		l = clock.open(t, s, &said)
		defer l.Close()
		has(t, l, 2, 5*day)
	})
}

// A store that was left alone over the summer is swept in the end: some days
// later, whether or not it is started anew each day, and whether or not there is
// anything in it that says when it was left.
func TestRetentionAfterASummer(t *testing.T) {
	for name, c := range map[string]struct{ daily, old bool }{"running": {}, "daily": {daily: true}, "of an older version": {old: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var said log
				var clock jumping
				s := memory.New()
				l := clock.open(t, s, &said)
				play(t, create(t, l), start, goal, stop)
				has(t, l, 1, day)
				l.Close()
				if c.old {
					e, err := s.Get(context.Background(), live.PaceKey)
					must(t, err)
					must(t, s.Delete(context.Background(), e.Key, e.Revision))
				}
				time.Sleep(100 * day)
				l = clock.open(t, s, &said)
				defer func() { l.Close() }()
				has(t, l, 1, 2*day)
				if !said.has(warned, "said 2000-01-0") {
					t.Fatalf("the log says:\n%s", said.text())
				}
				for range 4 {
					if c.daily {
						l.Close()
						l = clock.open(t, s, &said)
					}
					time.Sleep(day - time.Hour)
				}
				has(t, l, 0, 0)
			})
		})
	}
}

// unread is a store that does not tell how the clock has gone.
type unread struct {
	store.Store
	broken atomic.Bool
}

func (u *unread) Get(ctx context.Context, key string) (store.Entry, error) {
	if u.broken.Load() && key == live.PaceKey {
		return store.Entry{}, store.ErrUnavailable
	}
	return u.Store.Get(ctx, key)
}

func (u *unread) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if u.broken.Load() && key == live.PaceKey {
		return 0, store.ErrUnavailable
	}
	return u.Store.Put(ctx, key, value, expect)
}

// Where it is not known how the clock has gone, nothing is deleted until it is;
// where it cannot be noted, that is told, and all goes on.
func TestRetentionWithoutAMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said log
		var clock jumping
		s := &unread{Store: memory.New()}
		s.broken.Store(true)
		l := clock.open(t, s, &said)
		defer l.Close()
		play(t, create(t, l), start, goal, stop)
		has(t, l, 1, keep+2*day)
		if !said.has("old matches are not looked for", store.ErrUnavailable.Error()) {
			t.Fatalf("the log says:\n%s", said.text())
		}
		s.broken.Store(false)
		has(t, l, 1, 2*time.Hour) // a month after the newest match it says that it was off
		s.broken.Store(true)
		has(t, l, 0, 4*day)
		if !said.has("what the clock says cannot be noted") {
			t.Fatalf("the log says:\n%s", said.text())
		}
	})
}

// What is damaged of it is as good as nothing.
func TestRetentionWithADamagedMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said log
		var clock jumping
		s := memory.New()
		_, err := s.Put(context.Background(), live.PaceKey, []byte("{"), 0)
		must(t, err)
		l := clock.open(t, s, &said)
		defer l.Close()
		play(t, create(t, l), start, goal, stop)
		has(t, l, 1, keep)
		has(t, l, 0, day)
		if !said.has("cannot be read; the newest match says it instead") || said.has(warned) {
			t.Fatalf("the log says:\n%s", said.text())
		}
	})
}
