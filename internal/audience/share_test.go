package audience

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// club is some nodes that know each other at once.
type club struct {
	testing.TB
	store store.Store
	mu    sync.Mutex
	ways  map[string]*way // by run
	come  uint64
}

// way is how one node is heard by the others.
type way struct {
	last time.Time // when it ceased to speak; zero: it speaks
	left bool
}

func newClub(t testing.TB) *club {
	return &club{TB: t, store: memory.New(), ways: map[string]*way{}}
}

// joins opens a ledger that shares.
func (c *club) joins(name string) *node {
	n := open(c, c.store, 0)
	run := (name + strings.Repeat("0", runLength))[:runLength]
	c.mu.Lock()
	c.ways[run] = &way{}
	c.come++
	c.mu.Unlock()
	n.Share(seat{c, run}, n.match)
	synctest.Wait()
	return n
}

// fallsSilent: the node is heard no more.
func (c *club) fallsSilent(n *node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ways[n.nodes.Run()].last = time.Now()
}

type seat struct {
	*club
	run string
}

func (s seat) Run() string { return s.run }

func (s seat) Heard(run string) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch w := s.ways[run]; {
	case w == nil || w.left:
		return 0, false
	case w.last.IsZero():
		return 0, true
	default:
		ago := time.Since(w.last)
		return ago, ago < 5*time.Second
	}
}

func (s seat) Others() (alive int, joined uint64) {
	s.mu.Lock()
	joined = s.come
	runs := slices.Collect(maps.Keys(s.ways))
	s.mu.Unlock()
	for _, run := range runs {
		if _, is := s.Heard(run); is && run != s.run {
			alive++
		}
	}
	return alive, joined
}

// inAClub runs f in a bubble.
func inAClub(t *testing.T, f func(*club)) {
	synctest.Test(t, func(t *testing.T) { f(newClub(t)) })
}

// Figures are over all nodes: watchers and connects are added, users merged; also
// on a node without watchers. What a node has said of its watchers ends with it;
// what came, stays.
func TestOverAllNodes(t *testing.T) {
	inAClub(t, func(c *club) {
		a, b, idle := c.joins("a"), c.joins("b"), c.joins("idle")
		a.joins(final, "ann", "bob")
		b.joins(final, "bob", "eve", "")
		passes(6 * time.Second)
		a.wants(final, Figures{Now: 5, Peak: 5, Connects: 5, Users: 3})
		b.wants(final, Figures{Now: 5, Peak: 5, Connects: 5, Users: 3})
		idle.wants(final, Figures{Now: 5, Peak: 5, Connects: 5}) // users: when they are written
		passes(30 * time.Second)
		idle.wants(final, Figures{Now: 5, Peak: 5, Connects: 5, Users: 3})
		a.leaves(final, 1)
		passes(tellEvery)
		idle.wants(final, Figures{Now: 4, Peak: 5, Connects: 5, Users: 3})
		c.fallsSilent(b)
		b.crash()
		passes(4 * time.Second)
		a.wants(final, Figures{Now: 4, Peak: 5, Connects: 5, Users: 3})
		passes(time.Second)
		a.wants(final, Figures{Now: 1, Peak: 5, Connects: 5, Users: 3})
		idle.wants(final, Figures{Now: 1, Peak: 5, Connects: 5, Users: 3})
		a.Close()
		idle.Close()
		open(c, c.store, 0).wants(final, Figures{Peak: 5, Connects: 5, Users: 3})
	})
}

// Nobody who goes from one node to another is counted twice at the peak, whatever
// the moment, and though the node he leaves is killed.
func TestMovingIsNoPeak(t *testing.T) {
	for at := range 10 {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			inAClub(t, func(c *club) {
				a := c.joins("a")
				passes(time.Duration(at) * 100 * time.Millisecond) // out of step
				b := c.joins("b")
				a.joins(final, make([]string, 100)...)
				b.joins(final, "")
				passes(5*time.Second + time.Duration(at)*70*time.Millisecond)
				a.leaves(final, 100)
				b.joins(final, make([]string, 100)...)
				passes(10 * time.Second)
				b.wants(final, Figures{Now: 101, Peak: 101, Connects: 201})
				back := make([]string, 50)
				b.leaves(final, 50)
				a.joins(final, back...)
				passes(5 * time.Second)
				c.fallsSilent(a)
				a.crash()
				passes(500 * time.Millisecond)
				b.joins(final, back...)
				passes(30 * time.Second)
				got, err := b.match(final).Figures(c.Context(), b.Ledger, final)
				if err != nil || got.Now != 101 || got.Peak != 101 {
					t.Errorf("%+v, %v", got, err)
				}
			})
		})
	}
}

