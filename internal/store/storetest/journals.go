package storetest

import (
	"slices"
	"testing"

	"matchstream/internal/store"
)

func journals(t *testing.T, s store.Store) {
	want := func(want ...store.Journal) {
		t.Helper()
		got, err := s.Journals(within(t))
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("Journals = %v, %v; want %v", got, err, want)
		}
	}
	want()
	other := store.Key{Match: keyA.Match, Epoch: "zzzzz1"}
	a, b, c := &writer{s: s, key: keyA}, &writer{s: s, key: keyB}, &writer{s: s, key: other}
	put(t, s, "match/elp-tig-2011-09-10", "none of its business", 0)
	b.fill(t, 3)
	c.fill(t, 1)
	a.fill(t, 2)
	all := []store.Journal{{Key: keyA, Records: 2}, {Key: keyB, Records: 3}, {Key: other, Records: 1}}
	slices.SortFunc(all, store.CompareJournals)
	want(all...)
	if err := s.Purge(within(t), keyB); err != nil {
		t.Fatal(err)
	}
	want(slices.DeleteFunc(all, func(j store.Journal) bool { return j.Key == keyB })...)
}
