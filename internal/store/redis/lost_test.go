package redis

import (
	"errors"
	"testing"

	"matchstream/internal/store"
)

// TestEvicted: what the server has thrown away is missed, and no number is given out
// again.
func TestEvicted(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	mark := appended(t, s, appended(t, s, 0, 1), 2)
	other := store.Key{Match: "other", Epoch: "e"}
	if _, err := s.Append(within(t), other, 0, 1, []byte("there")); err != nil {
		t.Fatal(err)
	}
	srv.cli("DEL", s.keys.journal(nameOf(key)))
	if records, err := s.Read(within(t), key, 1); !errors.Is(err, store.ErrDamaged) || len(records) != 0 {
		t.Fatalf("Read: %v, %v", records, err)
	}
	for _, n := range []int64{1, 3} {
		after := mark
		if n == 1 {
			after = 0
		}
		_, err := s.Append(within(t), key, after, n, nil)
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrConflict) {
			t.Fatalf("Append of record %d: %v", n, err)
		}
	}
	all, err := s.Journals(within(t))
	if err != nil || len(all) != 2 || all[0] != (store.Journal{Key: key, Records: 2, Missing: 2}) || all[1].Missing != 0 {
		t.Fatalf("Journals: %v, %v", all, err)
	}
	shown := make(chan store.Record, 10)
	ctx := within(t)
	ended := make(chan error, 1)
	go func() { ended <- s.Follow(ctx, 0, func(r store.Record) { shown <- r }) }()
	if r := <-shown; r.Key != other {
		t.Fatalf("shown %v", r)
	}
	if err := s.Purge(within(t), key); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Fatal(err)
	}
}

func TestLostEntries(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	for _, name := range []string{"a", "b"} {
		if _, err := s.Put(within(t), name, []byte(name), 0); err != nil {
			t.Fatal(err)
		}
	}
	srv.cli("HDEL", s.keys.catalogue, "a")
	_, err := s.Get(within(t), "a")
	if !errors.Is(err, store.ErrNotFound) || !errors.Is(err, store.ErrDamaged) {
		t.Fatalf("Get: %v", err)
	}
	list, err := s.List(within(t), "")
	if !errors.Is(err, store.ErrDamaged) || len(list) != 1 || list[0].Key != "b" {
		t.Fatalf("List: %v, %v", list, err)
	}
	if err := s.Delete(within(t), "a", 0); err != nil {
		t.Fatal(err)
	}
	if list, err := s.List(within(t), ""); err != nil || len(list) != 1 {
		t.Fatalf("List: %v, %v", list, err)
	}
	if err := s.Delete(within(t), "a", 0); !errors.Is(err, store.ErrConflict) {
		t.Fatal(err)
	}
}

// TestPurgeFrees: a journal that is purged gives its memory back, though others lie
// between its records.
func TestPurgeFrees(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	other, mark, last := store.Key{Match: "other", Epoch: "e"}, store.Mark(0), store.Mark(0)
	big := make([]byte, 2000)
	for n := range int64(500) {
		var err error
		if mark, err = s.Append(within(t), key, mark, n+1, big); err != nil {
			t.Fatal(err)
		}
		if last, err = s.Append(within(t), other, last, n+1, []byte("small")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Purge(within(t), key); err != nil {
		t.Fatal(err)
	}
	if n := srv.cli("EXISTS", s.keys.journal(nameOf(key))); n != "0" {
		t.Fatal("the journal is still there")
	}
	if n := srv.cli("XLEN", s.keys.order); n != "500" {
		t.Fatalf("the order has %s references, want 500", n)
	}
}
