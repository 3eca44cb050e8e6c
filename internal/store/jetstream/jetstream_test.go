package jetstream_test

import (
	"io"
	"log/slog"
	"testing"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
	"matchstream/internal/store/storetest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestOneServer(t *testing.T) { suite(t, 1) }

func TestCluster(t *testing.T) { suite(t, 3) }

func suite(t *testing.T, servers int) {
	cluster := natstest.Start(t, program, servers)
	storetest.Run(t, storetest.Suite{Lasts: true, New: func(t *testing.T) storetest.Opener {
		cluster.Clear(t)
		return func(t *testing.T) store.Store { return open(t, cluster.URL()) }
	}})
}

// open a store over a connection of its own.
func open(t *testing.T, url string) *jetstream.Store {
	t.Helper()
	conn, err := nats.Connect(url, nats.ReconnectBufSize(-1), nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	s, err := jetstream.New(t.Context(), conn, jetstream.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
