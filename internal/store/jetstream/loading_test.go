package jetstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream/natstest"
)

// TestStreamNotLoaded: a stream that its server does not find while it loads it is
// away, and not gone, for as long as it is listed. In an account without JetStream
// the test answers for the server.
func TestStreamNotLoaded(t *testing.T) {
	t.Parallel()
	at := natstest.StartWith(t, Program, `accounts { A { users: [ { user: a, password: a } ] } }`).URL()
	conn, err := nats.Connect(at, nats.UserInfo("a", "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	none := fmt.Sprintf(`{"error":{"code":404,"err_code":%d,"description":"stream not found"}}`, streamNotFound)
	for _, c := range []struct {
		what, says string
		replaced   bool
	}{
		{"listed", `{"total":2,"streams":["ANOTHER","JOURNAL"]}`, false},
		{"nobody can be asked", `{"error":{"code":400,"err_code":10039,"description":"no"}}`, false},
		{"not listed", `{"total":1,"streams":["ANOTHER"]}`, true},
	} {
		answering, err := conn.Subscribe("$JS.API.>", func(m *nats.Msg) {
			answer := none
			if m.Subject == "$JS.API.STREAM.NAMES" {
				answer = c.says
			}
			m.Respond([]byte(answer)) //nolint:errcheck // who waits for it fails
		})
		if err != nil {
			t.Fatal(err)
		}
		// A look lasts no time, so that what is found odd twice is believed.
		s := &Store{log: slog.New(slog.NewTextHandler(io.Discard, nil)), closing: context.Background(), known: identity{journal: time.Now()}}
		s.link = &Link{Conn: conn, Patience: 10 * time.Second, Server: "NATS", Replicas: 1, Ended: s.ended}
		w := watchman{s: s, stream: JournalStream}
		for range 5 {
			if _, err := w.look(t.Context()); !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("%s: %v", c.what, err)
			}
		}
		if got := errors.Is(s.ended(), store.ErrReplaced); got != c.replaced {
			t.Errorf("%s: replaced %v, expected %v", c.what, got, c.replaced)
		}
		answering.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	}
}

// TestStartWhileNotLoaded: at a start, too, such a stream is away. Made with other
// settings than it has it would be refused, for good.
func TestStartWhileNotLoaded(t *testing.T) {
	t.Parallel()
	conn, err := nats.Connect(natstest.StartWith(t, Program, "jetstream: disabled").URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const inUse = 10058
	for _, c := range []struct {
		says  string
		final bool
	}{
		{`{"total":1,"streams":["JOURNAL"]}`, false},
		{`{"total":0}`, true}, // it is made, and what is said of that counts
	} {
		answering, err := conn.Subscribe("$JS.API.>", func(m *nats.Msg) {
			answer := fmt.Sprintf(`{"error":{"code":404,"err_code":%d,"description":"stream not found"}}`, streamNotFound)
			switch m.Subject {
			case "$JS.API.STREAM.NAMES":
				answer = c.says
			case "$JS.API.STREAM.CREATE." + JournalStream:
				answer = fmt.Sprintf(`{"error":{"code":400,"err_code":%d,"description":"stream name already in use with a different configuration"}}`, inUse)
			}
			m.Respond([]byte(answer)) //nolint:errcheck // who waits for it fails
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(t.Context(), conn, Options{Log: slog.New(slog.DiscardHandler), Patience: 10 * time.Second})
		if !errors.Is(err, store.ErrUnavailable) || isFinal(err) != c.final {
			t.Errorf("%s: %v, given up: %v, expected %v", c.says, err, isFinal(err), c.final)
		}
		answering.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	}
}
