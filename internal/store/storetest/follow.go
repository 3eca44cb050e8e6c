package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"matchstream/internal/store"
)

// follower is a Follow beside the test.
type follower struct {
	*running
	records chan store.Record
}

// follow begins a Follow; what it gets waits to be taken, without a bound.
func follow(t *testing.T, s store.Store, from store.Mark) *follower {
	t.Helper()
	f := &follower{records: make(chan store.Record, 1<<16)}
	f.running = start(t, func(ctx context.Context) error {
		return s.Follow(ctx, from, func(r store.Record) { f.records <- r })
	})
	return f
}

// take waits for n records.
func (f *follower) take(t *testing.T, n int) (records []store.Record) {
	t.Helper()
	for range n {
		records = append(records, receive(t, f.records, fmt.Sprintf("record %d of %d", len(records)+1, n)))
	}
	return records
}

// nothingElse ends the follower and holds that it got nothing more.
func (f *follower) nothingElse(t *testing.T) {
	t.Helper()
	f.cancel()
	is(t, "end of Follow", f.end(t), context.Canceled)
	if len(f.records) > 0 {
		r := <-f.records
		t.Fatalf("followed one too many: %v %d %q", r.Key, r.Number, r.Data)
	}
}

// mixed appends to several journals in turn.
func mixed(t *testing.T, s store.Store, n int) (all []store.Record) {
	t.Helper()
	writers := []*writer{{s: s, key: keyA}, {s: s, key: keyB}, {s: s, key: store.Key{Match: "c", Epoch: "c"}}}
	for i := range n {
		all = append(all, writers[i%3].append(t, fmt.Sprint("record ", i)))
	}
	return all
}

func followFrom(t *testing.T, s store.Store) {
	all := mixed(t, s, 30)
	for from := 0; from <= len(all); from += 3 {
		mark := store.Mark(0)
		if from > 0 {
			mark = all[from-1].Mark
		}
		f := follow(t, s, mark)
		same(t, fmt.Sprint("behind record ", from), f.take(t, len(all)-from), all[from:])
		f.nothingElse(t)
	}
}

func followLive(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	first := follow(t, s, 0)
	want := []store.Record{a.append(t, "1")}
	same(t, "the first", first.take(t, 1), want)
	middle := follow(t, s, want[0].Mark)
	for i := range 10 {
		r := b.append(t, fmt.Sprint(i))
		same(t, "one by one", first.take(t, 1), []store.Record{r})
		want = append(want, r)
	}
	same(t, "from the first on", middle.take(t, 10), want[1:])
	end := follow(t, s, b.mark)
	r := a.append(t, "last")
	for _, f := range []*follower{first, middle, end} {
		same(t, "the last", f.take(t, 1), []store.Record{r})
		f.nothingElse(t)
	}
}

func followMany(t *testing.T, s store.Store) {
	const writers, each = 8, 40
	early := follow(t, s, 0)
	var wg sync.WaitGroup
	ctx := within(t)
	failed := make(chan error, writers)
	for i := range writers {
		wg.Go(func() {
			key, mark := store.Key{Match: fmt.Sprint("m", i), Epoch: "e"}, store.Mark(0)
			for n := range int64(each) {
				var err error
				if mark, err = s.Append(ctx, key, mark, n+1, fmt.Append(nil, i, n)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	late := follow(t, s, 0)
	wg.Wait()
	select {
	case err := <-failed:
		t.Fatal(err)
	default:
	}
	got := early.take(t, writers*each)
	same(t, "both see the same", late.take(t, writers*each), got)
	number, mark := map[store.Key]int64{}, store.Mark(0)
	for _, r := range got {
		if r.Mark <= mark || r.Number != number[r.Key]+1 {
			t.Fatalf("mark %d, number %d came after mark %d, number %d", r.Mark, r.Number, mark, number[r.Key])
		}
		mark, number[r.Key] = r.Mark, r.Number
	}
	early.nothingElse(t)
	late.nothingElse(t)
}

// followSlowly: one that stands still slows nobody, and misses nothing.
func followSlowly(t *testing.T, s store.Store) {
	w := &writer{s: s, key: keyA}
	goOn := make(chan struct{})
	slow := &follower{records: make(chan store.Record, 1<<16)}
	slow.running = start(t, func(ctx context.Context) error {
		return s.Follow(ctx, 0, func(r store.Record) {
			if r.Number > 1 {
				<-goOn
			}
			slow.records <- r
		})
	})
	want := w.fill(t, 1)
	slow.take(t, 1)
	fast := follow(t, s, 0)
	for range 20 {
		want = append(want, w.append(t, string(make([]byte, 200_000))))
	}
	want = append(want, w.fill(t, 500)...)
	same(t, "the fast one", fast.take(t, len(want)), want)
	close(goOn)
	same(t, "the slow one", slow.take(t, len(want)-1), want[1:])
	slow.nothingElse(t)
}

func followPurged(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	live := follow(t, s, 0)
	wantA, wantB := a.fill(t, 5), b.fill(t, 5)
	live.take(t, 10)
	if err := s.Purge(within(t), keyA); err != nil {
		t.Fatal(err)
	}
	wantB = append(wantB, b.fill(t, 2)...)
	same(t, "goes on after a purge", live.take(t, 2), wantB[5:])
	live.nothingElse(t)
	f := follow(t, s, 0)
	same(t, "what is left", f.take(t, len(wantB)), wantB)
	f.nothingElse(t)
	f = follow(t, s, wantA[2].Mark)
	same(t, "behind a record that is gone", f.take(t, len(wantB)), wantB)
	f.nothingElse(t)
}

func followThenRead(t *testing.T, s store.Store) {
	w := &writer{s: s, key: keyA}
	wrong := make(chan error, 100)
	start(t, func(ctx context.Context) error {
		return s.Follow(ctx, 0, func(r store.Record) {
			got, err := s.Read(ctx, r.Key, r.Number)
			if err == nil && (len(got) == 0 || got[0].Number != r.Number) {
				err = errors.New("what Follow has shown is not shown by Read")
			}
			wrong <- err
		})
	})
	for range 50 {
		w.fill(t, 1)
		if err := receive(t, wrong, "a record"); err != nil {
			t.Fatal(err)
		}
	}
}

func followEnds(t *testing.T, s store.Store) {
	w := &writer{s: s, key: keyA}
	w.fill(t, 3)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	is(t, "ended before", s.Follow(ended, 0, func(store.Record) { t.Error("called") }), context.Canceled)

	waiting := follow(t, s, 0)
	waiting.take(t, 3)
	waiting.nothingElse(t)

	// Ended by f itself: not one more is given.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	is(t, "ended by f", s.Follow(ctx, 0, func(store.Record) { n++; cancel() }), context.Canceled)
	if n != 1 {
		t.Fatalf("%d records after the end", n-1)
	}
}

func followUses(t *testing.T, s store.Store) {
	w := &writer{s: s, key: keyA}
	w.fill(t, 1)
	answered := make(chan error, 10)
	f := start(t, func(ctx context.Context) error {
		return s.Follow(ctx, 0, func(r store.Record) {
			if r.Key != keyA {
				return
			}
			_, err := s.Append(ctx, keyB, 0, 1, []byte("by the follower"))
			answered <- err
		})
	})
	if err := receive(t, answered, "the follower's append"); err != nil {
		t.Fatal(err)
	}
	f.cancel()
	is(t, "end", f.end(t), context.Canceled)
}
