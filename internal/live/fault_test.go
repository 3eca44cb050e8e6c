package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// failing fails calls of one kind, before they are made or after.
func failing(op string, made bool, err error) hook {
	return func(o, _ string, do func() error) error {
		switch {
		case o != op:
			return do()
		case made:
			do() //nolint:errcheck // that is the point
		}
		return err
	}
}

func healthy(_, _ string, do func() error) error { return do() }

// Whatever answer the store gave or did not give: a repeat with the key is
// stored once.
func TestAppendFails(t *testing.T) {
	for _, c := range []struct {
		name string
		made bool
		err  error
	}{
		{"surely not stored", false, store.ErrUnavailable},
		{"perhaps, and not stored", false, store.ErrUnknown},
		{"perhaps, and stored", true, store.ErrUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFaulty(memory.New())
			l := open(t, f)
			m := create(t, l)
			play(t, m, start)
			f.set(failing("append", c.made, c.err))
			_, err := try(m, goal, "k1")
			wants(t, err, c.err)
			f.set(healthy)
			e, err := try(m, goal, "k1")
			must(t, err)
			if records, _ := f.Store.Read(context.Background(), key(m), 1); e.ID != 2 || len(records) != 2 {
				t.Fatalf("event %d, %d records", e.ID, len(records))
			}
			if got := m.View().State.Sides[match.Visit].Score; got != 1 {
				t.Fatalf("%d goals", got)
			}
		})
	}
}

func key(m *live.Match) store.Key { return store.Key{Match: m.ID(), Epoch: m.View().Info.Epoch} }

// A store that only ever says that another was faster, and shows nobody who was:
// the request ends, and nothing is known of it.
func TestConflictStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := newClock().open(t, f)
		defer l.Close()
		m := create(t, l)
		play(t, m, start)
		f.set(failing("append", false, store.ErrConflict))
		_, err := try(m, goal, "")
		wants(t, err, store.ErrUnknown)
		f.set(healthy)
		if e := post(t, m, goal); e.ID != 2 {
			t.Fatalf("event %d", e.ID)
		}
	})
}

// A match that cannot be read is not served, the others are; it comes back by
// itself.
func TestReadFails(t *testing.T) {
	f := newFaulty(memory.New())
	l := newClock().open(t, f)
	m := create(t, l)
	play(t, m, start, goal)
	other := creation()
	other.Info.Date = "2012-01-01"
	_, err := l.Create(context.Background(), other)
	must(t, err)
	l.Close()

	f.set(func(op, match string, do func() error) error {
		if op == "read" && match == id {
			return store.ErrUnavailable
		}
		return do()
	})
	l = open(t, f)
	_, err = l.Match(context.Background(), id)
	wants(t, err, store.ErrUnavailable)
	_, err = l.Match(context.Background(), "elp-tig-2012-01-01")
	must(t, err)
	f.set(healthy)
	if got := find(t, l).View().State.LastID; got != 2 {
		t.Fatalf("it stands at %d", got)
	}
}

