package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"matchstream/internal/store"
)

func put(t *testing.T, s store.Store, key, value string, expect uint64) uint64 {
	t.Helper()
	revision, err := s.Put(within(t), key, []byte(value), expect)
	if err != nil {
		t.Fatalf("Put %s: %v", key, err)
	}
	if revision <= expect {
		t.Fatalf("Put %s: revision %d after %d", key, revision, expect)
	}
	return revision
}

func wantEntry(t *testing.T, s store.Store, key, value string, revision uint64) {
	t.Helper()
	e, err := s.Get(within(t), key)
	if err != nil || e.Key != key || e.Value == nil || string(e.Value) != value || e.Revision != revision {
		t.Fatalf("Get %s = %q %.40q revision %d, %v; want %.40q revision %d", key, e.Key, e.Value, e.Revision, err, value, revision)
	}
}

func wantNone(t *testing.T, s store.Store, key string) {
	t.Helper()
	_, err := s.Get(within(t), key)
	is(t, "Get "+key, err, store.ErrNotFound)
}

func putAndGet(t *testing.T, s store.Store) {
	wantNone(t, s, "team/elp")
	for _, key := range []string{"team/elp", "team", "match/elp-tig-2011-09-10", "a/b/c/d", "_/-", strings.Repeat("k", 255)} {
		revision := uint64(0)
		for _, value := range []string{"one", "", "\x00\xff\r\n", strings.Repeat("v", 100_000)} {
			revision = put(t, s, key, value, revision)
			wantEntry(t, s, key, value, revision)
		}
	}
	wantNone(t, s, "team/el")
	wantNone(t, s, "a/b/c")
	put(t, s, "nil", "", 0)
	if _, err := s.Put(within(t), "nil2", nil, 0); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Get(within(t), "nil2"); err != nil || e.Value == nil {
		t.Fatalf("a nil value was put, and reads as deleted: %v, %v", e, err)
	}
}

func putConflicts(t *testing.T, s store.Store) {
	_, err := s.Put(within(t), "team/elp", []byte("x"), 7)
	is(t, "a revision of what does not exist", err, store.ErrConflict)
	wantNone(t, s, "team/elp")
	first := put(t, s, "team/elp", "one", 0)
	second := put(t, s, "team/elp", "two", first)
	for _, expect := range []uint64{0, first, second + 1} {
		_, err := s.Put(within(t), "team/elp", []byte("no"), expect)
		is(t, fmt.Sprint("put with ", expect), err, store.ErrConflict)
		is(t, fmt.Sprint("delete with ", expect), s.Delete(within(t), "team/elp", expect), store.ErrConflict)
	}
	wantEntry(t, s, "team/elp", "two", second)
	put(t, s, "team/tig", "other", 0)
	wantEntry(t, s, "team/elp", "two", second)
}

func racingPuts(t *testing.T, s store.Store) {
	const writers = 8
	ctx := within(t)
	for _, expect := range []func() uint64{
		func() uint64 { return 0 },
		func() uint64 { return put(t, s, "b", "x", 0) },
		func() uint64 { // exists no more
			if err := s.Delete(ctx, "c", put(t, s, "c", "x", 0)); err != nil {
				t.Fatal(err)
			}
			return 0
		},
	} {
		revision := expect()
		key := "a"
		if revision != 0 {
			key = "b"
		} else if e, _ := s.Get(ctx, "a"); e.Revision != 0 {
			key = "c"
		}
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() { _, errs[i] = s.Put(ctx, key, fmt.Append(nil, i), revision) })
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			if err == nil && winner < 0 {
				winner = i
			} else if !errors.Is(err, store.ErrConflict) {
				t.Fatalf("%s: writer %d: %v (the winner is %d)", key, i, err, winner)
			}
		}
		if winner < 0 {
			t.Fatalf("%s: nobody won", key)
		}
		if e, err := s.Get(ctx, key); err != nil || string(e.Value) != fmt.Sprint(winner) {
			t.Fatalf("%s is %q (%v), the winner was %d", key, e.Value, err, winner)
		}
	}
}

