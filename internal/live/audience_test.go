package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// watched counts in somebody for each user.
func watched(m *live.Match, users ...string) {
	for _, u := range users {
		m.Joined([]byte(u))
	}
}

func leave(m *live.Match, times int) {
	for range times {
		m.Left()
	}
}

func audienceIs(t *testing.T, m *live.Match, want live.Audience) {
	t.Helper()
	got, err := m.Audience(context.Background())
	if err != nil || got != want {
		t.Fatalf("%+v, %v; want %+v", got, err, want)
	}
}

// reading notes what is read of the catalogue.
type reading struct {
	store.Store
	mu   sync.Mutex
	keys []string
}

func (r *reading) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append(r.keys, key)
}

// of is how often an entry, or all below a prefix, was read since the last call.
func (r *reading) of(prefix string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range r.keys {
		if strings.HasPrefix(key, prefix) || strings.HasPrefix(prefix, key) && strings.HasSuffix(key, "*") {
			n++
		}
	}
	r.keys = nil
	return n
}

func (r *reading) Get(ctx context.Context, key string) (store.Entry, error) {
	r.note(key)
	return r.Store.Get(ctx, key)
}

func (r *reading) List(ctx context.Context, prefix string) ([]store.Entry, error) {
	r.note(prefix)
	if prefix == "" || strings.HasPrefix(prefix, "audience") || strings.HasPrefix(prefix, "visits") {
		r.note("audience/listed")
	}
	return r.Store.List(ctx, prefix)
}

// What was counted is there after a restart, is not read at the start, and is
// in memory only while somebody watches.
func TestAudienceIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := &reading{Store: memory.New()}, newClock()
		l := clock.open(t, s)
		m := create(t, l)
		play(t, m, start)
		watched(m, "ann", "bob", "", "ann")
		leave(m, 3)
		l.Close()

		s.of("")
		l = clock.open(t, s)
		synctest.Wait()
		if !slices.Contains(s.keys, "audience/key") || !slices.Contains(s.keys, "visits/ff") {
			t.Fatalf("read at the start: %v", s.keys)
		}
		if n := s.of("audience/"); n != 1 {
			t.Fatalf("%d entries of audiences were read at the start, want the key alone", n)
		}
		m = find(t, l)
		audienceIs(t, m, live.Audience{Peak: 4, Connects: 4, Users: 2})
		watched(m, "cid")
		audienceIs(t, m, live.Audience{Now: 1, Peak: 4, Connects: 5, Users: 3})
		if n, err := l.Visits(context.Background(), "ann"); n != 2 || err != nil {
			t.Fatalf("ann came %d times, %v", n, err)
		}

		tidy := l.Tidier()
		s.of("")
		inMemory := func() bool {
			audienceIs(t, m, live.Audience{Now: 1, Peak: 4, Connects: 5, Users: 3})
			return s.of("audience/"+id) == 0
		}
		time.Sleep(time.Minute) // it is written
		tidy(clock.now())
		if !inMemory() {
			t.Fatal("given up under a watcher")
		}
		leave(m, 1)
		tidy(clock.now())
		audienceIs(t, m, live.Audience{Peak: 4, Connects: 5, Users: 3})
		if s.of("audience/"+id) == 0 {
			t.Fatal("kept in memory for nobody")
		}
		l.Close()
	})
}

// With a match goes its audience, on every node; made anew it begins at zero.
func TestAudienceOfADeletedMatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := memory.New(), newClock()
		a, b := clock.open(t, s), clock.open(t, s)
		ma := create(t, a)
		synctest.Wait()
		mb := find(t, b)
		watched(ma, "ann")
		watched(mb, "bob")
		time.Sleep(time.Minute)
		watched(mb, "cid") // not written yet
		must(t, a.Delete(context.Background(), id))
		synctest.Wait()
		leave(mb, 2)
		watched(mb, "dan") // and late
		create(t, a)
		synctest.Wait()
		audienceIs(t, find(t, a), live.Audience{})
		audienceIs(t, find(t, b), live.Audience{})
		time.Sleep(time.Minute)
		a.Close()
		b.Close()
		left, err := s.List(context.Background(), "audience/")
		if err != nil || len(left) != 1 {
			t.Fatalf("%d entries, %v; want the key alone", len(left), err)
		}
	})
}

// Two nodes count into one store.
func TestAudienceOfTwoNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, clock := memory.New(), newClock()
		a, b := clock.open(t, s), clock.open(t, s)
		ma := create(t, a)
		synctest.Wait()
		for range 3 {
			watched(ma, "ann", "ann", "bob")
			watched(find(t, b), "cid", "bob")
			time.Sleep(time.Minute)
		}
		a.Close()
		b.Close()
		l := clock.open(t, s)
		defer l.Close()
		audienceIs(t, find(t, l), live.Audience{Peak: 9, Connects: 15, Users: 3})
		if n, err := l.Visits(context.Background(), "bob"); n != 6 || err != nil {
			t.Fatalf("bob came %d times, %v", n, err)
		}
	})
}

func TestNoVisitsAreKept(t *testing.T) {
	o := newClock().options()
	o.Users = 0
	l, err := live.Open(context.Background(), memory.New(), o)
	must(t, err)
	defer l.Close()
	m := create(t, l)
	watched(m, "ann")
	if _, err := l.Visits(context.Background(), "ann"); !errors.Is(err, live.ErrNoVisits) {
		t.Errorf("visits: %v", err)
	}
	if _, err := l.ForgetUser(context.Background(), "ann"); !errors.Is(err, live.ErrNoVisits) {
		t.Errorf("forget: %v", err)
	}
	audienceIs(t, m, live.Audience{Now: 1, Peak: 1, Connects: 1, Users: 1})
}
