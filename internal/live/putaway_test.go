package live_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

func TestLanesAreGivenUp(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	tidy := l.Tidier()
	m := create(t, l)
	play(t, m, start)
	watched, left := m.Lane(wire.TCP), m.Lane(wire.SSE)
	left.Release()
	tidy(clock.now()) // sees them for the first time
	clock.pass(live.Idle - time.Second)
	tidy(clock.now())
	if !l.HasLane(id, wire.TCP) || !l.HasLane(id, wire.SSE) {
		t.Fatal("given up too early")
	}
	clock.pass(time.Second)
	tidy(clock.now())
	if !l.HasLane(id, wire.TCP) || l.HasLane(id, wire.SSE) {
		t.Fatal("the one that nobody watches is to be given up, the other kept")
	}
	if left.Acquire() {
		t.Fatal("a lane that was given up takes a watcher")
	}
	play(t, m, goal)
	if got := left.View().Last; got != 1 {
		t.Fatal("a lane that was given up still costs an encoding")
	}
	again := m.Lane(wire.SSE)
	if want, _ := frames(t, m, wire.SSE); string(all(t, again)) != string(want) {
		t.Fatal("the lane made anew differs")
	}
	// Somebody came and left in between: the time begins anew.
	again.Release()
	tidy(clock.now())
	clock.pass(live.Idle - time.Second)
	again = m.Lane(wire.SSE)
	tidy(clock.now())
	again.Release()
	clock.pass(live.Idle - time.Second)
	tidy(clock.now())
	if !l.HasLane(id, wire.SSE) {
		t.Fatal("given up though it was watched within the time")
	}
	if !l.Loaded(id) {
		t.Fatal("a live match was put away")
	}
	watched.Release()
}

func TestMatchesThatAreOverArePutAway(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	defer l.Close()
	tidy := l.Tidier()
	m := create(t, l)
	play(t, m, append(whole, stop)...)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	m = find(t, l) // a handle is good for what it found
	was, listed := m.View(), l.Matches()
	away := func() {
		t.Helper()
		clock.pass(live.Idle)
		// The mark may just be written: then it is left for the next round.
		catalogued(t, l, func() bool { tidy(clock.now()); return !l.Loaded(id) })
	}
	lane := m.Lane(wire.SSE)
	clock.pass(live.Idle)
	tidy(clock.now())
	if !l.Loaded(id) {
		t.Fatal("put away under a watcher")
	}
	lane.Release()
	away()
	if now := l.Matches(); len(now) != 1 || now[0] != listed[0] {
		t.Fatalf("listed as %+v, before as %+v", now, listed)
	}

	// A handle from before still reads, and its lane is good.
	if got := m.View().Position(); got != was.Position() {
		t.Fatalf("%v", got)
	}
	// The team is renamed meanwhile: the old handle shows it.
	_, _, err := l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "ELP"})
	must(t, err)
	w := join(m, wire.SSE)
	w.finish(t)
	w.check(t, m)
	if got := m.View().Teams[match.Home].Name; got != "ELP" {
		t.Fatalf("home is called %s", got)
	}
	_, _, err = l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "Estudiantes"})
	must(t, err)
	if got := m.View().Teams[match.Home].Name; got != "Estudiantes" {
		t.Fatalf("home is called %s", got)
	}
	clock.pass(live.Idle)
	tidy(clock.now())
	away()

	// An event for it brings it back, and so does whoever asks for it.
	if e := post(t, m, `{"kind":"card","team":"elp","player":2,"card":"yellow"}`); e.ID != was.State.LastID+1 {
		t.Fatalf("event %d", e.ID)
	}
	catalogued(t, l, func() bool { return l.MarkedAt(id) == was.State.LastID+1 })
	away()
	w = join(find(t, l), wire.TCPIDs)
	w.finish(t)
	w.check(t, m)
	clock.pass(live.Idle)
	tidy(clock.now())
	away()

	// Reopened from there it is a live match again, and rests as one.
	post(t, m, `{"kind":"cancel","ref":12}`)
	if l.MarkedOver(id) {
		t.Fatal("it is marked as over still")
	}
	clock.pass(live.Idle)
	tidy(clock.now())
	if l.Loaded(id) || !l.Resting(id) {
		t.Fatal("a live match was put away, or stays in memory for nobody")
	}
	must(t, l.Delete(context.Background(), id))
}

// A node that has put a match away hears of an event from another node: the
// next who asks gets it.
func TestPutAwayAndAppendedElsewhere(t *testing.T) {
	s, clock := memory.New(), newClock()
	a := clock.open(t, s)
	defer a.Close()
	ma := create(t, a)
	play(t, ma, start, stop)
	catalogued(t, a, func() bool { return a.MarkedOver(id) })
	b := clock.open(t, s) // does not read what is over
	defer b.Close()
	if b.Loaded(id) {
		t.Fatal("a start reads the archive")
	}
	if got, want := b.Matches()[0], a.Matches()[0]; got != want {
		t.Fatalf("listed as %+v, elsewhere as %+v", got, want)
	}
	old := find(t, b)
	clock.pass(live.Idle)
	tidy := b.Tidier()
	catalogued(t, b, func() bool { tidy(clock.now()); return !b.Loaded(id) })
	post(t, ma, comment)
	catalogued(t, b, func() bool { return b.Matches()[0].Position.ID == 3 && b.Heard(id) == 3 })
	if lane := old.Lane(wire.SSE); lane.View().End != feed.Stale || b.HasLane(id, wire.SSE) {
		t.Fatal("who comes with what was is not told to come again")
	}
	if w := join(find(t, b), wire.SSE); w.lane.View().Last != 3 {
		t.Fatal("the event is missing")
	}
	if old.View().State.LastID != 3 {
		t.Fatal("the old handle does not see it")
	}
}

