package redis

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"matchstream/internal/store"
)

// TestWatchBehind: one that stands still while more is changed than what is kept of
// changes is told the last of each name, deletions too.
func TestWatchBehind(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	ready, goOn := make(chan struct{}), make(chan struct{})
	entries := make(chan store.Entry, 1<<12)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, func() { close(ready) }, func(e store.Entry) {
			entries <- e
			<-goOn
		})
	}()
	<-ready
	first, err := s.Put(within(t), "a", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	<-entries // it stands
	if err := s.Delete(within(t), "a", first); err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{}
	for i := range 3 * changesKept {
		name := fmt.Sprint("many/", i%(changesKept+10))
		if want[name], err = s.Put(within(t), name, nil, want[name]); err != nil {
			t.Fatal(err)
		}
	}
	if n := srv.cli("XLEN", s.keys.changes); n != fmt.Sprint(changesKept) {
		t.Fatalf("%s changes are kept", n)
	}
	close(goOn)
	got, deleted := map[string]uint64{}, false
	for len(got) < len(want) {
		e := <-entries
		if e.Key == "a" {
			deleted = e.Value == nil
			continue
		}
		got[e.Key] = e.Revision
	}
	for name, revision := range want {
		if got[name] != revision {
			t.Fatalf("%s was told at revision %d, it is at %d", name, got[name], revision)
		}
	}
	if !deleted {
		t.Fatal("the deletion was not told")
	}
	cancel()
	if err := <-ended; err != context.Canceled {
		t.Fatal(err)
	}
}

// TestForgottenDeletions: so many deletions are kept, and one who is further behind
// is told that he is.
func TestForgottenDeletions(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	set := func(name string) {
		t.Helper()
		revision, err := s.Put(within(t), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		// As Delete does, but for keeping three only.
		if _, err := s.run(within(t), deleteScript, []string{s.keys.catalogue, s.keys.names, s.keys.changed, s.keys.deleted},
			name, number(revision), "note", "3", "10"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		set(fmt.Sprint(i))
	}
	if n, all := srv.cli("ZCARD", s.keys.deleted), srv.cli("ZCARD", s.keys.changed); n != "3" || all != "3" {
		t.Fatalf("%s deletions and %s changes are kept, want 3", n, all)
	}
	if _, _, err := s.changed(within(t), 3); !errors.Is(err, errForgotten) {
		t.Fatalf("behind the deletion of revision 4: %v", err)
	}
	if page, to, err := s.changed(within(t), 4); err != nil || len(page) != 3 || to != 10 {
		t.Fatalf("behind the last that is forgotten: %v %d %v", page, to, err)
	}
}
