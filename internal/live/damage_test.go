package live_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/store"
	"matchstream/internal/store/memory"
	"matchstream/internal/wire"
)

// takesNothing: a damaged match is served up to its last good event, and
// refuses what comes with the reason.
func takesNothing(t *testing.T, m *live.Match, last int64, why string) {
	t.Helper()
	if got := m.View().State.LastID; got != last {
		t.Fatalf("the match stands at %d, expected %d", got, last)
	}
	if events, err := m.Since(match.Position{}); err != nil || int64(len(events)) != last {
		t.Fatalf("its history has %d events, %v", len(events), err)
	}
	_, err := try(m, comment, "")
	var damaged *live.DamagedError
	if !errors.As(err, &damaged) || damaged.Last != last || !strings.Contains(err.Error(), why) {
		t.Fatalf("appending: %v; expected %q", err, why)
	}
	wants(t, err, store.ErrUnavailable)
}

// rewritten is a store in which the journal of the test's match is what f makes
// of it.
func rewritten(t *testing.T, s store.Store, k store.Key, f func(all [][]byte) [][]byte) {
	t.Helper()
	records, err := s.Read(context.Background(), k, 1)
	must(t, err)
	must(t, s.Purge(context.Background(), k))
	var all [][]byte
	for _, r := range records {
		all = append(all, r.Data)
	}
	var mark store.Mark
	for i, data := range f(all) {
		mark, err = s.Append(context.Background(), k, mark, int64(i+1), data)
		must(t, err)
	}
}

// Whatever happened to a record on the disk: what lies before it is served, the
// damage is named once, and nothing is appended behind it. The other matches
// go on.
func TestDamage(t *testing.T) {
	flipped := func(at int) func([][]byte) [][]byte {
		return func(all [][]byte) [][]byte {
			all[at] = bytes.Clone(all[at])
			all[at][len(all[at])/2] ^= 4
			return all
		}
	}
	for name, c := range map[string]struct {
		make func(all [][]byte) [][]byte
		last int64
		want string
	}{
		"a bit":           {flipped(3), 3, "record 4: its checksum is "},
		"the first":       {flipped(0), 0, "record 1: its checksum is "},
		"the last":        {flipped(len(whole) - 1), int64(len(whole) - 1), fmt.Sprintf("record %d: its checksum is ", len(whole))},
		"a hole":          {func(all [][]byte) [][]byte { return slices.Delete(all, 5, 6) }, 5, "record 6 does not follow record 5: expected "},
		"a swap":          {func(all [][]byte) [][]byte { all[9], all[10] = all[10], all[9]; return all }, 9, "record 10 does not follow record 9: expected "},
		"another's":       {func(all [][]byte) [][]byte { all[1] = foreign(t); return all }, 1, "or it is of another match"},
		"the second half": {func(all [][]byte) [][]byte { return all[5:] }, 0, "record 1: it does not begin the match"},
	} {
		t.Run(name, func(t *testing.T) {
			s, clock := memory.New(), newClock()
			l := clock.open(t, s)
			m := create(t, l)
			other := createElsewhere(t, l)
			play(t, m, whole...)
			play(t, other, start)
			k := key(m)
			l.Close()
			rewritten(t, s, k, c.make)

			var said log
			options := clock.options()
			options.Log = logTo(said.add)
			l, err := live.Open(context.Background(), s, options)
			must(t, err)
			defer l.Close()
			m = find(t, l)
			takesNothing(t, m, c.last, c.want)
			if !said.has(id, c.want, "matchstream admin copy") || strings.Count(said.text(), "a match is damaged") != 1 {
				t.Fatalf("the log says:\n%s", said.text())
			}
			if l.Damaged() != 1 {
				t.Fatalf("%d matches are damaged", l.Damaged())
			}
			lane := m.Lane(wire.SSE)
			if got := lane.View(); got.Last != c.last || got.End != feed.Open {
				t.Fatalf("watchers are told %v at %d", got.End, got.Last)
			}
			lane.Release()
			other, err = l.Match(context.Background(), elsewhere)
			must(t, err)
			play(t, other, goal)
			// It is not put away: to read it again would bring nothing.
			tidy := l.Tidier()
			tidy(clock.now()) // sees the lane
			clock.pass(live.Idle)
			tidy(clock.now())
			if l.HasLane(id, wire.SSE) || l.Resting(id) || !l.Loaded(id) {
				t.Fatal("it is put away")
			}
			takesNothing(t, find(t, l), c.last, c.want)
			// Whoever has no backup can begin anew.
			must(t, l.Delete(context.Background(), id))
			_, err = l.Match(context.Background(), id)
			wants(t, err, live.ErrNotFound)
			_, err = l.Create(context.Background(), creation())
			must(t, err)
			play(t, find(t, l), start)
			if left, _ := s.Read(context.Background(), k, 1); len(left) != 0 {
				t.Fatal("it left something behind")
			}
		})
	}
}

// foreign is a record of another match, as it lies in a journal.
func foreign(t *testing.T) []byte {
	s := memory.New()
	l := newClock().open(t, s)
	defer l.Close()
	m := create(t, l)
	play(t, m, start, goal)
	records, err := s.Read(context.Background(), key(m), 1)
	must(t, err)
	return records[1].Data
}

