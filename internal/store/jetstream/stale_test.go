package jetstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// replica answers direct gets in the place of a server.
type replica func(request *nats.Msg, conn *nats.Conn)

// lagging has only the messages to a sequence, of a subject in one journal.
func lagging(t *testing.T, api js.JetStream, to uint64) replica {
	return func(request *nats.Msg, conn *nats.Conn) {
		stream, err := api.Stream(context.Background(), JournalStream)
		if err != nil {
			t.Error(err)
			return
		}
		var from uint64
		if _, err := fmt.Sscanf(string(request.Data), `{"seq":%d`, &from); err != nil {
			t.Error(err)
		}
		if from > to {
			answer(conn, request.Reply, "404", 0)
			return
		}
		for sequence := from; sequence <= to; sequence++ {
			m, err := stream.GetMsg(context.Background(), sequence)
			if err != nil {
				t.Error(err)
				return
			}
			reply := nats.NewMsg(request.Reply)
			reply.Header, reply.Data = m.Header, m.Data
			reply.Header.Set(js.SubjectHeader, m.Subject)
			reply.Header.Set(js.SequenceHeader, fmt.Sprint(m.Sequence))
			conn.PublishMsg(reply) //nolint:errcheck // who waits for it fails
		}
		answer(conn, request.Reply, "204", 0)
	}
}

func answer(conn *nats.Conn, to, status string, pending uint64) {
	m := nats.NewMsg(to)
	m.Header.Set("Status", status)
	m.Header.Set("Nats-Num-Pending", fmt.Sprint(pending))
	conn.PublishMsg(m) //nolint:errcheck // who waits for it fails
}

// TestStaleReplicas: whatever a replica lacks, Read shows what was appended.
func TestStaleReplicas(t *testing.T) {
	t.Parallel()
	const records = 10
	s, conn := withoutReplicas(t)
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark := store.Mark(0)
	for number := int64(1); number <= records; number++ {
		var err error
		if mark, err = s.Append(t.Context(), key, mark, number, fmt.Append(nil, number)); err != nil {
			t.Fatal(err)
		}
	}
	for name, r := range map[string]replica{
		"it has nothing":    lagging(t, s.js, 0),
		"it lags behind":    lagging(t, s.js, 6),
		"it lacks one":      lagging(t, s.js, records-1),
		"it has all":        lagging(t, s.js, records),
		"it does not serve": func(m *nats.Msg, conn *nats.Conn) { answer(conn, m.Reply, "503", 0) },
		"it talks nonsense": func(m *nats.Msg, conn *nats.Conn) { conn.Publish(m.Reply, []byte("hello")) }, //nolint:errcheck // as above
		"it promises more":  func(m *nats.Msg, conn *nats.Conn) { answer(conn, m.Reply, "204", 5) },
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			served, err := conn.Subscribe("$JS.API.DIRECT.GET."+JournalStream, func(m *nats.Msg) {
				asked.Add(1)
				r(m, conn)
			})
			if err != nil {
				t.Fatal(err)
			}
			defer served.Unsubscribe() //nolint:errcheck // fails only on a closed connection
			conn.Flush()               //nolint:errcheck // as above
			for from := int64(1); from <= records; from += 3 {
				anew := another(s) // nothing was shown to this one that it could miss
				got, err := anew.Read(t.Context(), key, from)
				if err != nil || int64(len(got)) != records+1-from || got[len(got)-1].Number != records {
					t.Fatalf("from %d: %d records, %v", from, len(got), err)
				}
			}
			if n := asked.Load(); n == 0 || n > 4*records {
				t.Errorf("the replica was asked %d times", n)
			}
		})
	}
}

// TestPurgedBehindOurBack: another node has purged a journal and begun it anew,
// with a replica that still has the old one.
func TestPurgedBehindOurBack(t *testing.T) {
	t.Parallel()
	s, conn := withoutReplicas(t)
	other := another(s)
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark := store.Mark(0)
	for number := int64(1); number <= 3; number++ {
		mark, _ = s.Append(t.Context(), key, mark, number, []byte("old"))
	}
	if err := other.Purge(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Read(t.Context(), key, 1); err != nil || len(got) != 0 {
		t.Fatalf("%v, %v", got, err)
	}
	if _, err := other.Append(t.Context(), key, 0, 1, []byte("new")); err != nil {
		t.Fatal(err)
	}
	served, err := conn.Subscribe("$JS.API.DIRECT.GET."+JournalStream, func(m *nats.Msg) {
		old := nats.NewMsg(m.Reply)
		old.Header.Set(js.SubjectHeader, JournalSubject(key))
		old.Header.Set(js.SequenceHeader, "2")
		old.Header.Set(NumberHeader, "2")
		conn.PublishMsg(old) //nolint:errcheck // who waits for it fails
		answer(conn, m.Reply, "204", 0)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer served.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	conn.Flush()               //nolint:errcheck // as above
	if got, err := s.Read(t.Context(), key, 1); err != nil || len(got) != 1 || string(got[0].Data) != "new" {
		t.Fatalf("%v, %v", got, err)
	}
}

// TestStaleLeader: a leader that has less than was shown is not believed.
func TestStaleLeader(t *testing.T) {
	t.Parallel()
	s, _ := withoutReplicas(t)
	key := store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}
	mark, err := s.Append(t.Context(), key, 0, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if end, err := s.End(t.Context()); err != nil || end != mark {
		t.Fatal(end, err)
	}
	s.shown.put(key, end{mark: mark + 1, number: 2}) // as a follower does, of another replica
	for what, err := range map[string]error{"End": second(s.End(t.Context())), "Read": second(s.Read(t.Context(), key, 1)), "Journals": second(s.Journals(t.Context()))} {
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// another store over the same connection, as of another node.
func another(s *Store) *Store {
	return &Store{link: s.link, js: s.js, log: s.log, closing: context.Background(), known: s.known, now: time.Now}
}

func second[T any](_ T, err error) error { return err }

// withoutReplicas is a store whose server does not answer direct gets.
func withoutReplicas(t *testing.T) (*Store, *nats.Conn) {
	t.Helper()
	conn, err := nats.Connect(oneServer(t), nats.ReconnectBufSize(-1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	s, err := New(t.Context(), conn, Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // it has none
	for _, config := range []js.StreamConfig{JournalConfig(1), CatalogueConfig(1)} {
		config.AllowDirect = false
		if _, err := s.js.UpdateStream(t.Context(), config); err != nil {
			t.Fatal(err)
		}
	}
	return s, conn
}
