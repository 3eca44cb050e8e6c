package live_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// toRest leaves all matches alone until they rest.
func toRest(t tb, l *live.Live, c *clock, ids ...string) {
	t.Helper()
	tidy := l.Tidier()
	tidy(c.now()) // sees the lanes
	c.pass(live.Idle)
	tidy(c.now())
	for _, id := range ids {
		if l.Loaded(id) || !l.Resting(id) {
			t.Fatalf("%s does not rest", id)
		}
	}
}

// shown is everything that can be seen of a match.
func shown(t tb, m *live.Match) string {
	t.Helper()
	events, err := m.Since(match.Position{})
	must(t, err)
	out := fmt.Sprintf("%+v\n", events)
	for f := range wire.Formats {
		out += string(wire.AppendStatus(f, nil, m.View(), true))
	}
	return out
}

// A match that goes on rests when nobody has asked for it in a while, and comes
// back as it was, without the store.
func TestRest(t *testing.T) {
	s, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, s)
	defer l.Close()
	m := create(t, l)
	play(t, m, whole...)
	once := live.Once{Scope: "operator", Key: "k", Body: []byte("body")}
	request, err := match.ParseRequest([]byte(comment))
	must(t, err)
	first, err := m.Append(context.Background(), request, live.Appending{By: "operator", Once: once})
	must(t, err)
	want, listed := shown(t, m), l.Matches()
	toRest(t, l, clock, id)
	s.set(func(op, _ string, do func() error) error {
		if op == "read" {
			return errors.New("the store was asked")
		}
		return do()
	})
	if now := l.Matches(); !reflect.DeepEqual(now, listed) {
		t.Fatalf("listed as %+v, before as %+v", now, listed)
	}
	m = find(t, l)
	if got := shown(t, m); got != want {
		t.Fatalf("woken it is\n%s\nbefore\n%s", got, want)
	}
	if l.Resting(id) {
		t.Fatal("it is kept twice")
	}
	// A repeat is known, and the next event follows.
	again, err := m.Append(context.Background(), request, live.Appending{By: "operator", Once: once})
	if err != nil || again.ID != first.ID {
		t.Fatalf("a repeat is answered with event %d, %v", again.ID, err)
	}
	toRest(t, l, clock, id)
	if e := post(t, m, comment); e.ID != first.ID+1 {
		t.Fatalf("event %d", e.ID)
	}
	// An old handle's lane is the match's.
	toRest(t, l, clock, id)
	w := join(m, wire.SSE)
	post(t, find(t, l), stop)
	w.finish(t)
	w.check(t, m)
}

// An event from another node wakes it: the lists show it.
func TestRestAndAppendedElsewhere(t *testing.T) {
	s, clock := memory.New(), newClock()
	a, b := clock.open(t, s), clock.open(t, s)
	defer a.Close()
	defer b.Close()
	ma := create(t, a)
	play(t, ma, start)
	catalogued(t, b, func() bool { return b.Loaded(id) && b.Matches()[0].Position.ID == 1 })
	toRest(t, b, clock, id)
	post(t, ma, goal)
	catalogued(t, b, func() bool { return b.Matches()[0].Score == a.Matches()[0].Score })
	if !b.Loaded(id) || b.Resting(id) {
		t.Fatal("it rests still")
	}
}

// A match at rest that is deleted, or whose team is renamed, is what it is.
func TestRestAndChanged(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	play(t, create(t, l), start)
	toRest(t, l, clock, id)
	_, _, err := l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "ELP"})
	must(t, err)
	if got := find(t, l).View().Teams[match.Home].Name; got != "ELP" {
		t.Fatalf("home is called %s", got)
	}
	toRest(t, l, clock, id)
	must(t, l.Delete(context.Background(), id))
	if _, err := l.Match(context.Background(), id); !errors.Is(err, live.ErrNotFound) {
		t.Fatal(err)
	}
}

// BenchmarkRest says what a started match of 30 events takes, in use and at
// rest: what this room has of it, the store's part left out.
func BenchmarkRest(b *testing.B) {
	const matches = 1000
	s, clock := memory.New(), newClock()
	l := clock.open(b, s)
	putTeams(b, l)
	ids := make([]string, matches)
	for i := range ids {
		c := creation()
		c.Info.Date = kickoff.AddDate(0, 0, i).Format("2006-01-02")
		_, err := l.Create(context.Background(), c)
		must(b, err)
		ids[i] = seasonID(i)
		m, err := l.Match(context.Background(), ids[i])
		must(b, err)
		post(b, m, start)
		for n := range 29 {
			post(b, m, fmt.Sprintf(`{"kind":"goal","team":"tig","player":%d}`, n%11+1))
		}
	}
	used := heap()
	toRest(b, l, clock, ids...)
	resting := heap()
	l.Close()
	l = nil
	alone := heap()
	l = clock.open(b, s)
	defer l.Close()
	for b.Loop() { // waking one
		b.StopTimer()
		toRest(b, l, clock, ids[1:]...)
		b.StartTimer()
		_, err := l.Match(context.Background(), ids[0])
		must(b, err)
	}
	b.ReportMetric(float64(used-alone)/matches, "B/match")
	b.ReportMetric(float64(resting-alone)/matches, "B/match-at-rest")
	runtime.KeepAlive(store.Store(s))
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
