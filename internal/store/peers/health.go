package peers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// health is whether a server can write. When its disk has failed JetStream says so in
// the log, and shuts down what it was writing for, or all; the routes stay, and to
// the others the node looks alive. So each error that it logs makes us ask.
type health struct {
	failed context.Context // done once it cannot; its cause says why
	fail   context.CancelCauseFunc
	ask    chan struct{}
}

func newHealth() *health {
	h := &health{ask: make(chan struct{}, 1)}
	h.failed, h.fail = context.WithCancelCause(context.Background())
	return h
}

// doubt makes watch ask. It never waits: the server logs with locks held.
func (h *health) doubt() {
	select {
	case h.ask <- struct{}{}:
	default: // watch is about to ask anyway
	}
}

// look is how often it is asked without a doubt: JetStream is shut down some time
// after what was said of it.
const look = time.Second

// watch asks until ctx is done or the server has failed.
func (h *health) watch(ctx context.Context, s *server.Server) {
	every := time.NewTicker(look)
	defer every.Stop()
	for h.failed.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-h.ask:
		case <-every.C:
		}
		if err := failure(s); err != nil && ctx.Err() == nil {
			h.fail(err)
		}
	}
}

// failure says why a server that has been ready cannot write; nil: it can, or only
// the others are missing.
func failure(s *server.Server) error {
	if !s.JetStreamEnabled() {
		return errors.New("JetStream has shut down; what it said before is in the log")
	}
	for _, e := range s.Healthz(&server.HealthzOptions{Details: true}).Errors {
		if strings.Contains(e.Error, "write error") { // nats-server v2.15: jetStream.isStreamHealthy
			return fmt.Errorf("stream %s: %s", e.Stream, e.Error)
		}
	}
	return nil
}
