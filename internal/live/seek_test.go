package live_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
)

// unheard is a store that tells of no changes, and counts what is asked of its catalogue.
type unheard struct {
	store.Store
	asked atomic.Int64
	hold  func() // before it answers; nil: nothing
	away  atomic.Bool
}

func (s *unheard) Watch(ctx context.Context, ready func(), _ func(store.Entry)) error {
	ready()
	<-ctx.Done()
	return ctx.Err()
}

func (s *unheard) Get(ctx context.Context, key string) (store.Entry, error) {
	if strings.HasPrefix(key, "match/") || strings.HasPrefix(key, "team/") { // not of the audience
		s.asked.Add(1)
		if s.hold != nil {
			s.hold()
		}
		if s.away.Load() {
			return store.Entry{}, store.ErrUnavailable
		}
	}
	return s.Store.Get(ctx, key)
}

// sharing is two nodes over one store; the second has heard of nothing.
func sharing(t *testing.T) (a, b *live.Live, s *unheard) {
	t.Helper()
	s = &unheard{Store: memory.New()}
	clock := newClock()
	a = clock.open(t, s.Store)
	options := clock.options()
	options.Shared = true
	b, err := live.Open(context.Background(), s, options)
	must(t, err)
	s.asked.Store(0)
	return a, b, s
}

// What another node has made, and was not heard of here yet, is found.
func TestAnotherNodesNews(t *testing.T) {
	a, b, _ := sharing(t)
	defer a.Close()
	defer b.Close()
	play(t, create(t, a), start)
	m := find(t, b)
	if v := m.View(); v.Teams[match.Home].Name != "Estudiantes" || v.State.LastID != 1 {
		t.Fatalf("%+v, event %d", v.Teams, v.State.LastID)
	}
	if e := post(t, m, goal); e.ID != 2 {
		t.Fatalf("event %d", e.ID)
	}
	for _, team := range []string{"boca", "river"} {
		_, _, err := a.PutTeam(context.Background(), match.Team{ID: team, Name: team})
		must(t, err)
	}
	wish := creation()
	wish.Info.Home, wish.Info.Visit = "boca", "river"
	_, err := b.Create(context.Background(), wish)
	must(t, err)
}

// Names that nobody has made are asked for once a second each, together, and only so
// many of them.
func TestUnknownNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, s := sharing(t)
		defer a.Close()
		defer b.Close()
		unknown := func(id string) {
			t.Helper()
			_, err := b.Match(context.Background(), id)
			wants(t, err, live.ErrNotFound)
		}
		goOn := make(chan struct{})
		s.hold = func() { <-goOn }
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() { unknown(id) })
		}
		synctest.Wait()
		if got := s.asked.Load(); got != 1 {
			t.Errorf("a hundred who ask at once are %d questions", got)
		}
		close(goOn)
		all.Wait()
		for i := range 1000 {
			unknown(fmt.Sprintf("t%d-tig-2011-09-10", i))
			unknown("no id at all")
		}
		if got := s.asked.Load(); got > 64 {
			t.Errorf("a flood of names is %d questions", got)
		}
		<-time.After(time.Second) // of the bubble
		before := s.asked.Load()
		unknown(id)
		if got := s.asked.Load() - before; got != 1 {
			t.Errorf("a second later it is asked %d times", got)
		}
	})
}

// While the store does not answer, nobody is told that what is not known here does not exist.
func TestUnknownWhileTheStoreIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, s := sharing(t)
		defer a.Close()
		defer b.Close()
		create(t, a)
		goOn := make(chan struct{})
		s.hold = func() { <-goOn }
		s.away.Store(true)
		var all sync.WaitGroup
		for range 3 { // one asks, the others wait for it
			all.Go(func() {
				_, err := b.Match(context.Background(), id)
				wants(t, err, store.ErrUnavailable)
				_, _, err = b.FindTeam(context.Background(), "elp")
				wants(t, err, store.ErrUnavailable)
			})
		}
		synctest.Wait()
		left, leave := context.WithCancel(context.Background())
		leave()
		_, err := b.Match(left, id)
		wants(t, err, store.ErrUnavailable)
		close(goOn)
		all.Wait()
		_, err = b.Create(context.Background(), creation())
		wants(t, err, store.ErrUnavailable)
		s.away.Store(false)
		<-time.After(time.Second) // of the bubble
		find(t, b)
	})
}

// An operator is told of a team what the store has now, whoever has asked for it, or for
// others, within the last second.
func TestAskedTeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := sharing(t)
		defer a.Close()
		defer b.Close()
		for i := range 100 {
			_, err := b.Match(context.Background(), fmt.Sprintf("t%d-tig-2011-09-10", i))
			wants(t, err, live.ErrNotFound)
		}
		_, err := b.Create(context.Background(), creation())
		if reasonOf(err) != match.Malformed {
			t.Fatalf("of teams that nobody has made it is said %v", err)
		}
		putTeams(t, a)
		_, err = b.Create(context.Background(), creation())
		must(t, err)
	})
}
