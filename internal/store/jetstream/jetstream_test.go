package jetstream_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
	"matchstream/internal/store/storetest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestOneServer(t *testing.T) { suite(t, 1) }

func TestCluster(t *testing.T) { suite(t, 3) }

func suite(t *testing.T, servers int) {
	t.Parallel()
	cluster := natstest.Start(t, jetstream.Program, servers)
	storetest.Run(t, storetest.Suite{
		Lasts: true,
		New: func(t *testing.T) storetest.Opener {
			cluster.Clear(t)
			return func(t *testing.T) store.Store { return open(t, cluster.URL()) }
		},
		Network: func(t *testing.T) storetest.Backend {
			cluster.Clear(t)
			b := storetest.Backend{Wipe: cluster.Wipe, Open: func(t *testing.T, addresses []string) store.Store {
				return open(t, "nats://"+strings.Join(addresses, ","))
			}}
			for _, s := range cluster.Servers {
				b.Addresses = append(b.Addresses, s.Address())
			}
			return b
		},
	})
}

// open a store over a connection of its own.
func open(t testing.TB, url string) *jetstream.Store {
	t.Helper()
	s, err := jetstream.Dial(t.Context(), url, jetstream.Login{}, jetstream.Options{Log: quiet, Patience: 3 * time.Second, Look: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