func deleteEntry(t *testing.T, s store.Store) {
	is(t, "what never was", s.Delete(within(t), "a", 0), store.ErrConflict)
	is(t, "what never was, with a revision", s.Delete(within(t), "a", 3), store.ErrConflict)
	revision := put(t, s, "a", "1", 0)
	put(t, s, "b", "2", 0)
	if err := s.Delete(within(t), "a", revision); err != nil {
		t.Fatal(err)
	}
	wantNone(t, s, "a")
	is(t, "again", s.Delete(within(t), "a", revision), store.ErrConflict)
	_, err := s.Put(within(t), "a", nil, revision)
	is(t, "put with the old revision", err, store.ErrConflict)
	wantNone(t, s, "a")
	wantList(t, s, "", "b")
}

func putAfterDelete(t *testing.T, s store.Store) {
	seen := uint64(0)
	for i := range 3 {
		revision := put(t, s, "match/a", fmt.Sprint(i), 0)
		if revision <= seen {
			t.Fatalf("revision %d was given out before (up to %d)", revision, seen)
		}
		seen = put(t, s, "match/a", fmt.Sprint(i, " again"), revision)
		wantEntry(t, s, "match/a", fmt.Sprint(i, " again"), seen)
		if err := s.Delete(within(t), "match/a", seen); err != nil {
			t.Fatal(err)
		}
		wantNone(t, s, "match/a")
	}
}

func wantList(t *testing.T, s store.Store, prefix string, keys ...string) {
	t.Helper()
	entries, err := s.List(within(t), prefix)
	if err != nil {
		t.Fatalf("List %q: %v", prefix, err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Key)
	}
	if strings.Join(got, " ") != strings.Join(keys, " ") {
		t.Fatalf("List %q: %v, want %v", prefix, got, keys)
	}
	for _, e := range entries {
		wantEntry(t, s, e.Key, string(e.Value), e.Revision)
	}
}

func list(t *testing.T, s store.Store) {
	wantList(t, s, "")
	for i, key := range []string{"team/tig", "team/elp", "match/b", "match/a", "match/a/x", "match", "matches", "team/el-p", "z"} {
		put(t, s, key, fmt.Sprint(i), 0)
	}
	put(t, s, "gone", "x", 0)
	for _, key := range []string{"gone", "z"} {
		e, err := s.Get(within(t), key)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(within(t), key, e.Revision); err != nil {
			t.Fatal(err)
		}
	}
	wantList(t, s, "", "match", "match/a", "match/a/x", "match/b", "matches", "team/el-p", "team/elp", "team/tig")
	wantList(t, s, "match", "match", "match/a", "match/a/x", "match/b", "matches")
	wantList(t, s, "match/", "match/a", "match/a/x", "match/b")
	wantList(t, s, "match/a", "match/a", "match/a/x")
	wantList(t, s, "match/a/", "match/a/x")
	wantList(t, s, "team/el", "team/el-p", "team/elp")
	wantList(t, s, "team/elp", "team/elp")
	for _, none := range []string{"team/elp/", "x", "gone", "/", "*", ">", "team/*", "match/>", "team.elp", "//", "MATCH"} {
		wantList(t, s, none)
	}
	var many []string
	for i := range 2100 { // more than a batch of any implementation
		many = append(many, fmt.Sprintf("many/%05d", i))
	}
	ctx := within(t)
	for _, key := range many {
		if _, err := s.Put(ctx, key, []byte(key), 0); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := s.List(ctx, "many/")
	if err != nil || len(entries) != len(many) {
		t.Fatalf("List gives %d of %d entries, %v", len(entries), len(many), err)
	}
	for i, e := range entries {
		if e.Key != many[i] || string(e.Value) != many[i] {
			t.Fatalf("entry %d is %s = %q", i, e.Key, e.Value)
		}
	}
}
