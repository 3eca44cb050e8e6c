package live_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
)

func TestRepeatOfAnEvent(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, start)
	first, err := try(m, goal, "k1")
	must(t, err)
	play(t, m, comment)

	repeat := func(when string, m *live.Match) {
		t.Helper()
		before := m.View().State.LastID
		again, err := try(m, goal, "k1")
		must(t, err)
		if !reflect.DeepEqual(again, first) || m.View().State.LastID != before {
			t.Fatalf("%s: %+v, want %+v", when, again, first)
		}
		if _, err := try(m, comment, "k1"); !errors.Is(err, live.ErrKeyReused) {
			t.Fatalf("%s, another body: %v", when, err)
		}
	}
	repeat("at once", m)
	play(t, m, stop)
	repeat("when it can happen no more", m)
	r, _ := match.ParseRequest([]byte(goal))
	old := match.Position{ID: 1}
	if e, err := m.Append(context.Background(), r, live.Appending{Once: once("k1", goal), IfMatch: &old}); err != nil || e.ID != first.ID {
		t.Fatalf("before If-Match is looked at: %v, %v", e, err)
	}
	if got := l.Counts.Repeats.Load(); got != 5 {
		t.Fatalf("%d repeats counted", got)
	}
	l.Close()
	l = clock.open(t, s)
	defer l.Close()
	m = find(t, l)
	repeat("after a restart", m)
	clock.pass(24 * time.Hour)
	repeat("a day later", m)

	// Other scopes and no key at all meet nothing.
	play(t, m, `{"kind":"cancel","ref":4}`)
	for _, o := range []live.Once{{Scope: "another", Key: "k1", Body: []byte(goal)}, {Body: []byte(goal)}, {Body: []byte(goal)}} {
		e, err := m.Append(context.Background(), r, live.Appending{Once: o})
		must(t, err)
		if e.ID == first.ID {
			t.Fatalf("%+v was taken for a repeat", o)
		}
	}
	clock.pass(time.Millisecond)
	e, err := try(m, goal, "k1")
	must(t, err)
	if e.ID == first.ID {
		t.Fatal("remembered for more than a day")
	}
}

// The same key at many doors at once: stored once, and all hear the same.
func TestRepeatsAtOnce(t *testing.T) {
	s := memory.New()
	a, b := open(t, s), open(t, s)
	m := create(t, a)
	play(t, m, start)
	catalogued(t, b, func() bool { return b.Len() == 1 })
	at := []*live.Match{m, reached(t, b, 1)}
	var all sync.WaitGroup
	var ids [16]int64
	var errs [16]error
	for i := range ids {
		all.Go(func() {
			var e match.Event
			e, errs[i] = try(at[i%2], goal, "k1")
			ids[i] = e.ID
		})
	}
	all.Wait()
	for i := range ids {
		must(t, errs[i])
		if ids[i] != 2 {
			t.Fatalf("got the events %v", ids)
		}
	}
	if m.View().State.LastID != 2 {
		t.Fatal("stored twice")
	}
}

func createOnce(l *live.Live, key, date, body string) (string, error) {
	c := creation()
	c.Info.Date = date
	c.Once = live.Once{Scope: "bench /1/matches", Key: key, Body: []byte(body)}
	answer, err := l.Create(context.Background(), c)
	return string(answer), err
}

func TestRepeatOfACreation(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	defer func() { l.Close() }()
	create(t, l)
	must(t, l.Delete(context.Background(), id))
	first, err := createOnce(l, "k1", "2011-09-10", "body")
	must(t, err)
	check := func(when string) {
		t.Helper()
		n := l.Len()
		if again, err := createOnce(l, "k1", "2011-09-10", "body"); err != nil || again != first {
			t.Fatalf("%s: %q, %v; want %q", when, again, err, first)
		}
		if l.Len() != n {
			t.Fatalf("%s: a repeat made a match", when)
		}
		if _, err := createOnce(l, "k1", "2011-09-10", "another"); !errors.Is(err, live.ErrKeyReused) {
			t.Fatalf("%s, another body: %v", when, err)
		}
	}
	check("at once")
	if _, err := createOnce(l, "k1", "2012-09-10", "another match"); !errors.Is(err, live.ErrKeyReused) || l.Len() != 1 {
		t.Fatalf("the key for another match: %v", err)
	}
	if _, err := createOnce(l, "k2", "2011-09-10", "body"); !errors.Is(err, live.ErrExists) {
		t.Fatalf("another key: %v", err)
	}
	restart := func() {
		l.Close()
		l = clock.open(t, s)
	}
	restart()
	check("after a restart")
	must(t, l.Delete(context.Background(), id))
	check("after it was deleted")
	restart()
	check("after it was deleted, and a restart")
	clock.pass(24*time.Hour + time.Millisecond)
	second, err := createOnce(l, "k1", "2011-09-10", "body")
	if err != nil || second == first {
		t.Fatalf("a day later: %q, %v", second, err)
	}
	// The answer that is kept now replaces the one of the day before.
	must(t, l.Delete(context.Background(), id))
	first = second
	check("the second, after it was deleted")
	clock.pass(24*time.Hour + time.Millisecond)
	restart()
	if _, err := s.Get(context.Background(), live.KeptAnswer(live.Once{Scope: "bench /1/matches", Key: "k1"})); err == nil {
		t.Fatal("an answer that nobody may ask for is kept")
	}
}

func TestCreationAtOnce(t *testing.T) {
	s := memory.New()
	nodes := []*live.Live{open(t, s), open(t, s)}
	putTeams(t, nodes[0])
	catalogued(t, nodes[1], func() bool { return len(nodes[1].Teams()) == 2 })
	var all sync.WaitGroup
	var answers [8]string
	var errs [8]error
	for i := range answers {
		all.Go(func() { answers[i], errs[i] = createOnce(nodes[i%2], "k1", "2011-09-10", "body") })
	}
	all.Wait()
	for i := range answers {
		must(t, errs[i])
		if answers[i] != answers[0] {
			t.Fatalf("two answers: %v", answers)
		}
	}
}
