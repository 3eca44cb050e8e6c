package embedded

import (
	"context"
	"errors"
	"testing"

	"matchstream/internal/store"
)

// Who calls while the store is opened anew waits, but not longer than he wants.
func TestCallsWait(t *testing.T) {
	var c calls
	closing, closeIt := context.WithCancel(context.Background())
	if err := c.begin(t.Context(), closing); err != nil {
		t.Fatal(err)
	}
	shut := make(chan func())
	go func() { shut <- c.shut() }()
	for begun := true; begun; { // until shut is heard of
		c.mu.Lock()
		begun = c.mu.shut == nil
		c.mu.Unlock()
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 3)
	go func() { waiting <- c.begin(ctx, closing) }()
	cancel()
	if err := <-waiting; !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Fatalf("given up: %v", err)
	}
	select {
	case <-shut:
		t.Fatal("it is shut with a call under way")
	default:
	}
	c.end()
	open := <-shut

	go func() { waiting <- c.begin(t.Context(), closing) }()
	open()
	if err := <-waiting; err != nil {
		t.Fatal(err)
	}
	c.end()

	open = c.shut()
	go func() { waiting <- c.begin(t.Context(), closing) }()
	closeIt()
	if err := <-waiting; !errors.Is(err, store.ErrClosed) {
		t.Fatalf("at the end: %v", err)
	}
	open()
	if err := c.begin(t.Context(), closing); !errors.Is(err, store.ErrClosed) {
		t.Fatalf("after the end: %v", err)
	}
}

// The store itself: no call outlasts its context, nor the end of the store, while
// the engine is replaced.
func TestCallsDuringReopening(t *testing.T) {
	s := quiet(t, t.TempDir())
	mark, err := s.Append(t.Context(), key, 0, 1, []byte("first"))
	if err != nil {
		t.Fatal(err)
	}
	open := s.calls.shut() // as heal does
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"append":   func() error { _, err := s.Append(ctx, key, mark, 2, nil); return err },
		"read":     func() error { _, err := s.Read(ctx, key, 1); return err },
		"journals": func() error { _, err := s.Journals(ctx); return err },
		"put":      func() error { _, err := s.Put(ctx, "a", nil, 0); return err },
		"list":     func() error { _, err := s.List(ctx, ""); return err },
		"purge":    func() error { return s.Purge(ctx, key) },
	} {
		if err := call(); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	late := make(chan error)
	go func() { _, err := s.Read(t.Context(), key, 1); late <- err }()
	s.close()
	if err := <-late; !errors.Is(err, store.ErrClosed) {
		t.Errorf("read at the end: %v", err)
	}
	open()
	closed(t, s)
}
