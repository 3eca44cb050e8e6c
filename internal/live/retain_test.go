package live_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

const keep = 30 * 24 * time.Hour

// keeping is a Live in a bubble whose clock is the bubble's.
func keeping(t *testing.T, s store.Store, o live.Options) *live.Live {
	o.Beat = seldom
	t.Helper()
	o.Clock = time.Now
	if o.Log == nil {
		o.Log = newClock().options().Log
	}
	l, err := live.Open(context.Background(), s, o)
	must(t, err)
	return l
}

// A match goes with the first sweep after its time, and not before, on all nodes. What is not over is never touched.
func TestRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		var said log
		l := keeping(t, s, live.Options{Keep: keep, Log: logTo(said.add)})
		defer l.Close()
		other := keeping(t, s, live.Options{}) // a node that keeps for ever
		defer other.Close()
		m := create(t, l)
		playing := createElsewhere(t, l)
		play(t, playing, start)
		play(t, m, start, goal, stop)
		time.Sleep(keep + firstSweep - time.Minute) // a sweep came a minute too early
		synctest.Wait()
		find(t, other)
		if l.Len() != 2 || l.Counts.Expired.Load() != 0 {
			t.Fatalf("%d matches", l.Len())
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		for _, l := range []interface{ Len() int }{l, other} {
			if l.Len() != 1 {
				t.Fatalf("%d matches are left", l.Len())
			}
		}
		if _, err := other.Match(context.Background(), id); err == nil {
			t.Fatal("the other node has it still")
		}
		if journals, _ := s.Journals(context.Background()); len(journals) != 1 || journals[0].Key.Match != elsewhere {
			t.Fatalf("journals %v", journals)
		}
		if l.Counts.Expired.Load() != 1 || !said.has("a match is deleted", id, "2000-01-01 00:00:00") || !said.has("old matches were looked for", "deleted=1 failed=0 kept=1") {
			t.Fatalf("the log says:\n%s", said.text())
		}
		time.Sleep(1000 * time.Hour)
		play(t, playing, goal)
	})
}

// It is counted from the match's end: one that was reopened, and ended again,
// stays; and one that is reopened just then.
func TestRetentionOfTheReopened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := keeping(t, f, live.Options{Keep: keep})
		defer l.Close()
		other := keeping(t, f, live.Options{})
		defer other.Close()
		m := create(t, l)
		play(t, m, start, stop)
		time.Sleep(keep - time.Hour)
		play(t, find(t, l), `{"kind":"cancel","ref":2}`, stop)
		time.Sleep(48 * time.Hour)
		if l.Len() != 1 {
			t.Fatal("it is gone")
		}
		time.Sleep(keep - 60*time.Hour)
		// In the middle of the sweep, another node reopens it.
		var once bool
		f.set(func(op, _ string, do func() error) error {
			if op == "append" && !once {
				once = true
				play(inside{}, find(inside{}, other), `{"kind":"cancel","ref":4}`)
			}
			return do()
		})
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if !once || l.Len() != 1 || l.Counts.Expired.Load() != 0 || l.Counts.Overdue.Load() != 0 {
			t.Fatalf("%t, %d matches, %d deleted, %d failed", once, l.Len(), l.Counts.Expired.Load(), l.Counts.Overdue.Load())
		}
		f.set(healthy)
		play(t, find(t, l), goal)
	})
}

// A store that fails is asked again a day later; a damaged match is left.
func TestRetentionFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := keeping(t, f, live.Options{Keep: keep})
		m := create(t, l)
		damaged := createElsewhere(t, l)
		for _, m := range []*live.Match{m, damaged} {
			play(t, m, start, goal, stop, comment)
		}
		synctest.Wait()
		l.Close()
		rewritten(t, f, key(damaged), func(all [][]byte) [][]byte { all[3][50] ^= 1; return all })
		l = keeping(t, f, live.Options{Keep: keep})
		defer l.Close()
		f.set(failing("append", false, store.ErrUnavailable))
		time.Sleep(keep + 24*time.Hour)
		synctest.Wait()
		if l.Counts.Overdue.Load() == 0 || l.Len() != 2 {
			t.Fatalf("%d failures, %d matches", l.Counts.Overdue.Load(), l.Len())
		}
		f.set(healthy)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if _, err := l.Match(context.Background(), id); !errors.Is(err, live.ErrNotFound) || l.Len() != 1 || l.Damaged() != 1 {
			t.Fatalf("%v, %d matches, %d damaged", err, l.Len(), l.Damaged())
		}
	})
}

// A node that stops in the middle of a sweep stops at once.
func TestRetentionStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := keeping(t, f, live.Options{Keep: keep})
		for _, m := range []*live.Match{create(t, l), createElsewhere(t, l)} {
			play(t, m, start, stop)
		}
		reached := make(chan struct{})
		f.set(func(op, _ string, do func() error) error {
			if op == "append" {
				close(reached) // a second one would panic
				time.Sleep(time.Second)
			}
			return do()
		})
		<-reached
		l.Close()
		if n := l.Counts.Overdue.Load(); n != 0 {
			t.Fatalf("%d more were tried", n)
		}
		f.set(healthy)
		l = keeping(t, f, live.Options{})
		defer l.Close()
		if l.Len() != 1 {
			t.Fatalf("%d matches", l.Len())
		}
	})
}

// firstSweep is when the first one comes after the start.
const firstSweep = 5 * time.Minute
