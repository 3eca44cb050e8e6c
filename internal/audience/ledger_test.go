package audience

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

func TestCountsSurviveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		n.wants(final, Figures{})
		n.joins(final, "ann", "bob", "", "ann")
		n.leaves(final, 3)
		n.joins(final, "cid")
		n.wants(final, Figures{Now: 2, Peak: 4, Connects: 5, Users: 3})
		n.Close()

		n = open(t, s, 10)
		n.wants(final, Figures{Peak: 4, Connects: 5, Users: 3}) // nobody has joined: it is read
		n.joins(final, "bob", "dan")
		n.wants(final, Figures{Now: 2, Peak: 4, Connects: 7, Users: 4})
		n.joins(final, "", "", "")
		n.wants(final, Figures{Now: 5, Peak: 5, Connects: 10, Users: 4})
		n.wants(store.Key{Match: final.Match, Epoch: "anew"}, Figures{})
		n.Close()

		n = open(t, s, 10)
		defer n.Close()
		n.wants(final, Figures{Peak: 5, Connects: 10, Users: 4})
		n.visited("ann", 2)
		n.visited("bob", 2)
		n.visited("dan", 1)
		n.visited("eve", 0)
	})
}

// A node that is killed loses what it counted since its last write, no more,
// and nothing is counted twice.
func TestKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		n.joins(final, "ann", "bob")
		passes(matchesAfter - time.Second)
		if has(t, s, entryOf(final)) != 0 {
			t.Fatal("written at once: each join is a sync of the disk")
		}
		passes(2 * time.Second)
		n.joins(final, "cid")
		n.crash()

		n = open(t, s, 10)
		n.wants(final, Figures{Peak: 2, Connects: 2, Users: 2})
		n.joins(final, "ann")
		passes(shardsAfter + time.Second)
		n.joins(final, "ann")
		n.crash()

		n = open(t, s, 10)
		defer n.Close()
		n.wants(final, Figures{Peak: 2, Connects: 3, Users: 2})
		n.visited("ann", 1) // of the first run no shard was due
	})
}

// Two nodes over one store: what both count is added, once.
func TestTwoNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		a, b := open(t, s, 1000), open(t, s, 1000)
		passes(0)
		connects := 0
		for round := range 5 {
			for i := range 20 * (round + 1) {
				a.joins(final, named(i), "both")
				b.joins(final, named(1000+i))
				connects += 3
			}
			passes(shardsAfter + 10*time.Second)
		}
		a.crash()
		b.crash()
		c := open(t, s, 1000)
		defer c.Close()
		c.wants(final, Figures{Peak: 600, Connects: uint64(connects), Users: 201})
		c.visited("both", 300)
		c.visited(named(0), 5)
		c.visited(named(1099), 1)
		if got := c.Remembered(); got != 201 {
			t.Fatalf("%d users are remembered", got)
		}
	})
}

// Whatever the store does, who joins does not wait. (Waiting for good, the
// bubble would panic.)
func TestJoinsNeverWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		n := open(t, s, 10)
		passes(0)
		n.joins(final, "ann")
		s.set(hangs)
		for range 20 { // the writer is in a call for most of it
			passes(storing - time.Millisecond)
			began := time.Now()
			n.joins(final, "ann", "bob")
			n.leaves(final, 2)
			n.match(final).Rest()
			if waited := time.Since(began); waited != 0 {
				t.Fatalf("a join took %v", waited)
			}
		}
		began := time.Now()
		n.Close()
		if waited := time.Since(began); waited < time.Second || waited > closing {
			t.Errorf("Close took %v over a store that hangs", waited)
		}
		if n.log.count("WARN", "cannot be written") != 1 || n.log.count("ERROR", "is lost") != 1 {
			t.Errorf("logged: %s", n.log)
		}
	})
}

// What hung is written once it is possible, and is counted once, whether or
// not the writes without an answer have come through.
func TestWritesWithoutAnAnswer(t *testing.T) {
	for _, landed := range []bool{false, true} {
		t.Run(fmt.Sprint("landed ", landed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newFaulty()
				n := open(t, s, 10)
				passes(0)
				n.joins(final, "ann", "bob")
				puts := 0
				s.set(func(_ context.Context, op, _ string, call func() error) error {
					if op != "put" {
						return call()
					}
					if puts++; landed {
						call()
					}
					return store.ErrUnknown
				})
				for range 10 {
					n.joins(final, "ann")
					passes(20 * time.Second)
				}
				s.set(nil)
				n.joins(final, "ann")
				passes(shardsAfter + 10*time.Second)
				n.crash()
				if puts < 10 {
					t.Fatalf("only %d writes: the test shows nothing", puts)
				}
				n = open(t, s, 10)
				defer n.Close()
				n.wants(final, Figures{Peak: 13, Connects: 13, Users: 2})
				n.visited("ann", 12)
				n.visited("bob", 1)
			})
		})
	}
}

