package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// keeper keeps what lists of ids depend on by its version, as package api does, and says when
// that is not what there is.
type keeper struct {
	live    *live.Live
	ids     map[uint64][]string
	periods map[live.ListVersion][]match.Period
}

func newKeeper(l *live.Live) *keeper {
	return &keeper{l, map[uint64][]string{}, map[live.ListVersion][]match.Period{}}
}

func (k *keeper) check(t tb) {
	t.Helper()
	v := k.live.ListVersion()
	var ids []string
	var periods []match.Period
	for _, s := range k.live.Matches() {
		ids, periods = append(ids, s.Info.ID), append(periods, s.Period)
	}
	if k.live.ListVersion() != v {
		return // something came in between
	}
	kept, ok := k.ids[v.IDs]
	if ok && !slices.Equal(kept, ids) {
		t.Fatalf("at %+v there were %v, and now %v", v, kept, ids)
	}
	was, ok := k.periods[v]
	if ok && !slices.Equal(was, periods) {
		t.Fatalf("at %+v %v were in %v, and now in %v", v, ids, was, periods)
	}
	k.ids[v.IDs], k.periods[v] = ids, periods
}

// TestListVersion: whatever happens, here or at another node, one version is of one list only.
func TestListVersion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, clock := memory.New(), newClock()
		defer s.Close()
		o := clock.options()
		o.Shared = true
		var nodes []*live.Live
		for range 2 {
			l, err := live.Open(t.Context(), s, o)
			must(t, err)
			nodes = append(nodes, l)
			putTeams(t, l)
		}
		keepers := []*keeper{newKeeper(nodes[0]), newKeeper(nodes[1])}
		tidiers := []func(time.Time){nodes[0].Tidier(), nodes[1].Tidier()}
		defer func() {
			for _, l := range nodes {
				l.Close()
			}
		}()
		which, dates := rapid.IntRange(0, 1), rapid.SampledFrom([]string{"2011-09-10", "2011-09-17", "2012-01-01"})
		some := func(t *rapid.T) (*live.Live, string) {
			return nodes[which.Draw(t, "node")], match.MakeID("elp", "tig", dates.Draw(t, "date"))
		}
		do := func(body string) func(*rapid.T) {
			return func(t *rapid.T) {
				if m, err := found(some(t)); err == nil {
					_, err := try(m, body, "") // many are refused
					var refused *match.Error
					if err != nil && !errors.As(err, &refused) && !errors.Is(err, live.ErrNotFound) {
						t.Fatal(err)
					}
				}
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"create": func(t *rapid.T) {
				c := creation()
				c.Info.Date = dates.Draw(t, "date")
				if _, err := nodes[which.Draw(t, "node")].Create(context.Background(), c); err != nil {
					wants(t, err, live.ErrExists)
				}
			},
			"start": do(start), "halftime": do(`{"kind":"halftime"}`), "continue": do(`{"kind":"continue"}`),
			"goal": do(goal), "stop": do(stop), "abandon": do(`{"kind":"abandon","reason":"rain"}`),
			"cancel": func(t *rapid.T) {
				if m, err := found(some(t)); err == nil {
					try(m, fmt.Sprintf(`{"kind":"cancel","ref":%d}`, m.View().State.LastID), "") //nolint:errcheck // refused, or not
				}
			},
			"delete": func(t *rapid.T) {
				l, id := some(t)
				if err := l.Delete(context.Background(), id); err != nil {
					wants(t, err, live.ErrNotFound)
				}
			},
			"change": func(t *rapid.T) {
				l, id := some(t)
				_, err := l.Change(context.Background(), id, live.Change{Stadium: new(rapid.StringN(1, 9, 20).Draw(t, "stadium"))})
				if refused := new(match.Error); err != nil && !errors.As(err, &refused) {
					wants(t, err, live.ErrNotFound)
				}
			},
			"find": func(t *rapid.T) { found(some(t)) }, //nolint:errcheck // there is none
			"tidy": func(t *rapid.T) {
				n := which.Draw(t, "node")
				l, id := nodes[n], match.MakeID("elp", "tig", dates.Draw(t, "date"))
				m, err := found(l, id)
				tidiers[n](clock.now())
				clock.pass(live.Idle)
				tidiers[n](clock.now())
				keepers[n].check(t)
				if err == nil {
					m.Lane(wire.SSE).Release() // by a handle that is older
				}
			},
			"": func(t *rapid.T) {
				for _, k := range keepers {
					k.check(t)
				}
			},
		})
	})
}

