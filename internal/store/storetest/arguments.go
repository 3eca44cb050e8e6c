package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"matchstream/internal/store"
)

func anyBytes(t *testing.T, s store.Store) {
	random := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 2, 1000, 1 << 16, 1<<16 + 1, 300_000, store.MaxData}
	w := &writer{s: s, key: keyA}
	var want []store.Record
	for _, size := range sizes {
		b := make([]byte, size)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		want = append(want, w.append(t, string(b)))
	}
	want = append(want, w.append(t, "\r\nMSG a 1 2\r\n\x00\xff"), w.append(t, "NATS/1.0\r\n\r\n"))
	same(t, "read", read(t, s, keyA, 1), want)
	f := follow(t, s, 0)
	same(t, "followed", f.take(t, len(want)), want)

	// The caller's bytes stay the caller's.
	mine := []byte("mine")
	if _, err := s.Append(within(t), keyB, 0, 1, mine); err != nil {
		t.Fatal(err)
	}
	mine[0] = 'X'
	if got := read(t, s, keyB, 1); string(got[0].Data) != "mine" {
		t.Fatalf("the store kept the caller's slice: %q", got[0].Data)
	}
}

func anyKey(t *testing.T, s store.Store) {
	keys := []store.Key{
		{Match: "a", Epoch: "b"}, {Match: "b", Epoch: "a"},
		{Match: "a-b", Epoch: "c"}, {Match: "a", Epoch: "b-c"}, {Match: "_", Epoch: "-"}, {Match: "-", Epoch: "_"},
		{Match: "abcdefghijklmnopqrstuvwxyz-0123456789_-2026-01-01", Epoch: "z0z0z0"},
		{Match: strings.Repeat("h", 32) + "-" + strings.Repeat("v", 32) + "-2026-12-31", Epoch: "123456789012"},
		{Match: strings.Repeat("m", 128), Epoch: strings.Repeat("e", 128)},
	}
	for i, k := range keys {
		(&writer{s: s, key: k}).append(t, fmt.Sprint(i))
	}
	for i, k := range keys {
		got := read(t, s, k, 1)
		if len(got) != 1 || got[0].Key != k || string(got[0].Data) != fmt.Sprint(i) {
			t.Fatalf("%v: got %v", k, got)
		}
	}
}

// badArguments: refused with an error that is none of the contract's.
func badArguments(t *testing.T, s store.Store) {
	refused := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Fatalf("%s: no error", what)
		}
		for _, e := range []error{store.ErrConflict, store.ErrUnknown, store.ErrUnavailable, store.ErrNotFound, store.ErrClosed} {
			if errors.Is(err, e) {
				t.Fatalf("%s: %v, want an error about the argument", what, err)
			}
		}
	}
	for _, part := range []string{"", "A", "a.b", "*", ">", "a b", "a/b", "ñ", "a\n", "a\x00", strings.Repeat("a", 129)} {
		for _, k := range []store.Key{{Match: part, Epoch: "e"}, {Match: "m", Epoch: part}} {
			_, err := s.Append(within(t), k, 0, 1, nil)
			refused(fmt.Sprintf("Append to %q", k), err)
			_, err = s.Read(within(t), k, 1)
			refused(fmt.Sprintf("Read of %q", k), err)
			refused(fmt.Sprintf("Purge of %q", k), s.Purge(within(t), k))
		}
	}
	for _, number := range []int64{0, -1} {
		_, err := s.Append(within(t), keyA, 0, number, nil)
		refused(fmt.Sprint("Append of record ", number), err)
	}
	_, err := s.Append(within(t), keyA, 0, 1, make([]byte, store.MaxData+1))
	refused("Append of too much", err)
	for _, key := range []string{"", "/", "a/", "/a", "a//b", "a.b", "A", "*", "a/>", "a b", "ñ", "a\n", strings.Repeat("a", 256)} {
		_, err := s.Put(within(t), key, nil, 0)
		refused(fmt.Sprintf("Put of %q", key), err)
		_, err = s.Get(within(t), key)
		refused(fmt.Sprintf("Get of %q", key), err)
		refused(fmt.Sprintf("Delete of %q", key), s.Delete(within(t), key, 1))
	}
	_, err = s.Put(within(t), "a", make([]byte, store.MaxData+1), 0)
	refused("Put of too much", err)
}
