package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
	"matchstream/internal/store/jetstream"
)

// engine is a running server and our connection to it. One that has failed to
// write takes nothing more, and is replaced.
type engine struct {
	server *server.Server
	conn   *nats.Conn
	link   *jetstream.Link // over conn
	stream js.JetStream
	health *health

	closing  context.Context // the store's
	over     context.Context // done when it has been ended
	stop     context.CancelFunc
	watching sync.WaitGroup // the goroutine of health
}

// startEngine starts a server on a folder that is ours. blocks are its files
// before. Nothing is left running if it fails.
func startEngine(ctx, closing context.Context, dir string, log *slog.Logger, synced bool, blocks blocks) (e *engine, err error) {
	e = &engine{health: newHealth(), closing: closing}
	e.over, e.stop = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			e.end()
			e = nil
		}
	}()
	if e.server, err = startServer(dir, log, e.health, synced); err != nil {
		return e, err
	}
	blocks.cut(log)
	e.watching.Go(func() { e.health.watch(e.over, e.server, log) })
	e.conn, err = nats.Connect("", nats.InProcessServer(e.server), nats.Name("matchstream"),
		nats.SyncQueueLen(2*jetstream.BatchMessages), // one batch; the default costs half a megabyte for each
		nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			log.Warn("store: connection to the embedded server", "cause", err)
		}))
	if err != nil {
		return e, fmt.Errorf("connect to the embedded server: %w", err)
	}
	e.link = &jetstream.Link{Conn: e.conn, Patience: patience, Single: true, Replicas: 1, Server: "the embedded server", Ended: func() error {
		if closing.Err() != nil {
			return store.ErrClosed
		}
		return nil
	}}
	if e.stream, err = js.New(e.conn); err != nil {
		return e, err
	}
	for _, c := range []js.StreamConfig{journalConfig, catalogueConfig} {
		if err := ensureStream(ctx, e.stream, c); err != nil {
			return e, err
		}
	}
	return e, nil
}

// end stops it. Who still waits for an answer gets an error.
func (e *engine) end() {
	e.stop()
	e.watching.Wait()
	if e.conn != nil {
		e.conn.Close()
	}
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
	}
}
