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

// The longest unseen goes, over restarts, too.
func TestLongestUnseenGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 5)
		passes(0)
		for i := range 5 {
			n.joins(final, named(i))
			passes(2 * time.Minute)
		}
		n.joins(final, named(0)) // seen again
		passes(2 * time.Minute)
		n.joins(final, "ann")
		n.visited(named(0), 2)
		n.visited(named(1), 0)
		n.visited("ann", 1)
		passes(2 * time.Minute)
		n.Close()

		n = open(t, s, 5)
		passes(0)
		n.joins(final, "bob", "cid")
		for i, want := range []uint64{2, 0, 0, 0, 1} {
			n.visited(named(i), want)
		}
		n.visited("ann", 1)
		n.Close()

		n = open(t, s, 3) // fewer than there are
		passes(0)
		n.visited(named(4), 0)
		n.visited(named(0), 0)
		n.visited("ann", 1)
		n.visited("bob", 1)
		n.visited("cid", 1)
		if n.Remembered() != 3 {
			t.Errorf("%d are remembered", n.Remembered())
		}
		n.Close()
		left := 0
		for i := range shards {
			if e, err := s.Get(t.Context(), shardEntry(byte(i))); err == nil {
				all, err := parseShard(byte(i), n.key.id(), e.Value)
				if err != nil {
					t.Fatal(err)
				}
				left += len(all)
			}
		}
		if left != 3 {
			t.Errorf("the store remembers %d", left)
		}
	})
}

// Nobody is remembered, and whoever was is forgotten.
func TestNoUsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		n.joins(final, "ann")
		n.Close()
		if has(t, s, "visits/") != 1 {
			t.Fatal("nothing was written")
		}
		n = open(t, s, 0)
		n.joins(final, "ann", "bob")
		passes(2 * shardsAfter)
		n.visited("ann", 0)
		n.forgets("ann", false)
		n.wants(final, Figures{Now: 2, Peak: 2, Connects: 3, Users: 2})
		if n.KeepsVisits() || n.Remembered() != 0 || has(t, s, "visits/") != 0 {
			t.Error("somebody is remembered")
		}
		n.Close()
	})
}

// Who is forgotten stays so, though the node is killed at once.
func TestForgetUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		n := open(t, s, 10)
		n.joins(final, "ann", "bob", "ann")
		n.forgets("ann", true) // not written yet
		n.forgets("ann", false)
		n.crash()
		n = open(t, s, 10)
		n.visited("ann", 0)
		n.joins(final, "ann", "ann", "ann")
		n.Close()
		n = open(t, s, 10)
		n.visited("ann", 3)
		n.forgets("ann", true)
		n.crash()
		n = open(t, s, 10)
		n.visited("ann", 0)
		n.forgets("ann", false)
		n.joins(final, "ann")
		n.Close()
		n = open(t, s, 10)
		defer n.Close()
		n.visited("ann", 1)
	})
}

// It is not said to be done before it is, whatever the store does.
func TestForgetUserFails(t *testing.T) {
	for _, landed := range []bool{false, true} {
		t.Run(fmt.Sprint("landed ", landed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newFaulty()
				n := open(t, s, 10)
				n.joins(final, "ann")
				passes(shardsAfter + time.Second)
				var late []func() error
				s.set(func(_ context.Context, op, _ string, call func() error) error {
					if op != "put" {
						return call()
					}
					if landed {
						call()
					} else {
						late = append(late, call)
					}
					return store.ErrUnknown
				})
				// A visit is on its way, with ann in it.
				n.joins(final, "ann")
				passes(shardsAfter + time.Second)
				if _, err := n.ForgetUser(t.Context(), "ann"); !errors.Is(err, store.ErrUnknown) {
					t.Fatalf("%v", err)
				}
				s.set(nil)
				n.ForgetUser(t.Context(), "ann")
				for _, call := range late {
					call()
				}
				n.crash()
				n = open(t, s, 10)
				defer n.Close()
				n.visited("ann", 0)
			})
		})
	}
}

// Who was never written, but for one write without an answer, is forgotten for
// good: that write cannot come through any more.
func TestForgetUserBeforeALateWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		n := open(t, s, 10)
		passes(0)
		n.joins(final, "ann")
		answer := store.ErrUnknown
		var late func() error
		s.set(func(_ context.Context, op, key string, call func() error) error {
			if op != "put" || key == entryOf(final) {
				return call()
			}
			if late == nil {
				late = call
			}
			return answer
		})
		passes(shardsAfter + time.Second)
		answer = store.ErrUnavailable
		for range 3 {
			if _, err := n.ForgetUser(t.Context(), "ann"); !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("said to be done: %v", err)
			}
		}
		s.set(nil)
		if _, err := n.ForgetUser(t.Context(), "ann"); err != nil {
			t.Fatal(err)
		}
		if late() == nil {
			t.Error("the late write came through")
		}
		n.crash()
		n = open(t, s, 10)
		n.visited("ann", 0)
	})
}