func found(l *live.Live, id string) (*live.Match, error) { return l.Match(context.Background(), id) }

// TestListVersionIsCheap: most events change nothing that lists of ids tell.
func TestListVersionIsCheap(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	v := l.ListVersion()
	play(t, m, goal, comment)
	_, _, err := l.PutTeam(context.Background(), match.Team{ID: "elp", Name: "ELP"})
	must(t, err)
	toRest(t, l, clock, id)
	find(t, l)
	if now := l.ListVersion(); now != v {
		t.Fatalf("%+v, before %+v", now, v)
	}
	play(t, m, `{"kind":"halftime"}`)
	if now := l.ListVersion(); now.IDs != v.IDs || now.Periods == v.Periods {
		t.Fatalf("at halftime %+v, before %+v", now, v)
	}
}

// TestListVersionOfWhatIsTold: an edge's catalogue says how a match stands that is not read.
func TestListVersionOfWhatIsTold(t *testing.T) {
	l := open(t, memory.New())
	k := newKeeper(l)
	k.check(t)
	for i, p := range []match.Period{match.NotStarted, match.First, match.First, match.HalftimeBreak, match.Ended, match.Last} {
		told := live.Told{Info: match.Info{ID: id, Epoch: "k3f9a2", Home: "elp", Visit: "tig", Date: "2011-09-10", Speed: 1, Created: 1},
			Last: int64(i + 1), Since: 1, Period: p}
		key, value := told.Entry()
		must(t, live.Catalogued(l, store.Entry{Key: key, Value: value, Revision: uint64(i + 1)}))
		if got := l.Matches(); len(got) != 1 || got[0].Period != p {
			t.Fatalf("told %s, listed as %+v", p, got)
		}
		k.check(t)
	}
}

// TestListVersionOfWhatIsLetGo: a match may stand otherwise than it is told, until it is read, and
// when it was put away.
func TestListVersionOfWhatIsLetGo(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	v := m.View()
	key, value := live.Told{Info: v.Info, Last: 2, Since: 1, Period: match.HalftimeBreak}.Entry()
	must(t, live.Catalogued(l, store.Entry{Key: key, Value: value, Revision: 1000}))
	k := newKeeper(l)
	for _, want := range []match.Period{match.First, match.HalftimeBreak, match.First} {
		if got := l.Matches()[0].Period; got != want {
			t.Fatalf("listed as in %s, expected %s", got, want)
		}
		k.check(t)
		if want == match.First {
			clock.pass(live.Idle)
			l.Tidier()(clock.now())
		} else if _, err := found(l, id); err != nil {
			t.Fatal(err)
		}
	}
}

// catalogedOver is the catalogue's entry of the test's match as it is in the store, with another
// word of whether it is over ("": it is not), at another revision.
func catalogedOver(t *testing.T, s store.Store, over string, revision uint64) store.Entry {
	t.Helper()
	e, err := s.Get(context.Background(), "match/"+id)
	must(t, err)
	var d map[string]json.RawMessage
	must(t, json.Unmarshal(e.Value, &d))
	if delete(d, "over"); over != "" {
		d["over"] = json.RawMessage(over)
	}
	e.Value, err = json.Marshal(d)
	must(t, err)
	e.Revision = revision
	return e
}

// TestListVersionOfTheMark: of a match that is not in memory the catalogue says whether it is over.
func TestListVersionOfTheMark(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	defer l.Close()
	m := create(t, l)
	play(t, m, start, stop)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	m = find(t, l)
	tidy := l.Tidier()
	clock.pass(live.Idle)
	catalogued(t, l, func() bool { tidy(clock.now()); return !l.Loaded(id) })
	k := newKeeper(l)
	k.check(t)
	must(t, live.Catalogued(l, catalogedOver(t, s, "", 1000)))
	if got := l.Matches()[0].Period; got == match.Ended {
		t.Fatal("it is still over")
	}
	k.check(t)
	m.Lane(wire.SSE).Release() // as the handle knows it
	if got := l.Matches()[0].Period; got != match.Ended {
		t.Fatalf("listed as in %s", got)
	}
	k.check(t)
}

