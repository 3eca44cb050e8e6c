package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
)

// TestLostConsumer: a consumer that the server has lost, or that sends nothing
// though there is something, is replaced; nothing is missing and nothing comes twice.
func TestLostConsumer(t *testing.T) {
	t.Parallel()
	at := natstest.Start(t, jetstream.Program, 1).URL()
	conn, err := nats.Connect(at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, at)
	defer s.Close()
	followed := make(chan int64, 1000)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Follow(ctx, 0, func(r store.Record) { followed <- r.Number }) }()
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, number := store.Mark(0), int64(0)
	hears := func() {
		t.Helper()
		mark, number = appendOne(t, s, key, mark, number+1)
		select {
		case n := <-followed:
			if n != number {
				t.Fatalf("followed %d, appended %d", n, number)
			}
		case <-time.After(time.Minute):
			t.Fatalf("record %d was not followed", number)
		}
	}
	hears()
	for what, harm := range map[string]func(consumer string) error{
		"deleted": func(consumer string) error { return api.DeleteConsumer(ctx, jetstream.JournalStream, consumer) },
		"silent": func(consumer string) error {
			_, err := api.PauseConsumer(ctx, jetstream.JournalStream, consumer, time.Now().Add(time.Hour))
			return err
		},
	} {
		var last string
		for consumer := range consumers(t, api).Name() {
			last = consumer
			if err := harm(consumer); err != nil {
				t.Fatal(what, err)
			}
		}
		if last == "" {
			t.Fatal("there is no consumer")
		}
		hears()
		hears()
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if len(followed) > 0 {
		t.Fatalf("followed %d twice", <-followed)
	}
}

func consumers(t *testing.T, api js.JetStream) js.ConsumerNameLister {
	t.Helper()
	stream, err := api.Stream(t.Context(), jetstream.JournalStream)
	if err != nil {
		t.Fatal(err)
	}
	return stream.ConsumerNames(t.Context())
}

// TestLostEnd: a server that has come back without its newest records, as one may
// that does not sync, is another store: its marks will mean other records.
func TestLostEnd(t *testing.T) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, 1)
	s := open(t, cluster.URL())
	defer s.Close()
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, number := store.Mark(0), int64(0)
	for range 3 {
		mark, number = appendOne(t, s, key, mark, number+1)
	}
	old := cluster.Servers[0].Copy(t)
	for range 3 {
		mark, number = appendOne(t, s, key, mark, number+1)
	}
	cluster.Servers[0].Kill()
	old(t)
	cluster.Servers[0].Start(t)
	cluster.Ready(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var got []int64
	err := s.Follow(ctx, mark, func(r store.Record) { got = append(got, r.Number) })
	if !errors.Is(err, store.ErrReplaced) || len(got) > 0 {
		t.Fatalf("followed %v, %v", got, err)
	}
	if _, err := s.Append(ctx, key, mark, number+1, nil); !errors.Is(err, store.ErrReplaced) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("append: %v", err)
	}
}

// TestForeignMessages: what another program writes into the journal spoils the match
// that it is in, and nothing else.
func TestForeignMessages(t *testing.T) {
	t.Parallel()
	at := natstest.Start(t, jetstream.Program, 1).URL()
	conn, err := nats.Connect(at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := open(t, at)
	defer s.Close()
	key, other := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}, store.Key{Match: "arg-fra-2022-12-18", Epoch: "abcdef"}
	mark, _ := appendOne(t, s, key, 0, 1)
	for _, subject := range []string{jetstream.JournalSubject(key), "journal.UPPER.Case"} {
		if _, err := conn.Request(subject, []byte("not by us"), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Append(t.Context(), key, mark, 2, nil); !errors.Is(err, store.ErrConflict) {
		t.Errorf("append behind it: %v", err)
	}
	if got, err := s.Read(t.Context(), key, 1); !errors.Is(err, store.ErrDamaged) || len(got) != 1 {
		t.Errorf("read: %v, %v", got, err)
	}
	appendOne(t, s, other, 0, 1)
	journals, err := s.Journals(t.Context())
	if err != nil || len(journals) != 2 {
		t.Errorf("%v, %v", journals, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var heard []string
	err = s.Follow(ctx, 0, func(r store.Record) {
		heard = append(heard, fmt.Sprint(r.Key.Match, r.Number))
		if r.Key == other {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(heard, []string{key.Match + "1", other.Match + "1"}) {
		t.Errorf("heard %v, %v", heard, err)
	}
}
