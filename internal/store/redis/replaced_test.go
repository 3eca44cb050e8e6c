package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"matchstream/internal/store"
)

// errReplaced says both: it is another store, and so surely nothing was written.
var errReplaced = fmt.Errorf("%w: %w", store.ErrUnavailable, store.ErrReplaced)

// beside runs what waits for news, and gives what it ends with.
func beside(f func(context.Context) error) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- f(context.Background()) }()
	return ended
}

// replaced holds that every call says that it is another store, and that nothing is
// written into that one.
func replaced(t *testing.T, s *Store, mark store.Mark) {
	t.Helper()
	_, err := s.Append(within(t), key, mark, 2, nil)
	is(t, "Append", err, errReplaced)
	_, err = s.Append(within(t), key, 0, 1, nil)
	is(t, "Append of the first", err, errReplaced)
	_, err = s.Put(within(t), "b", nil, 0)
	is(t, "Put", err, errReplaced)
	is(t, "Delete", s.Delete(within(t), "a", 1), errReplaced)
	is(t, "Purge", s.Purge(within(t), key), errReplaced)
	_, err = s.Read(within(t), key, 1)
	is(t, "Read", err, errReplaced)
	_, err = s.Get(within(t), "a")
	is(t, "Get", err, errReplaced)
	_, err = s.List(within(t), "")
	is(t, "List", err, errReplaced)
	_, err = s.Journals(within(t))
	is(t, "Journals", err, errReplaced)
	_, err = s.End(within(t))
	is(t, "End", err, errReplaced)
}

// TestReplaced: another store in the place of the one that was opened, in three ways.
func TestReplaced(t *testing.T) {
	for name, replace := range map[string]func(*server){
		"FLUSHALL":                   func(srv *server) { srv.cli("FLUSHALL") },
		"FLUSHALL, and made anew":    func(srv *server) { srv.cli("FLUSHALL"); srv.open() },
		"wiped disk, and made anew":  func(srv *server) { srv.kill(); srv.wipe(); srv.start(); srv.open() },
		"its own key alone was lost": func(srv *server) { srv.cli("DEL", "ms:{matchstream}:store") },
	} {
		t.Run(name, func(t *testing.T) {
			srv := serve(t)
			s := srv.open()
			mark := appended(t, s, 0, 1)
			if _, err := s.Put(within(t), "a", nil, 0); err != nil {
				t.Fatal(err)
			}
			shown, ready := make(chan store.Record, 10), make(chan struct{})
			followed := beside(func(ctx context.Context) error { return s.Follow(ctx, 0, func(r store.Record) { shown <- r }) })
			watched := beside(func(ctx context.Context) error {
				return s.Watch(ctx, func() { close(ready) }, func(e store.Entry) { t.Errorf("watched %v", e) })
			})
			<-shown
			<-ready
			replace(srv)
			is(t, "Follow", <-followed, errReplaced)
			is(t, "Watch", <-watched, errReplaced)
			replaced(t, s, mark)
			again := srv.open()
			if records, err := again.Read(within(t), key, 1); err != nil || len(records) != 0 {
				t.Fatalf("the new store has %d records, %v", len(records), err)
			}
		})
	}
}

// TestOlder: the same store, without the newest that was acknowledged, as after a
// failover to a replica that lacked it.
func TestOlder(t *testing.T) {
	for _, others := range []int{0, 1, 2, 5} { // so many others have written since
		srv := serve(t)
		other := srv.open()
		mark := appended(t, other, 0, 1)
		copied := srv.cli("SAVE") // a snapshot, to come back to
		if copied != "OK" {
			t.Fatal(copied)
		}
		s := srv.open()
		mark2 := appended(t, s, mark, 2)
		mark3 := appended(t, s, mark2, 3)
		other.Close()
		srv.kill()
		srv.wipe()
		srv.conf = []string{"--appendonly", "no"}
		srv.start() // reads the snapshot
		later := srv.open()
		after := mark
		for n := range others {
			var err error
			if after, err = later.Append(within(t), key, after, int64(n)+2, []byte("another history")); err != nil {
				t.Fatal(err)
			}
		}
		replaced(t, s, mark3)
		is(t, "Follow", s.Follow(within(t), mark3, func(r store.Record) { t.Errorf("shown %v", r) }), errReplaced)
		if records, err := later.Read(within(t), key, 1); err != nil || len(records) != others+1 {
			t.Fatalf("%d others: the store has %d records, %v", others, len(records), err)
		}
	}
}

// TestOlderCatalogue is the same for the catalogue.
func TestOlderCatalogue(t *testing.T) {
	srv := serve(t)
	srv.open()
	srv.cli("SAVE")
	s := srv.open()
	if _, err := s.Put(within(t), "a", nil, 0); err != nil {
		t.Fatal(err)
	}
	srv.kill()
	srv.wipe()
	srv.conf = []string{"--appendonly", "no"}
	srv.start()
	if _, err := srv.open().Put(within(t), "b", nil, 0); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(within(t), "b")
	is(t, "Get", err, errReplaced)
}