// Joins, appends, reopenings and tidying at once: nobody is ever left in a
// lane that gets no more, and what each was given is right.
func TestPutAwayAtOnce(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	m := create(t, l)
	play(t, m, start, stop)
	ctx, cancel := soon()
	defer cancel()
	done := make(chan struct{})
	var working, others sync.WaitGroup
	var failure atomic.Value
	guarded := func(f func()) func() {
		return func() {
			defer func() {
				if p := recover(); p != nil {
					failure.CompareAndSwap(nil, p)
				}
			}()
			f()
		}
	}
	running := func() bool {
		select {
		case <-done:
			return false
		default:
			return failure.Load() == nil && ctx.Err() == nil
		}
	}
	var rounds, joined, away atomic.Int64
	others.Go(guarded(func() {
		tidy := l.Tidier()
		for running() {
			clock.pass(live.Idle)
			tidy(clock.now())
			rounds.Add(1)
			if !l.Loaded(id) {
				away.Add(1)
			}
			yield(20)
		}
	}))
	for i := range 4 {
		others.Go(guarded(func() {
			held, err := l.Match(ctx, id)
			must(inside{}, err)
			for n := 0; running(); n++ {
				m := held
				if n%2 == 0 {
					m, err = l.Match(ctx, id)
					must(inside{}, err)
				}
				w := join(m, wire.Format(i))
				// Ends with the match; a lane that never would is cut by done.
				w.watch(inside{}, 1<<20, ctx.Done())
				if ctx.Err() != nil {
					panic("a watcher was never told of the end")
				}
				joined.Add(1)
				if n%3 == 0 { // let it be put away
					for until := rounds.Load() + 4; rounds.Load() < until && running(); {
						yield(1)
					}
				}
				if w.lane.View().End == feed.Stale {
					continue // told to come back: what his handle held is the past
				}
				var c client
				c.read(inside{}, w.format, w.got)
				if c.picture.Period != match.Ended {
					panic("his picture is " + string(c.picture.Period))
				}
			}
		}))
	}
	working.Go(guarded(func() {
		for range 10 {
			last := m.View().State.LastID // is a stop
			m, err := l.Match(ctx, id)
			must(inside{}, err)
			post(inside{}, m, comment)
			events, err := m.Since(match.Position{})
			must(inside{}, err)
			for _, e := range events {
				if e.Kind == match.Stop {
					last = e.ID
				}
			}
			e := post(inside{}, m, `{"kind":"cancel","ref":`+match.Position{ID: last}.String()+`}`)
			post(inside{}, m, goal)
			if s := post(inside{}, m, stop); s.ID != e.ID+2 {
				panic("ids are not dense")
			}
			for have := joined.Load() + 2; joined.Load() < have && running(); {
				yield(1)
			}
		}
	}))
	working.Wait()
	close(done)
	others.Wait()
	if p := failure.Load(); p != nil {
		t.Fatal(p)
	}
	if got := find(t, l).View().State.LastID; got != 2+10*4 {
		t.Fatalf("it stands at %d", got)
	}
	t.Logf("%d rounds of tidying, put away in %d, %d joins", rounds.Load(), away.Load(), joined.Load())
}

// Close while matches are being loaded, appended to and marked: all ends, and
// nothing is left running.
func TestCloseInTheMiddle(t *testing.T) {
	for before := range 20 {
		synctest.Test(t, func(t *testing.T) {
			l := newClock().open(t, memory.New())
			m := create(t, l)
			play(t, m, start)
			var all sync.WaitGroup
			all.Go(func() { try(m, stop, "") }) //nolint:errcheck // whether it comes through is open
			all.Go(func() { l.Delete(context.Background(), id) })
			all.Go(func() { l.Match(context.Background(), id) })
			yield(before)
			l.Close()
			all.Wait()
		})
	}
}

// A thousand who ask at once for a match that was put away are one read.
func TestReadOnce(t *testing.T) {
	f, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, f)
	m := create(t, l)
	play(t, m, start, stop)
	l.Close()
	l = clock.open(t, f)
	defer l.Close()
	var reads atomic.Int64
	asked := make(chan struct{})
	f.set(func(op, _ string, do func() error) error {
		if op == "read" {
			reads.Add(1)
			<-asked
		}
		return do()
	})
	const many = 50
	var at, all sync.WaitGroup
	for range many {
		at.Add(1)
		all.Go(func() {
			at.Done()
			_, err := l.Match(context.Background(), id)
			must(inside{}, err)
		})
	}
	at.Wait()
	yield(100)
	close(asked)
	all.Wait()
	if got := reads.Load(); got != 1 {
		t.Fatalf("%d reads", got)
	}
}