// A write without an answer comes through late, behind another node's.
func TestLateWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		a, b := open(t, s, 10), open(t, s.Store, 10)
		passes(0)
		a.joins(final, "ann")
		var late []func() error
		s.set(func(_ context.Context, op, _ string, call func() error) error {
			if op == "put" {
				late = append(late, call)
				return store.ErrUnknown
			}
			return call()
		})
		passes(shardsAfter + time.Second)
		for _, call := range late { // of which the first of each key is taken
			if err := call(); err != nil && !errors.Is(err, store.ErrConflict) {
				t.Fatal(err)
			}
		}
		s.set(nil)
		b.joins(final, "ann", "bob")
		passes(2 * shardsAfter)
		a.crash()
		b.crash()
		c := open(t, s, 10)
		defer c.Close()
		c.wants(final, Figures{Peak: 2, Connects: 3, Users: 2})
		c.visited("ann", 2)
		c.visited("bob", 1)
	})
}

func TestCloseWritesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 1000)
		key := func(i int) store.Key { return store.Key{Match: fmt.Sprint("match-", i), Epoch: "one"} }
		for i := range 300 {
			n.joins(key(i), named(i))
		}
		n.Close()
		n = open(t, s, 1000)
		defer n.Close()
		for i := range 300 {
			n.wants(key(i), Figures{Peak: 1, Connects: 1, Users: 1})
			n.visited(named(i), 1)
		}
	})
}

// Of a match that nobody watches nothing is kept in memory, once it is written.
func TestNothingIsKeptForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		defer n.Close()
		m := n.match(final)
		n.wants(final, Figures{})
		kept := func() bool { m.Rest(); return m.crowd.Load() != nil }
		if kept() {
			t.Fatal("kept since somebody asked")
		}
		n.joins(final, "ann", "bob")
		n.leaves(final, 2)
		if !kept() {
			t.Fatal("given up before it is written")
		}
		n.joins(final, "ann")
		passes(matchesAfter + time.Second)
		if !kept() {
			t.Fatal("given up under a watcher")
		}
		n.leaves(final, 1)
		if kept() {
			t.Fatal("kept for nobody")
		}
		n.wants(final, Figures{Peak: 2, Connects: 3, Users: 2})
		n.joins(final, "cid")
		n.wants(final, Figures{Now: 1, Peak: 2, Connects: 4, Users: 3})
	})
}

// A match is not given up while it is being written: that may fail.
func TestNotGivenUpInAWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		n := open(t, s, 0)
		n.joins(final, "ann")
		n.leaves(final, 1)
		s.set(hangs)
		passes(matchesAfter + time.Second) // in a call now
		n.match(final).Rest()
		passes(storing) // which has failed
		s.set(nil)
		passes(2 * matchesAfter)
		n.crash()
		n = open(t, s, 0)
		n.wants(final, Figures{Peak: 1, Connects: 1, Users: 1})
	})
}

// Joins, leaves and tidying at once: each is counted.
func TestRestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		m := n.match(final)
		const loops, times = 4, 300
		for range loops {
			go func() {
				for i := range times {
					m.Joined(n.Ledger, final, []byte(named(i%5)))
					time.Sleep(time.Duration(i%4) * 7 * time.Second)
					m.Left()
				}
			}()
		}
		given := 0
		for range 500 {
			m.Rest()
			if m.crowd.Load() == nil {
				given++
			}
			passes(7 * time.Second)
		}
		if given == 0 {
			t.Error("never given up: the test shows nothing")
		}
		n.Close()
		n = open(t, s, 10)
		defer n.Close()
		f, err := n.match(final).Figures(t.Context(), n.Ledger, final)
		if err != nil || f.Connects != loops*times || f.Users != 5 || f.Now != 0 {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

// A match that was deleted leaves nothing, however late somebody joins.
func TestForgetMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 0)
		n.joins(final, "ann")
		passes(matchesAfter + time.Second)
		n.joins(final, "bob")
		if has(t, s, entryOf(final)) != 1 {
			t.Fatal("nothing is written")
		}
		for range 2 {
			if err := n.match(final).Forget(t.Context(), n.Ledger, final); err != nil {
				t.Fatal(err)
			}
		}
		n.leaves(final, 1)
		n.joins(final, "cid")
		n.wants(final, Figures{})
		n.Close()
		if got := has(t, s, "audience/"); got != 1 {
			t.Errorf("%d entries, want the key alone", got)
		}
	})
}

