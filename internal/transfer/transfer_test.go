package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/store"
	"matchstream/internal/store/chain"
	"matchstream/internal/store/memory"
	"matchstream/internal/transfer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func keyOf(match int) store.Key {
	return store.Key{Match: fmt.Sprintf("elp-tig-2011-09-%02d", match+1), Epoch: fmt.Sprintf("epoch%d", match)}
}

// chained are n records of a match.
func chained(key store.Key, n int) (all [][]byte) {
	var head chain.Head
	for i := range n {
		data := head.Seal(key, fmt.Appendf(nil, `{"v":2,"event":{"id":%d,"kind":"goal"},"once":"a receipt"}`, i+1))
		head, _ = head.Next(key, int64(i+1), data)
		all = append(all, data)
	}
	return all
}

// fill puts matches into a store, with the records that change leaves of them.
func fill(t testing.TB, s store.Store, matches, records int, change func(match int, all [][]byte) [][]byte) {
	t.Helper()
	put := func(key, value string) {
		_, err := s.Put(t.Context(), key, []byte(value), 0)
		must(t, err)
	}
	put("team/elp", "one")
	put("team/tig", "the other")
	put("token/operator", `{"sha256":"…"}`)
	for m := range matches {
		key, over := keyOf(m), ""
		if m%2 == 0 {
			over = fmt.Sprintf(`,"over":{"last":%d}`, records)
		}
		put("match/"+key.Match, fmt.Sprintf(`{"v":1,"info":{"id":%q,"epoch":%q,"home":"elp","visit":"tig"}%s}`, key.Match, key.Epoch, over))
		all := chained(key, records)
		if change != nil {
			all = change(m, all)
		}
		mark := store.Mark(0)
		for i, data := range all {
			var err error
			mark, err = s.Append(t.Context(), key, mark, int64(i+1), data)
			must(t, err)
		}
	}
}

// contents of a store, but for its own marks and revisions.
func contents(t testing.TB, s store.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	entries, err := s.List(t.Context(), "")
	must(t, err)
	for _, e := range entries {
		all[e.Key] = []string{string(e.Value)}
	}
	journals, err := s.Journals(t.Context())
	must(t, err)
	for _, j := range journals {
		records, err := s.Read(t.Context(), j.Key, 1)
		must(t, err)
		for _, r := range records {
			all[j.Key.Match+" "+j.Key.Epoch] = append(all[j.Key.Match+" "+j.Key.Epoch], fmt.Sprint(r.Number, " ", string(r.Data)))
		}
	}
	return all
}

func TestCopy(t *testing.T) {
	from, to := memory.New(), memory.New()
	fill(t, from, 20, 7, nil)
	var told, last atomic.Int64
	report, err := transfer.Copy(t.Context(), from, to, transfer.Options{Progress: func(done, of int64) {
		if of != 140 {
			t.Errorf("of %d records", of)
		}
		told.Add(1)
		if done == of {
			last.Store(done)
		}
	}})
	must(t, err)
	if !reflect.DeepEqual(contents(t, from), contents(t, to)) {
		t.Fatal("the copy differs")
	}
	if report.Matches != 20 || report.Records != 140 || report.Entries != 23 || report.Added != 163 || report.Bytes == 0 || report.Damaged != nil || told.Load() != 140 || last.Load() != 140 {
		t.Fatalf("%+v, progress to %d", report, last.Load())
	}
	again, err := transfer.Copy(t.Context(), from, to, transfer.Options{})
	if err != nil || again.Added != 0 || again.Records != 140 {
		t.Fatalf("again: %+v, %v", again, err)
	}
}

// failing fails the write number n.
type failing struct {
	store.Store
	left, made atomic.Int64
}

var errDisk = errors.New("no disk")

func (f *failing) Append(ctx context.Context, key store.Key, after store.Mark, number int64, data []byte) (store.Mark, error) {
	if f.left.Add(-1) < 0 {
		return 0, errDisk
	}
	mark, err := f.Store.Append(ctx, key, after, number, data)
	if err == nil {
		f.made.Add(1)
	}
	return mark, err
}

func (f *failing) Put(ctx context.Context, key string, value []byte, expect uint64) (uint64, error) {
	if f.left.Add(-1) < 0 {
		return 0, errDisk
	}
	revision, err := f.Store.Put(ctx, key, value, expect)
	if err == nil {
		f.made.Add(1)
	}
	return revision, err
}

