package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"

	"matchstream/internal/store"
)

var (
	keyA = store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	keyB = store.Key{Match: "arg-fra-2022-12-18", Epoch: "abcdef"}
)

// writer appends records to one journal.
type writer struct {
	s      store.Store
	key    store.Key
	number int64
	mark   store.Mark
}

func (w *writer) append(t *testing.T, data string) store.Record {
	t.Helper()
	mark, err := w.s.Append(within(t), w.key, w.mark, w.number+1, []byte(data))
	if err != nil {
		t.Fatalf("Append %d to %s: %v", w.number+1, w.key.Match, err)
	}
	if mark <= w.mark {
		t.Fatalf("Append gave mark %d after %d", mark, w.mark)
	}
	w.number, w.mark = w.number+1, mark
	return store.Record{Key: w.key, Number: w.number, Mark: mark, Data: []byte(data)}
}

func (w *writer) fill(t *testing.T, n int) (records []store.Record) {
	t.Helper()
	for range n {
		records = append(records, w.append(t, fmt.Sprintf("%s %d", w.key.Match, w.number+1)))
	}
	return records
}

func read(t *testing.T, s store.Store, key store.Key, from int64) []store.Record {
	t.Helper()
	records, err := s.Read(within(t), key, from)
	if err != nil {
		t.Fatalf("Read %s from %d: %v", key.Match, from, err)
	}
	return records
}

func same(t *testing.T, what string, got, want []store.Record) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d records, want %d", what, len(got), len(want))
	}
	for i, r := range got {
		w := want[i]
		if r.Key != w.Key || r.Number != w.Number || r.Mark != w.Mark || !bytes.Equal(r.Data, w.Data) {
			t.Fatalf("%s: record %d is %v %d mark %d %.40q, want %v %d mark %d %.40q",
				what, i, r.Key, r.Number, r.Mark, r.Data, w.Key, w.Number, w.Mark, w.Data)
		}
	}
}

func is(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: error %v, want %v", what, err, want)
	}
}

func appendAndRead(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	same(t, "before any", read(t, s, keyA, 1), nil)
	var wantA, wantB []store.Record
	for i := range 5 {
		wantA = append(wantA, a.append(t, fmt.Sprint("a", i)))
		wantB = append(wantB, b.append(t, fmt.Sprint("b", i)))
		if wantB[i].Mark <= wantA[i].Mark {
			t.Fatalf("marks do not rise over the keys: %d after %d", wantB[i].Mark, wantA[i].Mark)
		}
		same(t, "a as it grows", read(t, s, keyA, 1), wantA)
	}
	same(t, "a", read(t, s, keyA, 1), wantA)
	same(t, "b", read(t, s, keyB, 1), wantB)
	same(t, "other epoch", read(t, s, store.Key{Match: keyA.Match, Epoch: "other1"}, 1), nil)
}

func readFrom(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	var want []store.Record
	for range 20 {
		want = append(want, a.fill(t, 3)...)
		b.fill(t, 2)
	}
	for from := range int64(63) {
		skip := min(max(from-1, 0), 60)
		same(t, fmt.Sprint("from ", from), read(t, s, keyA, from), want[skip:])
	}
}

func conflicts(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	want := a.fill(t, 3)
	wantB := b.fill(t, 1)
	end, err := s.End(within(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		key    store.Key
		after  store.Mark
		number int64
	}{
		{"at the beginning again", keyA, 0, 1},
		{"after nothing, next number", keyA, 0, 4},
		{"after an older record", keyA, want[1].Mark, 3},
		{"after an older record, next number", keyA, want[1].Mark, 4},
		{"number of the last", keyA, want[2].Mark, 3},
		{"a number left out", keyA, want[2].Mark, 5},
		{"number 1 after the last", keyA, want[2].Mark, 1},
		{"after another key's record", keyA, wantB[0].Mark, 4},
		{"after another key's record, its number", keyA, wantB[0].Mark, 2},
		{"after a record of the future", keyA, end + 100, 4},
		{"new journal, not the beginning", store.Key{Match: "new", Epoch: "e"}, want[2].Mark, 4},
		{"new journal, number 2", store.Key{Match: "new", Epoch: "e"}, 0, 2},
		{"other epoch of the same match", store.Key{Match: keyA.Match, Epoch: "e"}, want[2].Mark, 4},
	} {
		_, err := s.Append(within(t), c.key, c.after, c.number, []byte("no"))
		is(t, c.name, err, store.ErrConflict)
	}
	same(t, "a after the conflicts", read(t, s, keyA, 1), want)
	same(t, "b after the conflicts", read(t, s, keyB, 1), wantB)
	same(t, "the new journal", read(t, s, store.Key{Match: "new", Epoch: "e"}, 1), nil)
	if now, err := s.End(within(t)); err != nil || now != end {
		t.Fatalf("End moved from %d to %d (%v)", end, now, err)
	}
	want = append(want, a.append(t, "goes on"))
	same(t, "a goes on", read(t, s, keyA, 1), want)
}

func racingAppenders(t *testing.T, s store.Store) { race(t, s) }

// race appends to one journal from many goroutines, by all of the stores.
func race(t *testing.T, stores ...store.Store) {
	const appenders, each = 8, 12
	ctx := within(t)
	var wg sync.WaitGroup
	failed := make(chan error, appenders)
	won := make([]map[int64]string, appenders)
	for i := range appenders {
		won[i] = map[int64]string{}
		s := stores[i%len(stores)]
		wg.Go(func() {
			for n := 0; n < each; {
				records, err := s.Read(ctx, keyA, 1)
				if err != nil {
					failed <- err
					return
				}
				var last store.Record
				if len(records) > 0 {
					last = records[len(records)-1]
				}
				data := fmt.Sprintf("appender %d, record %d", i, n)
				_, err = s.Append(ctx, keyA, last.Mark, last.Number+1, []byte(data))
				switch {
				case err == nil:
					won[i][last.Number+1] = data
					n++
				case !errors.Is(err, store.ErrConflict):
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	records := read(t, stores[0], keyA, 1)
	if len(records) != appenders*each {
		t.Fatalf("%d records, want %d", len(records), appenders*each)
	}
	for i, r := range records {
		if r.Number != int64(i+1) {
			t.Fatalf("record %d has number %d", i, r.Number)
		}
		winners := 0
		for _, w := range won {
			if w[r.Number] == string(r.Data) {
				winners++
			}
		}
		if winners != 1 {
			t.Fatalf("record %d has %d winners", r.Number, winners)
		}
	}
}