// Another node deletes the match: it does not come back.
func TestForgottenElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		a, b := open(t, s, 0), open(t, s, 0)
		b.joins(final, "ann")
		passes(matchesAfter + time.Second)
		if err := a.match(final).Forget(t.Context(), a.Ledger, final); err != nil {
			t.Fatal(err)
		}
		b.joins(final, "bob")
		passes(matchesAfter + time.Second)
		a.Close()
		b.Close()
		if has(t, s, entryOf(final)) != 0 {
			t.Error("it came back")
		}
	})
}

// Many matches that change all the time leave the disk to operators for most
// of it, and each is written once in a while.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const took, seconds = 5 * time.Millisecond, 120
		s := newFaulty()
		n := open(t, s, 1000)
		passes(0)
		var busy time.Duration
		last := map[string]time.Time{}
		s.set(func(_ context.Context, op, key string, call func() error) error {
			if op == "put" {
				time.Sleep(took)
				busy += took
				if since := time.Since(last[key]); since < matchesAfter {
					t.Errorf("%s is written again after %v", key, since)
				}
				last[key] = time.Now()
			}
			return call()
		})
		const matches = 1000
		for second := range seconds {
			for i := range matches {
				n.joins(store.Key{Match: fmt.Sprint("match-", i), Epoch: "one"}, named(second*matches+i))
			}
			passes(time.Second)
		}
		n.crash()
		if share := busy.Seconds() / seconds; share > 0.21 || len(last) < matches {
			t.Errorf("%.2f of the time is spent writing, %d values", share, len(last))
		}
	})
}

func TestDamagedAudience(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]byte) []byte
		kept  bool
	}{"damaged": {flip, false}, "empty": {func([]byte) []byte { return nil }, false}, "newer": {newer, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := memory.New()
				n := open(t, s, 0)
				n.joins(final, "ann")
				n.Close()
				spoil(t, s, entryOf(final), c.spoil)
				was, _ := s.Get(t.Context(), entryOf(final))
				n = open(t, s, 0)
				n.wants(final, Figures{})
				n.joins(final, "bob", "cid")
				n.wants(final, Figures{Now: 2, Peak: 2, Connects: 2, Users: 2})
				n.leaves(final, 2)
				n.Close()
				if n.log.count("ERROR", final.Match, "is lost", entryOf(final)) != 1 {
					t.Errorf("logged: %s", n.log)
				}
				now, _ := s.Get(t.Context(), entryOf(final))
				if kept := now.Revision == was.Revision; kept != c.kept {
					t.Errorf("the value was left alone: %v, want %v", kept, c.kept)
				}
				if n.match(final).Rest(); n.match(final).crowd.Load() != nil {
					t.Error("it stays in memory")
				}
			})
		})
	}
}

// Without the key there is no telling who is who.
func TestKeyLost(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]byte) []byte
		says  string
		keeps bool
	}{
		"damaged": {flip, "made anew", true},
		"short":   {func([]byte) []byte { return seal(append(begin(), 1, 2, 3)) }, "made anew", true},
		"newer":   {newer, "cannot be read", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := memory.New()
				n := open(t, s, 10)
				n.joins(final, "ann")
				n.Close()
				spoil(t, s, keyEntry, c.spoil)
				n = open(t, s, 10)
				if n.log.count("ERROR", keyEntry, c.says) != 1 {
					t.Errorf("logged: %s", n.log)
				}
				n.visited("ann", 0)
				n.joins(final, "ann")
				n.visited("ann", 1)
				n.forgets("ann", true)
				n.joins(final, "ann")
				n.Close()
				n = open(t, s, 10)
				defer n.Close()
				want := Figures{Peak: 2, Connects: 3, Users: 2}
				if !c.keeps {
					want = Figures{}
				}
				n.wants(final, want)
			})
		})
	}
}

// A store that cannot give the key now is no reason not to start.
func TestNoKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		s.set(func(context.Context, string, string, func() error) error { return store.ErrUnavailable })
		n := open(t, s, 10)
		n.joins(final, "ann")
		n.wants(final, Figures{Now: 1, Peak: 1, Connects: 1, Users: 1})
		n.leaves(final, 1)
		if n.match(final).Rest(); n.match(final).crowd.Load() != nil {
			t.Error("it stays in memory, where nothing will ever be written")
		}
		s.set(nil)
		n.Close()
		if got := has(t, s, ""); got != 0 {
			t.Errorf("%d entries were written", got)
		}
	})
}

// The audience of a match is in nobody's way while the store does not answer;
// who asks for it is told within his time.
func TestFiguresAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		n := open(t, s, 10)
		passes(0)
		s.set(hangs)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if f, err := n.match(final).Figures(ctx, n.Ledger, final); err == nil {
			t.Errorf("%+v without an error", f)
		}
		s.set(nil)
		n.Close()
	})
}
