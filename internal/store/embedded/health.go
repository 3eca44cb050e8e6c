package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
)

// JetStream does not answer an append whose write or sync has failed, and takes
// nothing more into that stream; it only logs, and reports itself unhealthy.
// So each error that it logs makes us ask how it is, and those who wait for
// an answer are told at once.

// health is whether the server still can write.
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

// watch asks the server whenever there is a doubt, until closing is done or the server has failed.
func (h *health) watch(closing context.Context, s *server.Server, log *slog.Logger) {
	for {
		select {
		case <-closing.Done():
			return
		case <-h.ask:
		}
		if err := checkHealth(s); err != nil && closing.Err() == nil {
			log.Error("store: nothing more can be written until it is opened anew", "cause", err)
			h.fail(err)
			return
		}
	}
}

// checkHealth asks for everything: recovered streams, errors of writing. The
// server must have been ready once.
func checkHealth(s *server.Server) error {
	found := s.Healthz(&server.HealthzOptions{})
	for range 100 {
		if !strings.HasPrefix(found.Error, notReady) {
			break
		}
		found = s.Healthz(&server.HealthzOptions{})
	}
	if found.Status == "ok" {
		return nil
	}
	if found.Error == "" {
		return errors.New("the embedded server is " + found.Status)
	}
	return fmt.Errorf("the embedded server is %s: %s", found.Status, found.Error)
}

// notReady begins what Healthz says of a server that does not become ready within
// a millisecond. On a starved machine it tosses a coin between that and its being
// ready (nats-server v2.15, readyForConnections), so it is asked again.
const notReady = "failed to be ready for connections"