// Connects are never too many, at any moment, and right in the end; though nodes
// write in between, and one of them without an answer.
func TestConnectsOverAllNodes(t *testing.T) {
	inAClub(t, func(c *club) {
		f := newFaulty()
		c.store = f
		a, b, d := c.joins("a"), c.joins("b"), c.joins("d")
		nodes := []*node{a, b, d}
		came := uint64(0)
		most := map[*node]uint64{}
		look := func() {
			c.Helper()
			for _, n := range nodes {
				got, err := n.match(final).Figures(c.Context(), n.Ledger, final)
				if err != nil || got.Connects > came || got.Connects < most[n] {
					c.Fatalf("%d came, and it says %d, %v; before %d", came, got.Connects, err, most[n])
				}
				most[n] = got.Connects
			}
		}
		for second := range 120 {
			for i, n := range nodes {
				if second%(7*i+3) == 0 {
					n.joins(final, fmt.Sprint(second, i))
					came++
				}
			}
			look()
			if second == 40 {
				once := sync.Once{}
				f.set(func(_ context.Context, op, key string, call func() error) error {
					err := call()
					if op == "put" && key == entryOf(final) {
						once.Do(func() { err = errors.Join(err, store.ErrUnknown) })
					}
					return err
				})
			}
			passes(500 * time.Millisecond)
			look()
			passes(500 * time.Millisecond)
		}
		passes(time.Minute)
		for _, n := range nodes {
			got, err := n.match(final).Figures(c.Context(), n.Ledger, final)
			if err != nil || got.Connects != came {
				c.Errorf("%d came, in the end it says %d, %v", came, got.Connects, err)
			}
		}
		for _, n := range nodes {
			n.crash()
		}
	})
}

// Who comes late is told of all that is watched, though nothing of it changes.
func TestNewcomer(t *testing.T) {
	inAClub(t, func(c *club) {
		a := c.joins("a")
		c.joins("b")
		a.joins(final, "ann")
		passes(30 * time.Second)
		late := c.joins("late")
		late.wants(final, Figures{Peak: 1, Connects: 1, Users: 1})
		passes(3 * time.Second)
		late.wants(final, Figures{Now: 1, Peak: 1, Connects: 1, Users: 1})
	})
}

// Watchers of edges count on every node, as long as the edge speaks.
func TestEdgesOverAllNodes(t *testing.T) {
	inAClub(t, func(c *club) {
		a, b := c.joins("a"), c.joins("b")
		if err := a.match(final).HearEdge(a.Ledger, final, "lima", Report{Now: 30, Connects: 30}); err != nil {
			c.Fatal(err)
		}
		for range 2 {
			passes(3 * time.Second)
			if err := a.match(final).HearEdge(a.Ledger, final, "lima", Report{Now: 30}); err != nil {
				c.Fatal(err)
			}
		}
		passes(3 * time.Second)
		a.wants(final, Figures{Now: 30, Peak: 30, Connects: 30})
		b.wants(final, Figures{Now: 30, Peak: 30, Connects: 30})
		passes(13 * time.Second)
		b.wants(final, Figures{Peak: 30, Connects: 30})
	})
}

// A node without others says nothing; one with others, of changed matches only.
func TestWhatIsTold(t *testing.T) {
	inAClub(t, func(c *club) {
		told := 0
		c.store = counting{c.store, &told}
		a := c.joins("a")
		a.joins(final, "ann")
		passes(time.Minute)
		if told != 0 {
			t.Errorf("alone it says %d times something", told)
		}
		b := c.joins("b")
		passes(20 * time.Second)
		told = 0
		passes(20 * time.Second)
		if told != 0 {
			t.Errorf("nothing changes, and it says %d times something", told)
		}
		for i := range 200 { // more than a message holds
			key := store.Key{Match: fmt.Sprintf("elp-tig-2011-%03d-10", i), Epoch: "k3f9a2"}
			for u := range 200 {
				a.joins(key, fmt.Sprint(u))
			}
		}
		passes(2 * tellEvery)
		if told < 3 || told > 5 {
			t.Errorf("160 kB are told in %d messages", told)
		}
		key := store.Key{Match: "elp-tig-2011-150-10", Epoch: "k3f9a2"}
		got, err := b.match(key).Figures(c.Context(), b.Ledger, key)
		if err != nil || got.Now != 200 {
			t.Errorf("%+v, %v", got, err)
		}
		for _, n := range []*node{a, b} {
			n.crash()
		}
	})
}

// counting counts what is published.
type counting struct {
	store.Store
	n *int
}

func (c counting) Publish(ctx context.Context, topic string, message []byte) error {
	*c.n++
	return c.Store.Publish(ctx, topic, message)
}