// An append from a handle on a match that was put away needs the journal.
func TestReadFailsAtAppend(t *testing.T) {
	f := newFaulty(memory.New())
	clock := newClock()
	l := clock.open(t, f)
	defer l.Close()
	m := create(t, l)
	play(t, m, start, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	clock.pass(live.Idle)
	tidy := l.Tidier()
	catalogued(t, l, func() bool { tidy(clock.now()); return !l.Loaded(id) })
	f.set(failing("read", false, errors.New("no words of the contract's")))
	_, err := try(m, comment, "")
	wants(t, err, store.ErrUnavailable)
	f.set(healthy)
	if e := post(t, m, comment); e.ID != 3 {
		t.Fatalf("event %d", e.ID)
	}
}

// crash lets so many writes come through, the last of them without an answer
// if lost; from then on the process is as good as dead.
func crash(writes int64, lost bool) hook {
	var made atomic.Int64
	return func(op, _ string, do func() error) error {
		if op == "read" {
			return do()
		}
		n := made.Add(1)
		if n <= writes {
			err := do()
			if n == writes && lost {
				return store.ErrUnknown
			}
			return err
		}
		return store.ErrUnavailable
	}
}

// A crash at every write of everything that takes several: the next start
// tells the truth, which is what the journal says.
func TestCrash(t *testing.T) {
	over := append(slices.Clone(whole), stop)
	for _, c := range []struct {
		name  string
		from  []string
		act   func(l *live.Live, m *live.Match) error
		mayGo bool // the match may be deleted
	}{
		{"stop", whole, func(_ *live.Live, m *live.Match) error { _, err := try(m, stop, "k"); return err }, false},
		{"reopen", over, func(_ *live.Live, m *live.Match) error {
			_, err := try(m, `{"kind":"cancel","ref":12}`, "k")
			return err
		}, false},
		{"card after the end", over, func(_ *live.Live, m *live.Match) error {
			_, err := try(m, `{"kind":"card","team":"elp","player":2,"card":"yellow"}`, "k")
			return err
		}, false},
		{"delete", whole, func(l *live.Live, _ *live.Match) error { return l.Delete(context.Background(), id) }, true},
		{"delete when over", over, func(l *live.Live, _ *live.Match) error { return l.Delete(context.Background(), id) }, true},
	} {
		for writes := range int64(7) {
			for _, lost := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %d writes, lost=%t", c.name, writes, lost), func(t *testing.T) {
					f := newFaulty(memory.New())
					clock := newClock()
					l := clock.open(t, f)
					putTeams(t, l)
					answer, err := createOnce(l, "k1", "2011-09-10", "body")
					must(t, err)
					m := find(t, l)
					play(t, m, c.from...)
					over := m.View().State.Period == match.Ended
					catalogued(t, l, func() bool { return l.MarkedOver(id) == over })
					k, before := key(m), m.View().State.LastID
					f.set(crash(writes, lost))
					err = c.act(l, m)
					l.Close()
					f.set(healthy)

					l = clock.open(t, f)
					defer l.Close()
					records, rerr := f.Store.Read(context.Background(), k, 1)
					must(t, rerr)
					deleted := len(records) == 0 || strings.Contains(string(records[len(records)-1].Data), `"deleted":true`)
					if !c.mayGo && deleted {
						t.Fatal("the match is lost")
					}
					if deleted {
						goneForGood(t, l, f.Store, k, answer)
						return
					}
					m = find(t, l)
					v := m.View()
					if v.State.LastID != int64(len(records)) || v.State.LastID < before {
						t.Fatalf("%d events, %d records, %d before", v.State.LastID, len(records), before)
					}
					if err == nil && c.mayGo || err == nil && v.State.LastID != before+1 {
						t.Fatal("acknowledged and lost")
					}
					if got := l.Matches()[0]; got.Period != v.State.Period || got.Position != v.Position() {
						t.Fatalf("listed as %+v, it is %s at %v", got, v.State.Period, v.Position())
					}
					if v.State.Period != match.Ended && l.MarkedOver(id) {
						t.Fatal("a live match is marked as over")
					}
				})
			}
		}
	}
}

// goneForGood: not served, not listed, nothing left of it, its key answered,
// free to be made anew.
func goneForGood(t *testing.T, l *live.Live, s store.Store, k store.Key, answer string) {
	t.Helper()
	_, err := l.Match(context.Background(), id)
	wants(t, err, live.ErrNotFound)
	if len(l.Matches()) != 0 {
		t.Fatal("a deleted match is listed")
	}
	if _, err := s.Get(context.Background(), "match/"+id); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("it is in the catalogue still: %v", err)
	}
	if again, err := createOnce(l, "k1", "2011-09-10", "body"); err != nil || again != answer {
		t.Fatalf("the repeat of its creation: %s, %v", again, err)
	}
	if _, err := createOnce(l, "k2", "2011-09-10", "body"); err != nil {
		t.Fatalf("it cannot be made anew: %v", err)
	}
	if m := find(t, l); m.View().Info.Epoch == k.Epoch || m.View().State.LastID != 0 {
		t.Fatalf("%+v", m.View().Info)
	}
}

// What is left undone by a failing store is done as soon as it works again,
// without a restart.
func TestDeleteIsFinished(t *testing.T) {
	for _, op := range []string{"append", "delete", "purge"} {
		t.Run(op, func(t *testing.T) {
			f := newFaulty(memory.New())
			l := open(t, f)
			m := create(t, l)
			play(t, m, start)
			f.set(failing(op, op == "append", store.ErrUnknown))
			if err := l.Delete(context.Background(), id); (err != nil) != (op == "append") {
				t.Fatal(err)
			}
			await(t, m, func(_ match.View, deleted bool) bool { return deleted })
			f.set(healthy)
			catalogued(t, l, func() bool {
				_, err := f.Store.Get(context.Background(), "match/"+id)
				left, _ := f.Store.Read(context.Background(), key(m), 1)
				return errors.Is(err, store.ErrNotFound) && len(left) == 0
			})
			_, err := l.Create(context.Background(), creation())
			must(t, err)
		})
	}
}