// One node forgets a user, another knows him: he begins anew there.
func TestForgottenOnAnotherNode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		a, b := open(t, s, 10), open(t, s, 10)
		a.joins(final, "ann", "ann")
		passes(2 * shardsAfter)
		b.joins(final, "ann")
		passes(2 * shardsAfter)
		b.visited("ann", 3)
		a.forgets("ann", true)
		b.joins(final, "ann")
		passes(2 * shardsAfter)
		b.visited("ann", 1)

		// Or he is no more, if he does not come again.
		other := b.another("ann", true)
		a.forgets("ann", true)
		b.joins(final, other)
		passes(2 * shardsAfter)
		if b.visited("ann", 0); b.Remembered() != 1 {
			t.Errorf("%d are remembered", b.Remembered())
		}
		a.Close()
		b.Close()
		n := open(t, s, 10)
		n.visited(other, 1)
	})
}

func TestDamagedUsers(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]byte) []byte
		kept  bool
	}{"damaged": {flip, false}, "newer": {newer, true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := memory.New()
				n := open(t, s, 10)
				ann, other := byte(n.key.hash([]byte("ann"))), n.another("ann", false)
				n.joins(final, "ann", "ann", other)
				n.Close()
				entry := shardEntry(ann)
				spoil(t, s, entry, c.spoil)
				was, _ := s.Get(t.Context(), entry)
				n = open(t, s, 10)
				n.visited("ann", 0)
				n.visited(other, 1)
				n.joins(final, "ann")
				n.visited("ann", 1)
				if n.log.count("ERROR", "visits", entry, "are lost") != 1 {
					t.Errorf("logged: %s", n.log)
				}
				if _, err := n.ForgetUser(t.Context(), "ann"); (err != nil) != c.kept {
					t.Errorf("forgotten: %v", err)
				}
				n.Close()
				now, _ := s.Get(t.Context(), entry)
				if kept := now.Revision == was.Revision; kept != c.kept {
					t.Errorf("the value was left alone: %v, want %v", kept, c.kept)
				}
			})
		})
	}
}

// Users that cannot be read at the start are read when the store answers:
// nobody is lost, and who came meanwhile is added.
func TestUsersReadLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newFaulty()
		n := open(t, s, 100)
		for i := range 50 {
			n.joins(final, named(i))
		}
		n.Close()
		s.set(func(ctx context.Context, _, key string, call func() error) error {
			if key == keyEntry {
				return call()
			}
			return hangs(ctx, "", "", nil)
		})
		n = open(t, s, 100)
		n.joins(final, named(0), "ann")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := n.Visits(ctx, named(1)); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("asked too early: %v", err)
		}
		passes(2 * shardsAfter)
		s.set(nil)
		n.visited(named(0), 2)
		n.visited(named(1), 1)
		n.visited("ann", 1)
		n.Close()
		n = open(t, s, 100)
		defer n.Close()
		for i := 1; i < 50; i++ {
			n.visited(named(i), 1)
		}
		n.visited(named(0), 2)
	})
}

// Shards are written while users join, are forgotten and make room: what is
// read back is what was in memory.
func TestShardsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		const users = 3000
		n := open(t, s, users)
		passes(0)
		for i := range 20 * users {
			n.joins(final, named(int(mix(uint64(i))%(2*users))))
			if i%100 == 0 {
				time.Sleep(7 * time.Second)
			}
			if i%1000 == 0 {
				if _, err := n.ForgetUser(t.Context(), named(i%users)); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := map[uint64]uint32{}
		for i := n.visits.mu.users.newest; i != 0; i = n.visits.mu.users.users.at(i).older {
			want[n.visits.mu.users.users.at(i).hash] = n.visits.mu.users.users.at(i).count
		}
		n.Close()
		n = open(t, s, users)
		defer n.Close()
		passes(0)
		if len(want) != n.Remembered() {
			t.Errorf("%d are remembered, %d were", n.Remembered(), len(want))
		}
		for hash, count := range want {
			i := n.visits.mu.users.find(hash)
			if i == 0 || n.visits.mu.users.users.at(i).count != count {
				t.Fatalf("a user is lost or has another count than %d", count)
			}
		}
	})
}