// TestOlderThanAtTheStart: what a store stands at when it is opened, or its End is
// asked for, is known again, before anything was read or written.
func TestOlderThanAtTheStart(t *testing.T) {
	for _, others := range []int64{0, 1, 3} { // so many others have written since
		srv := serve(t)
		first := srv.open()
		mark := appended(t, first, 0, 1)
		srv.cli("SAVE")
		mark2 := appended(t, first, mark, 2)
		opened, asked := srv.open(), srv.open()
		if end, err := asked.End(within(t)); err != nil || end != mark2 {
			t.Fatal(end, err)
		}
		first.Close()
		srv.kill()
		srv.wipe()
		srv.conf = []string{"--appendonly", "no"}
		srv.start() // reads the snapshot
		later := srv.open()
		for n := range others {
			mark = appended(t, later, mark, n+2)
		}
		for what, s := range map[string]*Store{"opened": opened, "asked": asked} {
			_, err := s.End(within(t))
			is(t, what, err, errReplaced)
			is(t, what, s.Follow(within(t), mark2, func(r store.Record) { t.Errorf("shown %v", r) }), errReplaced)
		}
	}
}

// TestForeignReference: what is no reference ends who follows, who would stand there
// for ever; he begins anew behind it.
func TestForeignReference(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	mark := appended(t, s, 0, 1)
	srv.cli("HINCRBY", s.keys.store, "mark", "1")
	srv.cli("XADD", s.keys.order, fmt.Sprintf("%d-0", mark+1), "r", "not by us")
	var shown []int64
	ctx := within(t)
	err := s.Follow(ctx, 0, func(r store.Record) { shown = append(shown, r.Number) })
	if !errors.Is(err, store.ErrReplaced) || !errors.Is(err, store.ErrDamaged) || len(shown) != 1 {
		t.Fatalf("shown %v, %v", shown, err)
	}
	again := srv.open()
	end, err := again.End(within(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(within(t))
	followed := beside(func(context.Context) error {
		return again.Follow(ctx, end, func(r store.Record) { shown = append(shown, r.Number); cancel() })
	})
	appended(t, again, mark, 2)
	if err := <-followed; !errors.Is(err, context.Canceled) || len(shown) != 2 || shown[1] != 2 {
		t.Fatalf("shown %v, %v", shown, err)
	}
}

// TestForeignReferenceAhead: one that is ahead of all marks would be met again by who
// begins anew. It is said what it is, once, and goes on when it is gone.
func TestForeignReferenceAhead(t *testing.T) {
	for _, id := range []string{"1700000000000-0", "1-5"} {
		srv := serve(t)
		var log page
		heard := make(chan struct{}, 1)
		s := srv.open(func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(hearer(func(b []byte) {
				log.Write(b)
				if strings.Contains(string(b), "interrupted, tried again") {
					heard <- struct{}{}
				}
			}), nil))
		})
		mark := appended(t, s, 0, 1)
		srv.cli("XADD", s.keys.order, id, "r", "not by us")
		var shown []int64
		ctx, cancel := context.WithCancel(within(t))
		followed := beside(func(context.Context) error {
			return s.Follow(ctx, 0, func(r store.Record) {
				if shown = append(shown, r.Number); r.Number == 2 {
					cancel()
				}
			})
		})
		select {
		case <-heard:
			srv.cli("XDEL", s.keys.order, id)
			srv.cli("XSETID", s.keys.order, fmt.Sprintf("%d-0", mark))
			appended(t, s, mark, 2)
			if err := <-followed; !errors.Is(err, context.Canceled) || len(shown) != 2 {
				t.Errorf("%s: shown %v, %v", id, shown, err)
			}
		case err := <-followed:
			t.Errorf("%s: %v", id, err)
		}
		if said := log.String(); strings.Count(said, "interrupted") != 1 || !strings.Contains(said, "entry "+id) || !strings.Contains(said, "XSETID") {
			t.Errorf("%s: it says %s", id, said)
		}
	}
}

// hearer is a writer that hears of what is written.
type hearer func([]byte)

func (w hearer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

// TestPurgedIsNoReplacement: that the newest record this node knows of was purged by
// another says nothing about the store.
func TestPurgedIsNoReplacement(t *testing.T) {
	srv := serve(t)
	s, other := srv.open(), srv.open()
	mark := appended(t, s, 0, 1)
	if err := other.Purge(within(t), key); err != nil {
		t.Fatal(err)
	}
	if again := appended(t, s, 0, 1); again <= mark {
		t.Fatalf("mark %d after %d", again, mark)
	}
}

func TestRefusedStores(t *testing.T) {
	srv := serve(t)
	open := func() error {
		s, err := Open(within(t), Options{URL: srv.url()})
		if err == nil {
			s.Close()
		}
		return err
	}
	for what, before := range map[string][]string{
		"a string":       {"SET", "ms:{matchstream}:store", "x"},
		"another hash":   {"HSET", "ms:{matchstream}:store", "a", "b"},
		"a newer format": {"HSET", "ms:{matchstream}:store", "format", "2", "store", "x", "mark", "0", "revision", "0"},
	} {
		srv.cli("FLUSHALL")
		srv.cli(before...)
		if err := open(); err == nil {
			t.Errorf("%s: no error", what)
		} else {
			t.Log(err)
		}
	}
	srv.cli("FLUSHALL")
	s := srv.open()
	srv.cli("DEL", s.keys.order)
	srv.cli("SET", s.keys.order, "x")
	_, err := s.Append(within(t), key, 0, 1, nil)
	if !errors.Is(err, store.ErrDamaged) || !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("an order of another type: %v", err)
	}
	if n, err := s.Journals(within(t)); err != nil || len(n) != 0 {
		t.Fatalf("%v %v", n, err)
	}
}
