package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"matchstream/internal/store"
)

// calls are all methods that take a context and return at once.
func calls(s store.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Append":   func(ctx context.Context) error { _, err := s.Append(ctx, keyB, 0, 1, []byte("no")); return err },
		"Read":     func(ctx context.Context) error { _, err := s.Read(ctx, keyA, 1); return err },
		"Journals": func(ctx context.Context) error { _, err := s.Journals(ctx); return err },
		"End":      func(ctx context.Context) error { _, err := s.End(ctx); return err },
		"Purge":    func(ctx context.Context) error { return s.Purge(ctx, keyA) },
		"Put":      func(ctx context.Context) error { _, err := s.Put(ctx, "b", []byte("no"), 0); return err },
		"Get":      func(ctx context.Context) error { _, err := s.Get(ctx, "a"); return err },
		"Delete":   func(ctx context.Context) error { return s.Delete(ctx, "a", 1) },
		"List":     func(ctx context.Context) error { _, err := s.List(ctx, ""); return err },
		"Publish":  func(ctx context.Context) error { return s.Publish(ctx, "a", []byte("no")) },
		"Size":     func(ctx context.Context) error { _, err := s.Size(ctx); return err },
	}
}

// endedContext: an error that tells of the context and that surely nothing
// was written, and nothing is.
func endedContext(t *testing.T, s store.Store) {
	want := (&writer{s: s, key: keyA}).fill(t, 2)
	revision := put(t, s, "a", "x", 0)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range calls(s) {
		err := call(canceled)
		is(t, name, err, context.Canceled)
		is(t, name, err, store.ErrUnavailable)
	}
	same(t, "a", read(t, s, keyA, 1), want)
	same(t, "b", read(t, s, keyB, 1), nil)
	wantEntry(t, s, "a", "x", revision)
	wantNone(t, s, "b")
}

func closeTwice(t *testing.T, s store.Store) {
	(&writer{s: s, key: keyA}).fill(t, 2)
	for range 3 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, call := range calls(s) {
		is(t, name, call(within(t)), store.ErrClosed)
	}
	is(t, "Follow", s.Follow(within(t), 0, func(store.Record) { t.Error("Follow called") }), store.ErrClosed)
	is(t, "Subscribe", s.Subscribe(within(t), "a", func() { t.Error("Subscribe ready") }, nil), store.ErrClosed)
	is(t, "Watch", s.Watch(within(t), func() { t.Error("Watch ready") }, func(store.Entry) {}), store.ErrClosed)
}

// closeEnds: Close in the midst of everything. What was acknowledged counts;
// what was not, ends with an error that says so.
func closeEnds(t *testing.T, s store.Store) {
	f, w, l := follow(t, s, 0), watching(t, s), listening(t, s, "a")
	waiting := follow(t, s, 1<<40)
	appending := start(t, func(context.Context) error {
		mark := store.Mark(0)
		for number := int64(1); ; number++ {
			next, err := s.Append(context.Background(), keyA, mark, number, fmt.Append(nil, number))
			if err != nil {
				return err
			}
			mark = next
		}
	})
	f.take(t, 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	is(t, "Follow", f.end(t), store.ErrClosed)
	is(t, "Follow that waits", waiting.end(t), store.ErrClosed)
	is(t, "Watch", w.end(t), store.ErrClosed)
	is(t, "Subscribe", l.end(t), store.ErrClosed)
	if err := appending.end(t); !errors.Is(err, store.ErrClosed) && !errors.Is(err, store.ErrUnknown) {
		t.Fatalf("Append: %v", err)
	}
}