// The mark that a match is over, once it could not be written, is written by
// the next tidying.
func TestMarkIsTriedAgain(t *testing.T) {
	f := newFaulty(memory.New())
	clock := newClock()
	l := clock.open(t, f)
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	tried := make(chan struct{}, 1)
	f.set(func(op, _ string, do func() error) error {
		if op != "put" {
			return do()
		}
		tried <- struct{}{}
		return store.ErrUnavailable
	})
	play(t, m, stop)
	<-tried
	f.set(healthy)
	tidy := l.Tidier()
	catalogued(t, l, func() bool { tidy(clock.now()); return l.MarkedOver(id) })
	if !l.Loaded(id) {
		t.Fatal("put away at once")
	}
}

// Following that is interrupted goes on where it was, and what was appended
// meanwhile by this node is answered all the same.
func TestFollowIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &interrupted{Store: memory.New()}
		l := newClock().open(t, s)
		defer l.Close()
		m := create(t, l)
		play(t, m, start)
		synctest.Wait()
		if got := l.Trouble(); len(got) != 1 {
			t.Fatalf("while it does not follow: %q", got)
		}
		play(t, m, whole[1:]...)
		time.Sleep(time.Minute) // of the bubble
		if got := l.Trouble(); got != nil || s.times.Load() != 4 {
			t.Fatalf("later: %q, followed %d times", got, s.times.Load())
		}
		if got := m.View().State.LastID; got != int64(len(whole)) {
			t.Fatalf("it stands at %d", got)
		}
	})
}

// interrupted ends each of its first follows after a record.
type interrupted struct {
	store.Store
	times atomic.Int64
}

func (s *interrupted) Follow(ctx context.Context, from store.Mark, f func(store.Record)) error {
	if s.times.Add(1) > 3 {
		return s.Store.Follow(ctx, from, f)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s.Store.Follow(ctx, from, func(r store.Record) { f(r); cancel() }) //nolint:errcheck // it is cancelled
	return store.ErrUnavailable
}

// A match whose end the catalogue tells of, and whose journal is shorter, was
// deleted by another node a moment ago, or lost: it does not begin anew.
func TestJournalIsGone(t *testing.T) {
	s := memory.New()
	clock := newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, start, stop)
	l.Close()
	l = clock.open(t, s)
	defer l.Close()
	must(t, s.Purge(context.Background(), key(m)))
	_, err := l.Match(context.Background(), id)
	wants(t, err, store.ErrUnavailable)
	if got := l.Matches(); len(got) != 1 || got[0].Period != match.Ended {
		t.Fatalf("listed as %+v", got)
	}
}

// The catalogue tells of a deletion before the journal does, in the middle of
// an append: the operator is told at once that the match is no more, and
// nothing that was under way brings it back.
func TestDeletedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFaulty(memory.New())
		l := newClock().open(t, f)
		defer l.Close()
		m := create(t, l)
		play(t, m, start)
		lane := m.Lane(wire.SSE)
		began := time.Now()
		f.set(func(op, _ string, do func() error) error {
			if op != "append" {
				return do()
			}
			must(t, live.Catalogued(l, store.Entry{Key: "match/" + id, Revision: 1000}))
			return store.ErrConflict
		})
		_, err := try(m, goal, "")
		wants(t, err, live.ErrNotFound)
		if waited := time.Since(began); waited != 0 { // of the bubble's time
			t.Fatalf("told after %v", waited)
		}
		// The journal goes on: this node is done with it.
		records, err := f.Store.Read(context.Background(), key(m), 1)
		must(t, err)
		m.Hear(store.Record{Key: key(m), Number: 2, Mark: records[0].Mark + 1, Data: []byte(`{"v":1,"event":{"id":2,"kind":"comment"}}`)})
		for _, lane := range []*feed.Lane{lane, m.Lane(wire.SSE)} {
			if v := lane.View(); v.End != feed.Gone || v.Last != 1 {
				t.Fatalf("watchers are told %v at %d", v.End, v.Last)
			}
		}
		if _, err := l.Match(context.Background(), id); !errors.Is(err, live.ErrNotFound) {
			t.Fatal(err)
		}
	})
}

// A match that is deleted while its journal is being read stays deleted: who
// asked for it is not put into a lane that nobody will ever end.
func TestDeletedWhileLoading(t *testing.T) {
	f, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, f)
	m := create(t, l)
	play(t, m, start, stop, `{"kind":"cancel","ref":2}`, stop)
	l.Close()
	l = clock.open(t, f)
	defer l.Close()
	f.set(func(op, _ string, do func() error) error {
		err := do()
		if op == "read" {
			must(t, live.Catalogued(l, store.Entry{Key: "match/" + id, Revision: 1000}))
		}
		return err
	})
	_, err := l.Match(context.Background(), id)
	wants(t, err, live.ErrNotFound)
	if l.Len() != 0 {
		t.Fatal("it is listed")
	}
}
