package storetest

import (
	"fmt"
	"testing"

	"matchstream/internal/store"
)

func openedAgain(t *testing.T, open Opener) {
	s := open(t)
	all := mixed(t, s, 60)
	a := put(t, s, "a", "one", 0)
	a = put(t, s, "a", "two", a)
	b := put(t, s, "b", "gone", 0)
	if err := s.Delete(within(t), "b", b); err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		closeStore(t, s)
		s = open(t)
		t.Run(fmt.Sprint("time ", round+1), func(t *testing.T) {
			f := follow(t, s, 0)
			same(t, "followed", f.take(t, len(all)), all)
			if end, err := s.End(within(t)); err != nil || end != all[len(all)-1].Mark {
				t.Fatalf("End = %d, %v", end, err)
			}
			wantEntry(t, s, "a", "two", a)
			wantNone(t, s, "b")
			wantList(t, s, "", "a")
			records := read(t, s, keyA, 1)
			w := &writer{s: s, key: keyA, number: int64(len(records)), mark: records[len(records)-1].Mark}
			_, err := s.Append(within(t), keyA, records[0].Mark, 2, nil)
			is(t, "append behind an old record", err, store.ErrConflict)
			_, err = s.Append(within(t), keyA, w.mark, w.number+2, nil)
			is(t, "append with a number left out", err, store.ErrConflict)
			r := w.append(t, "one more")
			all = append(all, r)
			same(t, "goes on live", f.take(t, 1), []store.Record{r})
			f.nothingElse(t)
		})
	}
	if again := put(t, s, "b", "back", 0); again <= b {
		t.Fatalf("revision %d of b was given out before (up to %d)", again, b)
	}
	closeStore(t, s)
}

// openedAfterPurge: what is gone stays gone, and its marks are not given out again.
func openedAfterPurge(t *testing.T, open Opener) {
	s := open(t)
	a, b := &writer{key: keyA}, &writer{s: s, key: keyB}
	wantB := b.fill(t, 3)
	for range 3 {
		last := a.mark
		a.s, a.number, a.mark = s, 0, 0
		if first := a.append(t, "first"); first.Mark <= last {
			t.Fatalf("mark %d was given out before (up to %d)", first.Mark, last)
		}
		a.fill(t, 4)
		if err := s.Purge(within(t), keyA); err != nil {
			t.Fatal(err)
		}
		closeStore(t, s)
		s = open(t)
		same(t, "purged", read(t, s, keyA, 1), nil)
		same(t, "the other", read(t, s, keyB, 1), wantB)
		f := follow(t, s, 0)
		same(t, "followed", f.take(t, len(wantB)), wantB)
		f.nothingElse(t)
	}
	closeStore(t, s)
}
