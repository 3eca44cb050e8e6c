package storetest

import (
	"strings"
	"testing"

	"matchstream/internal/store"
)

func end(t *testing.T, s store.Store) {
	want := func(mark store.Mark) {
		t.Helper()
		if got, err := s.End(within(t)); err != nil || got != mark {
			t.Fatalf("End = %d, %v; want %d", got, err, mark)
		}
	}
	want(0)
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	want(a.append(t, "1").Mark)
	want(b.append(t, "2").Mark)
	want(a.append(t, "3").Mark)
	// The catalogue is none of the journal's business.
	put(t, s, "team/elp", "x", 0)
	want(a.mark)
}

func purge(t *testing.T, s store.Store) {
	a, b := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}
	other := &writer{s: s, key: store.Key{Match: keyA.Match, Epoch: "other1"}}
	a.fill(t, 4)
	wantB, wantOther := b.fill(t, 4), other.fill(t, 2)
	for range 2 { // the second time there is nothing to do
		if err := s.Purge(within(t), keyA); err != nil {
			t.Fatal(err)
		}
		same(t, "purged", read(t, s, keyA, 1), nil)
		same(t, "purged, from 3", read(t, s, keyA, 3), nil)
		same(t, "another match", read(t, s, keyB, 1), wantB)
		same(t, "another epoch", read(t, s, other.key, 1), wantOther)
	}
	_, err := s.Append(within(t), keyA, a.mark, 5, []byte("behind what is gone"))
	is(t, "append behind a purged record", err, store.ErrConflict)
}

func purgeAndAppend(t *testing.T, s store.Store) {
	a := &writer{s: s, key: keyA}
	a.fill(t, 5)
	if err := s.Purge(within(t), keyA); err != nil {
		t.Fatal(err)
	}
	for _, key := range []store.Key{{Match: keyA.Match, Epoch: "newnew"}, keyA} {
		again := &writer{s: s, key: key}
		want := again.fill(t, 7)
		if want[0].Mark <= a.mark {
			t.Fatalf("mark %d was given out before (up to %d)", want[0].Mark, a.mark)
		}
		same(t, "made anew", read(t, s, key, 1), want)
		same(t, "made anew, from 6", read(t, s, key, 6), want[5:])
	}
}

func size(t *testing.T, s store.Store) {
	get := func() int64 {
		t.Helper()
		n, err := s.Size(within(t))
		if err != nil || n < 0 {
			t.Fatalf("Size = %d, %v", n, err)
		}
		return n
	}
	empty := get()
	(&writer{s: s, key: keyA}).append(t, strings.Repeat("x", 100_000))
	if n := get(); n < empty+100_000 {
		t.Fatalf("Size = %d after 100,000 bytes were appended to %d", n, empty)
	}
	put(t, s, "team/elp", strings.Repeat("x", 50_000), 0)
	if n := get(); n < empty+150_000 {
		t.Fatalf("Size = %d after 150,000 bytes were written to %d", n, empty)
	}
	if err := s.Purge(within(t), keyA); err != nil {
		t.Fatal(err)
	}
	if n := get(); n >= empty+100_000 {
		t.Fatalf("Size = %d after a purge", n)
	}
}