// A match that is over and damaged stays over in the lists and the catalogue,
// whatever is asked of it.
func TestDamageAfterTheEnd(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, append(slices.Clone(whole), stop)...)
	k := key(m)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	want := l.Matches()
	l.Close()
	rewritten(t, s, k, func(all [][]byte) [][]byte { return slices.Delete(all, 7, 8) })
	l = clock.open(t, s)
	m = find(t, l)
	takesNothing(t, m, 7, "record 8 does not follow record 7")
	tidy := l.Tidier()
	clock.pass(live.Idle)
	tidy(clock.now())
	l.Close() // waits for what was to be written
	l = clock.open(t, s)
	defer l.Close()
	find(t, l)
	if got := l.Matches(); !l.MarkedOver(id) || got[0].Score != want[0].Score || got[0].Period != match.Ended {
		t.Fatalf("listed as %+v, before as %+v", got, want)
	}
}

// A match whose end is missing, which a chain cannot see: the catalogue knows.
func TestDamagedEnd(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, append(slices.Clone(whole), stop)...)
	k := key(m)
	catalogued(t, l, func() bool { return l.MarkedOver(id) })
	l.Close()
	rewritten(t, s, k, func(all [][]byte) [][]byte { return all[:4] })
	l = clock.open(t, s)
	defer l.Close()
	takesNothing(t, find(t, l), 4, "it ended with record 12, its journal has 4")
}

// A store that counts more records than it gives, without a word: those that
// have come since the first read are no damage.
func TestFewerThanCounted(t *testing.T) {
	s, clock := &counting{Store: memory.New()}, newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, start, goal)
	l.Close()
	l = clock.open(t, s)
	if l.Damaged() != 0 {
		t.Fatal("it is taken for damaged")
	}
	l.Close()
	s.more = 1
	l = clock.open(t, s)
	defer l.Close()
	takesNothing(t, find(t, l), 2, "the journal has 3 records, 2 can be read")
}

// counting counts more than there is.
type counting struct {
	store.Store
	more int64
}

func (s *counting) Journals(ctx context.Context) ([]store.Journal, error) {
	all, err := s.Store.Journals(ctx)
	for i := range all {
		all[i].Records += s.more
	}
	return all, err
}

// Damage that is met while the match is played: it stays as it was in memory.
func TestDamageMeanwhile(t *testing.T) {
	s, clock := memory.New(), newClock()
	a, b := clock.open(t, s), clock.open(t, s)
	defer a.Close()
	defer b.Close()
	m := create(t, a)
	play(t, m, start, goal)
	catalogued(t, b, func() bool { return b.Len() == 1 })
	there := reached(t, b, 2)
	records, err := s.Read(context.Background(), key(m), 1)
	must(t, err)
	// Another program, which knows nothing of chains, appends.
	mark, err := s.Append(context.Background(), key(m), records[1].Mark, 3, []byte(`{"v":1,"event":{"id":3,"kind":"comment","comment":"x"}}`))
	must(t, err)
	_, err = s.Append(context.Background(), key(m), mark, 4, []byte(`{"v":1,"event":{"id":4,"kind":"comment","comment":"x"}}`))
	must(t, err)
	for _, l := range []*live.Live{a, b} {
		catalogued(t, l, func() bool { return l.Damaged() == 1 })
	}
	takesNothing(t, m, 2, "record 3: it has format 1 and no checksum")
	takesNothing(t, there, 2, "record 3: it has format 1 and no checksum")
}

// A repeat of what was acknowledged before the damage is answered as ever.
func TestRepeatOfADamagedMatch(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	first, err := try(m, start, "k")
	must(t, err)
	play(t, m, goal, goal)
	k := key(m)
	l.Close()
	rewritten(t, s, k, func(all [][]byte) [][]byte { return slices.Delete(all, 1, 2) })
	l = clock.open(t, s)
	defer l.Close()
	if again, err := try(find(t, l), start, "k"); err != nil || again.ID != first.ID {
		t.Fatal(again, err)
	}
}

// A folder of before the checksums: its records are read as they are, and the
// chain begins behind them, vouching for them too.
func TestOlderRecords(t *testing.T) {
	s, clock := memory.New(), newClock()
	l := clock.open(t, s)
	m := create(t, l)
	play(t, m, start, goal, comment)
	k := key(m)
	l.Close()
	rewritten(t, s, k, func(all [][]byte) [][]byte {
		for i, data := range all {
			_, rest, _ := strings.Cut(string(data), `","event"`)
			all[i] = []byte(`{"v":1,"event"` + rest[:strings.LastIndex(rest, `,"sum"`)] + "}")
		}
		return all
	})
	l = clock.open(t, s)
	m = find(t, l)
	play(t, m, goal)
	toRest(t, l, clock, id) // and back
	play(t, find(t, l), comment)
	want := shown(t, find(t, l))
	l.Close()
	l = clock.open(t, s)
	if got := shown(t, find(t, l)); got != want {
		t.Fatalf("read again it is\n%s\nbefore\n%s", got, want)
	}
	l.Close()
	rewritten(t, s, k, func(all [][]byte) [][]byte {
		all[2] = bytes.Replace(all[2], []byte("rain"), []byte("snow"), 1)
		return all
	})
	l = clock.open(t, s)
	defer l.Close()
	takesNothing(t, find(t, l), 3, "record 4 does not follow record 3: expected ")
}
