package storetest

import (
	"context"
	"fmt"
	"testing"

	"matchstream/internal/store"
)

// watcher is a Watch beside the test.
type watcher struct {
	*running
	ready   chan struct{}
	entries chan store.Entry
}

// watching begins a Watch and waits until it is ready.
func watching(t *testing.T, s store.Store) *watcher {
	t.Helper()
	w := &watcher{ready: make(chan struct{}), entries: make(chan store.Entry, 1<<16)}
	w.running = start(t, func(ctx context.Context) error {
		return s.Watch(ctx, func() { close(w.ready) }, func(e store.Entry) { w.entries <- e })
	})
	receive(t, w.ready, "ready")
	return w
}

// until takes changes until the one with this revision of this key, and
// returns it and how many of this key came.
func (w *watcher) until(t *testing.T, key string, revision uint64) (e store.Entry, n int) {
	t.Helper()
	for last := uint64(0); ; {
		e := receive(t, w.entries, fmt.Sprintf("revision %d of %s", revision, key))
		if e.Key != key {
			continue
		}
		n++
		if e.Revision <= last || e.Revision > revision {
			t.Fatalf("revision %d of %s came after %d, before %d", e.Revision, key, last, revision)
		}
		if last = e.Revision; last == revision {
			return e, n
		}
	}
}

func watch(t *testing.T, s store.Store) {
	put(t, s, "before", "x", 0)
	w := watching(t, s)
	first := put(t, s, "a", "1", 0)
	if e, _ := w.until(t, "a", first); string(e.Value) != "1" {
		t.Fatalf("value %q", e.Value)
	}
	second := put(t, s, "a", "", first)
	if e, _ := w.until(t, "a", second); e.Value == nil || len(e.Value) != 0 {
		t.Fatalf("an empty value came as %#v", e.Value)
	}
	if err := s.Delete(within(t), "a", second); err != nil {
		t.Fatal(err)
	}
	e := receive(t, w.entries, "the deletion")
	if e.Key != "a" || e.Value != nil || e.Revision <= second {
		t.Fatalf("a deletion came as %v", e)
	}
	again := put(t, s, "a", "made anew", 0)
	if again <= e.Revision {
		t.Fatalf("made anew with revision %d, the deletion had %d", again, e.Revision)
	}
	if e, _ := w.until(t, "a", again); string(e.Value) != "made anew" {
		t.Fatalf("value %q", e.Value)
	}
	for i := range 50 { // a row of changes: some may be left out, the last not
		again = put(t, s, "a", fmt.Sprint(i), again)
	}
	if e, n := w.until(t, "a", again); string(e.Value) != "49" || n > 50 {
		t.Fatalf("last value %q, %d changes", e.Value, n)
	}
}

func watchSeveral(t *testing.T, s store.Store) {
	watchers := []*watcher{watching(t, s), watching(t, s), watching(t, s)}
	revisions := map[string]uint64{}
	for i := range 30 {
		key := fmt.Sprint("key/", i%7)
		revisions[key] = put(t, s, key, fmt.Sprint(i), revisions[key])
	}
	last := put(t, s, "last", "x", 0)
	for _, w := range watchers {
		seen := map[string]uint64{}
		for seen["last"] != last {
			e := receive(t, w.entries, "a change")
			if e.Revision <= seen[e.Key] {
				t.Fatalf("revision %d of %s came after %d", e.Revision, e.Key, seen[e.Key])
			}
			seen[e.Key] = e.Revision
		}
		for key, revision := range revisions {
			if seen[key] != revision {
				t.Fatalf("of %s revision %d was seen last, not %d", key, seen[key], revision)
			}
		}
	}
}

// watchBegins: what was before is not told; nothing after ready is missed.
func watchBegins(t *testing.T, s store.Store) {
	old := put(t, s, "old", "x", 0)
	if err := s.Delete(within(t), "old", old); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		w := watching(t, s)
		key := fmt.Sprint("new/", i)
		revision := put(t, s, key, "x", 0)
		e := receive(t, w.entries, "the change")
		if e.Key != key || e.Revision != revision {
			t.Fatalf("the first change is of %s, revision %d; want %s, %d", e.Key, e.Revision, key, revision)
		}
	}
}

func watchEnds(t *testing.T, s store.Store) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Watch(ended, func() {}, func(store.Entry) { t.Error("called") }); err == nil {
		t.Fatal("a Watch whose context had ended gives no error")
	}
	w := watching(t, s)
	w.cancel()
	is(t, "end of Watch", w.end(t), context.Canceled)
}
