package live_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// beating is a Live that asks its store every second.
func beating(t *testing.T, s store.Store) *live.Live {
	o := newClock().options()
	o.Beat = time.Second
	l, err := live.Open(context.Background(), s, o)
	must(t, err)
	return l
}

// While the store does not answer, what is known is told and marked as stale; when
// it does again, the mark is gone by itself.
func TestStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := beating(t, f)
		defer l.Close()
		m := create(t, l)
		play(t, m, start, goal)
		<-time.After(3 * time.Second) // synthetic time
		if got := l.Stale(); got != 0 {
			t.Fatalf("stale by %v in good health", got)
		}
		f.set(failing("end", false, store.ErrUnavailable))
		<-time.After(10 * time.Second) // synthetic time
		if got := l.Stale(); got < 9*time.Second || got > 11*time.Second {
			t.Fatalf("stale by %v after 10 s without an answer", got)
		}
		if got := find(t, l).View().State.Sides[match.Visit].Score; got != 1 {
			t.Fatalf("%d goals are told meanwhile", got)
		}
		f.set(healthy)
		<-time.After(2 * time.Second) // synthetic time
		if got := l.Stale(); got != 0 {
			t.Fatalf("stale by %v after it came back", got)
		}
	})
}

// A store that says nothing at all is as gone as one that says so.
func TestSilentStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &mute{Store: memory.New()}
		l := beating(t, f)
		defer l.Close()
		f.yes.Store(true)
		<-time.After(4 * time.Second) // synthetic time
		if l.Stale() == 0 {
			t.Fatal("a store that says nothing is taken for well")
		}
		f.yes.Store(false)
		<-time.After(4 * time.Second) // synthetic time
		if l.Stale() != 0 {
			t.Fatal("it answers again, and is taken for gone")
		}
	})
}

// mute says nothing until whoever asks gives up.
type mute struct {
	store.Store
	yes atomic.Bool
}

func (s *mute) End(ctx context.Context) (store.Mark, error) {
	if s.yes.Load() {
		<-ctx.Done()
		return 0, errors.Join(store.ErrUnavailable, ctx.Err())
	}
	return s.Store.End(ctx)
}

func (s *mute) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	if s.yes.Load() && ctx.Err() != nil {
		return 0, errors.Join(store.ErrUnavailable, ctx.Err())
	}
	if s.yes.Load() {
		<-ctx.Done()
		return 0, errors.Join(store.ErrUnknown, ctx.Err())
	}
	return s.Store.Append(ctx, key, after, number, data)
}

// Nobody who wants to write waits longer than the patience, those neither who wait
// behind another: the first is told that he does not know, the others that
// nothing was stored.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, clock := &mute{Store: memory.New()}, newClock()
		o := clock.options()
		o.Beat, o.Patience = time.Second, 2*time.Second
		l, err := live.Open(context.Background(), f, o)
		must(t, err)
		defer l.Close()
		m := create(t, l)
		play(t, m, start)
		f.yes.Store(true)
		began, ended := time.Now(), make(chan error, 5)
		for range cap(ended) {
			go func() {
				_, err := try(m, goal, "")
				ended <- err
			}()
		}
		unknown := 0
		for range cap(ended) {
			err := <-ended
			if errors.Is(err, store.ErrUnknown) {
				unknown++
			} else if !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("append: %v", err)
			}
		}
		if took := time.Since(began); took > 2*time.Second || unknown != 1 {
			t.Fatalf("the last answer came after %v; %d did not know", took, unknown)
		}
		f.yes.Store(false)
		play(t, m, goal)
	})
}

// What changed in the catalogue while it could not be watched is known once it can:
// what is new, what is different and what is gone.
func TestWatchInterrupted(t *testing.T) {
	f := newFaulty(memory.New())
	a, b := open(t, f.Store), open(t, f)
	create(t, a)
	other := creation()
	other.Info.Date = "2011-09-11"
	_, err := a.Create(context.Background(), other)
	must(t, err)
	catalogued(t, b, func() bool { return b.Len() == 2 })
	gone, changed := "elp-tig-2011-09-11", "elp-tig-2011-09-10"
	watched := reachedID(t, b, gone)

	f.set(func(op, key string, do func() error) error {
		if op == "watch" || op == "follow" {
			return store.ErrUnavailable
		}
		return do()
	})
	stadium := "La Bombonera"
	_, err = a.Change(context.Background(), changed, live.Change{Stadium: &stadium})
	must(t, err)
	must(t, a.Delete(context.Background(), gone))
	third := creation()
	third.Info.Date = "2011-09-12"
	_, err = a.Create(context.Background(), third)
	must(t, err)
	if b.Len() != 2 {
		t.Fatal("b is not cut off: the test shows nothing")
	}
	f.set(healthy)
	catalogued(t, b, func() bool {
		_, is := b.Summary(gone)
		_, made := b.Summary("elp-tig-2011-09-12")
		s, _ := b.Summary(changed)
		return !is && made && s.Info.Stadium == stadium
	})
	await(t, watched, func(_ match.View, deleted bool) bool { return deleted })
}

func reachedID(t *testing.T, l *live.Live, id string) *live.Match {
	t.Helper()
	m, err := l.Match(context.Background(), id)
	must(t, err)
	return m
}

// Another store in the place of the one that was opened: the owner is told, once.
func TestReplaced(t *testing.T) {
	for _, op := range []string{"follow", "watch"} {
		t.Run(op, func(t *testing.T) {
			f, told := newFaulty(memory.New()), make(chan bool, 10)
			o := newClock().options()
			o.Replaced = func() { told <- true }
			l, err := live.Open(context.Background(), f, o)
			must(t, err)
			create(t, l)
			f.set(failing(op, false, store.ErrReplaced))
			play(t, find(t, l), start)
			_, err = l.Change(context.Background(), find(t, l).ID(), live.Change{Stadium: new(string)})
			must(t, err)
			stadium := "elsewhere"
			_, err = l.Change(context.Background(), find(t, l).ID(), live.Change{Stadium: &stadium})
			must(t, err)
			<-told
			l.Close()
			if len(told) > 0 {
				t.Fatal("told twice")
			}
		})
	}
}

// Another store in the place of the one that is being opened: what is not watched is
// not opened.
func TestReplacedWhileItOpens(t *testing.T) {
	f, told := newFaulty(memory.New()), make(chan bool, 10)
	f.set(failing("watch", false, store.ErrReplaced))
	o := newClock().options()
	o.Replaced = func() { told <- true }
	l, err := live.Open(context.Background(), f, o)
	if err == nil {
		l.Close()
	}
	wants(t, err, store.ErrReplaced)
	if len(told) != 1 {
		t.Fatalf("told %d times", len(told))
	}
}