// TestListVersionOfBadRest: of a match at rest that cannot be woken nothing is known until its
// journal is read.
func TestListVersionOfBadRest(t *testing.T) {
	s, clock := newFaulty(memory.New()), newClock()
	l := clock.open(t, s)
	defer l.Close()
	play(t, create(t, l), start)
	toRest(t, l, clock, id)
	l.Spoil(id)
	k := newKeeper(l)
	k.check(t)
	s.set(func(op, _ string, do func() error) error {
		if op == "read" {
			return store.ErrUnavailable
		}
		return do()
	})
	_, err := found(l, id)
	wants(t, err, store.ErrUnavailable)
	k.check(t)
	s.set(func(_, _ string, do func() error) error { return do() })
	find(t, l)
	if got := l.Matches()[0].Period; got != match.First {
		t.Fatalf("listed as in %s", got)
	}
	k.check(t)
}

// TestListVersionOfDamageToOneInMemory: it is over, as the catalogue says, and what has been read
// of it does not go so far.
func TestListVersionOfDamageToOneInMemory(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	must(t, live.Catalogued(l, catalogedOver(t, s, `{"last":5,"since":1,"score":[0,0],"penalties":[0,0]}`, 1000)))
	k := newKeeper(l)
	k.check(t)
	rewritten(t, s, key(m), func(all [][]byte) [][]byte { return [][]byte{[]byte("{}")} })
	m.Hear(store.Record{Key: key(m), Number: 5}) // then it is read anew
	catalogued(t, l, func() bool { return l.Damaged() == 1 })
	if got := l.Matches()[0].Period; got != match.Ended {
		t.Fatalf("listed as in %s", got)
	}
	k.check(t)
}

// TestListVersionWaits: what changes lists is seen before it is counted, and so nobody is told a
// version in between.
func TestListVersionWaits(t *testing.T) {
	l := open(t, memory.New())
	create(t, l)
	l.Listing(id, func() {
		if l.VersionIsToBeHad() {
			t.Error("there is a version while what it stands for changes")
		}
	})
	if !l.VersionIsToBeHad() {
		t.Error("there is no version")
	}
}

// TestListVersionOfDamage: where the end of a match is lost the catalogue knows more.
func TestListVersionOfDamage(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, append(slices.Clone(whole), stop)...)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	of := key(m)
	l.Close()
	rewritten(t, s, of, func(all [][]byte) [][]byte { return slices.Delete(all, 7, 8) })
	l = clock.open(t, s)
	defer l.Close()
	k := newKeeper(l)
	k.check(t)
	find(t, l)
	k.check(t)
	if err := l.Delete(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	k.check(t)
	if got := l.Matches(); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
}

// TestListVersionIsNeverLate: who has seen a change, if only by a look into memory, is never told
// the version under which others have kept the list of before it.
func TestListVersionIsNeverLate(t *testing.T) {
	clock := newClock()
	l := clock.open(t, memory.New())
	defer l.Close()
	m := create(t, l)
	play(t, m, start)
	var kept sync.Map // by version: the period as it was first read under it
	ctx, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				seen := m.View().State.Log
				v := l.ListVersion()
				first, _ := kept.LoadOrStore(v, l.Matches()[0].Position.ID)
				// Each event of an even number changes the period.
				if at := int64(len(seen)); first.(int64) < at-at%2 {
					t.Errorf("event %d was seen, and the list of %+v is of event %d", at, v, first)
					return
				}
			}
		})
	}
	for range 300 {
		m := find(t, l)
		play(t, m, `{"kind":"halftime"}`, comment)
		if m.View().State.LastID > 200 {
			break
		}
		play(t, m, fmt.Sprintf(`{"kind":"cancel","ref":%d}`, m.View().State.LastID-1), comment)
	}
	cancel()
	readers.Wait()
	if got := l.Matches(); len(got) != 1 || !reflect.DeepEqual(got[0].Position, find(t, l).View().Position()) {
		t.Fatalf("%+v", got)
	}
}
