package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
)

// TestKilledLeader: of a cluster whose leaders are killed one after another, no
// acknowledged record is lost or doubled, and what follows hears of each once, in
// order. What was answered with ErrUnknown is looked for before it is repeated.
func TestKilledLeader(t *testing.T) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, 3)
	s, reader := open(t, cluster.URL()), open(t, cluster.URL())
	defer s.Close()
	defer reader.Close()
	followed := make(chan store.Record, 1<<16)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- reader.Follow(ctx, 0, func(r store.Record) { followed <- r }) }()
	defer func() { cancel(); <-ended }()
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, number := store.Mark(0), int64(0)
	appendSome := func(n int) {
		t.Helper()
		for range n {
			mark, number = appendOne(t, s, key, mark, number+1)
		}
	}
	appendSome(30)
	for range 2 {
		leader := cluster.Leader(t, jetstream.JournalStream)
		leader.Kill()
		appendSome(30)
		leader.Start(t)
		cluster.Ready(t)
		appendSome(30)
	}
	records, err := s.Read(t.Context(), key, 1)
	if err != nil || int64(len(records)) != number {
		t.Fatalf("%d records of %d, %v", len(records), number, err)
	}
	for i, r := range records {
		if r.Number != int64(i+1) || string(r.Data) != fmt.Sprint(i+1) {
			t.Fatalf("record %d is %d, %q", i+1, r.Number, r.Data)
		}
		select {
		case f := <-followed:
			if f.Number != r.Number || f.Mark != r.Mark || string(f.Data) != string(r.Data) {
				t.Fatalf("followed %d (mark %d), stored %d (mark %d)", f.Number, f.Mark, r.Number, r.Mark)
			}
		case <-time.After(time.Minute):
			t.Fatalf("record %d was not followed", r.Number)
		}
	}
}

// appendOne as a caller does: again while it surely was not written, and where it
// perhaps was, after a look.
func appendOne(t *testing.T, s store.Store, key store.Key, after store.Mark, number int64) (store.Mark, int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		mark, err := s.Append(ctx, key, after, number, fmt.Append(nil, number))
		switch {
		case err == nil:
			return mark, number
		case errors.Is(err, store.ErrConflict): // of this one appender: it stands there
			records, err := s.Read(ctx, key, number)
			if err == nil && len(records) == 1 {
				return records[0].Mark, number
			}
			// A leader that was frozen may answer once before it hears that it is none.
			if err != nil && !errors.Is(err, store.ErrUnavailable) || len(records) > 1 || ctx.Err() != nil {
				t.Fatalf("after a conflict: %v, %v", records, err)
			}
		case ctx.Err() != nil || !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown):
			t.Fatal(err)
		}
	}
}

// TestFrozenServer: the server that a store talks to stops without a word.
func TestFrozenServer(t *testing.T) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, 3)
	s := open(t, cluster.URL())
	defer s.Close()
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, number := appendOne(t, s, key, 0, 1)
	leader := cluster.Leader(t, jetstream.JournalStream)
	leader.Freeze(t)
	for range 5 {
		mark, number = appendOne(t, s, key, mark, number+1)
	}
	leader.Thaw(t)
	for range 5 {
		mark, number = appendOne(t, s, key, mark, number+1)
	}
	if records, err := s.Read(t.Context(), key, 1); err != nil || int64(len(records)) != number {
		t.Fatalf("%d records of %d, %v", len(records), number, err)
	}
}

// TestNoMajority: with one server of three nothing is written, and the caller is
// told within the store's patience, not his own.
func TestNoMajority(t *testing.T) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, 3)
	s := open(t, cluster.URL())
	defer s.Close()
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, _ := appendOne(t, s, key, 0, 1)
	cluster.Servers[0].Kill()
	cluster.Servers[1].Kill()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 5 {
		if _, err := s.Append(ctx, key, mark, 2, nil); !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown) || ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	cluster.Servers[0].Start(t)
	cluster.Servers[1].Start(t)
	cluster.Ready(t)
	mark, _ = appendOne(t, s, key, mark, 2)
	appendOne(t, s, key, mark, 3)
}

// TestReplicas: new streams have three in a cluster, and what is said is done.
func TestReplicas(t *testing.T) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, 3)
	for _, test := range []struct{ asked, have int }{{0, 3}, {1, 1}, {0, 1}, {3, 3}} {
		s, err := jetstream.Dial(t.Context(), cluster.URL(), jetstream.Login{}, jetstream.Options{Log: quiet, Replicas: test.asked})
		if err != nil {
			t.Fatal(err)
		}
		if got := cluster.Replicas(t, jetstream.JournalStream); got != test.have {
			t.Errorf("asked for %d: %d, want %d", test.asked, got, test.have)
		}
		s.Close()
	}
	one := natstest.Start(t, jetstream.Program, 1)
	_, err := jetstream.Dial(t.Context(), one.URL(), jetstream.Login{}, jetstream.Options{Log: quiet, Replicas: 3})
	if err == nil || !strings.Contains(err.Error(), "--replicas 3: expected a cluster of as many servers") {
		t.Errorf("three replicas on one server: %v", err)
	}
}

// TestServersAway: where servers of a cluster are away at the first start of all, the
// streams are not made with one replica, unless that is what was asked for.
func TestServersAway(t *testing.T) {
	cluster := natstest.Start(t, jetstream.Program, 2)
	_, _, err := dial(t, time.Second, cluster.URL(), jetstream.Login{})
	if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), "fewer than 3 servers of the cluster") {
		t.Errorf("two servers: %v, expected that more are waited for", err)
	}
	s, err := jetstream.Dial(t.Context(), cluster.URL(), jetstream.Login{}, jetstream.Options{Log: quiet, Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got := cluster.Replicas(t, jetstream.JournalStream); got != 1 {
		t.Errorf("asked for one: %d", got)
	}
}