// Whenever a copy is cut off, the next goes on, and adds what is missing.
func TestCopyGoesOn(t *testing.T) {
	from := memory.New()
	fill(t, from, 4, 5, func(m int, all [][]byte) [][]byte {
		if m == 3 {
			all[2][30] ^= 1 // damage does not matter to it
		}
		return all
	})
	want := contents(t, from)
	for first := range int64(27) {
		to := &failing{Store: memory.New()}
		to.left.Store(first)
		_, err := transfer.Copy(t.Context(), from, to, transfer.Options{})
		if !errors.Is(err, errDisk) {
			t.Fatalf("after %d writes: %v", first, err)
		}
		made := to.made.Load()
		to.left.Store(1000)
		report, err := transfer.Copy(t.Context(), from, to, transfer.Options{})
		must(t, err)
		if report.Added != 27-made || report.Records != 20 || len(report.Damaged) != 1 {
			t.Fatalf("after %d writes: %+v", first, report)
		}
		if !reflect.DeepEqual(contents(t, to.Store), want) {
			t.Fatalf("after %d writes it differs", first)
		}
	}
}

// What is not of the source is a reason to refuse, before anything is written.
func TestCopyRefuses(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, s store.Store){
		"an entry": func(t *testing.T, s store.Store) {
			_, err := s.Put(t.Context(), "team/boc", []byte("x"), 0)
			must(t, err)
		},
		"another value": func(t *testing.T, s store.Store) {
			_, err := s.Put(t.Context(), "team/elp", []byte("x"), 0)
			must(t, err)
		},
		"another epoch": func(t *testing.T, s store.Store) {
			_, err := s.Append(t.Context(), store.Key{Match: keyOf(0).Match, Epoch: "zzzzzz"}, 0, 1, []byte("x"))
			must(t, err)
		},
		"another record": func(t *testing.T, s store.Store) {
			_, err := s.Append(t.Context(), keyOf(0), 0, 1, []byte("x"))
			must(t, err)
		},
		"more records": func(t *testing.T, s store.Store) {
			mark := store.Mark(0)
			for i, data := range chained(keyOf(1), 6) {
				var err error
				mark, err = s.Append(t.Context(), keyOf(1), mark, int64(i+1), data)
				must(t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := memory.New(), memory.New()
			fill(t, from, 3, 5, nil)
			change(t, to)
			before := contents(t, to)
			if _, err := transfer.Copy(t.Context(), from, to, transfer.Options{}); !errors.Is(err, transfer.ErrOther) {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(contents(t, to), before) {
				t.Fatal("something was written")
			}
		})
	}
}

// blind cannot read some records, like a disk.
type blind struct {
	store.Store
	of map[store.Key]int // how many of a journal can be read
}

func (b blind) Read(ctx context.Context, key store.Key, from int64) ([]store.Record, error) {
	all, err := b.Store.Read(ctx, key, from)
	if n, ok := b.of[key]; ok && err == nil {
		return all[:n], fmt.Errorf("%w: the record behind %d", store.ErrDamaged, n)
	}
	return all, err
}

// What is damaged is named once, copied as it is, or as far as it can be read,
// and is as damaged in the copy, and in the copy of the copy.
func TestCopyOfTheDamaged(t *testing.T) {
	source := memory.New()
	fill(t, source, 8, 5, func(m int, all [][]byte) [][]byte {
		switch m {
		case 1:
			all[3][40] ^= 1
		case 2:
			return all[:3] // it is over with 5
		case 3:
			all[0], all[1] = all[1], all[0]
		}
		return all
	})
	for _, lost := range []string{"match/" + keyOf(6).Match, "team/tig"} {
		e, err := source.Get(t.Context(), lost)
		must(t, err)
		must(t, source.Delete(t.Context(), lost, e.Revision))
	}
	// A journal that is damaged and belongs to nothing is not taken along.
	old := store.Key{Match: keyOf(7).Match, Epoch: "before"}
	_, err := source.Append(t.Context(), old, 0, 1, []byte("?"))
	must(t, err)
	_, err = source.Put(t.Context(), store.LeftKey(old), []byte(`{"v":1}`), 0)
	must(t, err)
	from := blind{source, map[store.Key]int{keyOf(4): 2, keyOf(5): 0}}

	for round, s := range []store.Store{from, nil} {
		to := memory.New()
		if s == nil {
			copied := memory.New()
			_, err := transfer.Copy(t.Context(), from, copied, transfer.Options{})
			must(t, err)
			s = copied
		}
		report, err := transfer.Copy(t.Context(), s, to, transfer.Options{})
		must(t, err)
		for i, want := range []string{
			"match " + keyOf(1).Match + ", good up to record 3 of 5: store: damaged: record 4: its checksum is ",
			"match " + keyOf(2).Match + ": it ended with record 5, its journal has 3",
			"match " + keyOf(3).Match + ", good up to record 0 of 5: store: damaged: record 1: it does not begin the match",
			"match " + keyOf(4).Match + ", good up to record 2 of ",
			"match " + keyOf(5).Match + ", good up to record 0 of ",
			"match " + keyOf(6).Match + " with the epoch epoch6: its entry in the catalogue is lost",
			"team tig: its entry in the catalogue is lost",
		} {
			if i >= len(report.Damaged) || !strings.HasPrefix(report.Damaged[i], want) {
				t.Fatalf("round %d: %d is not %q in\n%s", round, i, want, strings.Join(report.Damaged, "\n"))
			}
		}
		if len(report.Damaged) != 7 {
			t.Fatalf("reported:\n%s", strings.Join(report.Damaged, "\n"))
		}
		want, got := contents(t, source), contents(t, to)
		delete(want, store.LeftKey(old))
		delete(want, old.Match+" "+old.Epoch)
		for _, m := range []int{4, 5} {
			key := keyOf(m).Match + " " + keyOf(m).Epoch
			n := from.of[keyOf(m)]
			want[key] = append(slices.Clone(want[key][:n]), fmt.Sprint(n+1, " ", string(chain.Lost("it could not be read"))))
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: the copy is\n%v\nexpected\n%v", round, got, want)
		}
	}
}

// counting counts more than there is.
type counting struct{ store.Store }

func (s counting) Journals(ctx context.Context) ([]store.Journal, error) {
	all, err := s.Store.Journals(ctx)
	for i := range all {
		all[i].Records++
	}
	return all, err
}

// A store that counts more records than it gives has lost some.
func TestCopyOfFewer(t *testing.T) {
	from, to := memory.New(), memory.New()
	fill(t, from, 2, 5, nil)
	for range 2 { // it goes on like any other
		report, err := transfer.Copy(t.Context(), counting{from}, to, transfer.Options{})
		if err != nil || len(report.Damaged) != 2 || !strings.Contains(report.Damaged[0], "good up to record 5 of 6: the journal has 6 records, 5 can be read") {
			t.Fatalf("%+v, %v", report, err)
		}
	}
	if all := contents(t, to)[keyOf(0).Match+" "+keyOf(0).Epoch]; len(all) != 6 || !strings.Contains(all[5], "lost") {
		t.Fatalf("%q", all)
	}
}

func TestCopyIsStopped(t *testing.T) {
	from, to := memory.New(), memory.New()
	fill(t, from, 20, 5, nil)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := transfer.Copy(ctx, from, to, transfer.Options{Progress: func(done, _ int64) {
		if done == 30 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) && !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(err)
	}
	if report, err := transfer.Copy(t.Context(), from, to, transfer.Options{}); err != nil || report.Added >= 123-30+1 {
		t.Fatalf("%+v, %v", report, err)
	}
	if !reflect.DeepEqual(contents(t, from), contents(t, to)) {
		t.Fatal("the copy differs")
	}
}

// TestIntoARunningStore: what nodes make by themselves is no reason to refuse; their
// tokens hold, the source's beside them under a free name; what they have counted is replaced.
func TestIntoARunningStore(t *testing.T) {
	const ofTarget = `{"name":"operator","sha256":"22"}`
	from, to := memory.New(), memory.New()
	defer from.Close()
	defer to.Close()
	fill(t, from, 2, 3, nil)
	for key, values := range map[string][2]string{
		"audience/key":  {"the source's", "the target's"},
		"token/desk":    {"", "of the target alone"},
		"live/pace":     {"old", "new"},
		"audience/u/01": {"counted", ""},
	} {
		for i, s := range []store.Store{from, to} {
			if values[i] != "" {
				_, err := s.Put(t.Context(), key, []byte(values[i]), 0)
				must(t, err)
			}
		}
	}
	for key, value := range map[string]string{"token/operator": ofTarget, "token/operator-2": `{"name":"operator-2","sha256":"33"}`} {
		_, err := to.Put(t.Context(), key, []byte(value), 0)
		must(t, err)
	}
	if _, err := transfer.Copy(t.Context(), from, to, transfer.Options{}); !errors.Is(err, transfer.ErrOther) {
		t.Errorf("into what is no running store: %v, expected ErrOther", err)
	}
	for range 2 { // once more is the same
		r, err := transfer.Copy(t.Context(), from, to, transfer.Options{Running: true})
		if err != nil {
			t.Fatal(err)
		}
		if want := []transfer.Renamed{{From: "operator", To: "operator-3"}}; !slices.Equal(r.Renamed, want) {
			t.Errorf("it is said that %v have other names, expected %v", r.Renamed, want)
		}
	}
	for key, want := range map[string]string{"audience/key": "the source's", "audience/u/01": "counted", "live/pace": "old",
		"token/operator": ofTarget, "token/operator-3": `{"name":"operator-3","sha256":"…"}`, "token/desk": "of the target alone", "team/elp": "one"} {
		if e, err := to.Get(t.Context(), key); err != nil || string(e.Value) != want {
			t.Errorf("%s is %q, %v; expected %q", key, e.Value, err, want)
		}
	}
	_, err := to.Put(t.Context(), "team/xyz", []byte("of somebody else"), 0)
	must(t, err)
	if _, err := transfer.Copy(t.Context(), from, to, transfer.Options{Running: true}); !errors.Is(err, transfer.ErrOther) {
		t.Errorf("into a store in use: %v, expected ErrOther", err)
	}
}
