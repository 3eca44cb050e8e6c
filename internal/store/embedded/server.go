package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"matchstream/internal/store"
)

// unlimited leaves the limit to the disk. Not the largest number: the server
// adds to it.
const unlimited = 1 << 60

// tidying is how often the server gives back the space of what was purged: a
// block of 8 MB of which more than half is gone, if it is not the one that is
// being written.
var tidying = 2 * time.Minute // a test cannot wait

// startServer starts a server without any listener. It returns once the
// streams in dir are recovered.
func startServer(dir string, log *slog.Logger, h *health, synced bool) (*server.Server, error) {
	s, err := server.NewServer(&server.Options{
		ServerName:    "matchstream",
		DontListen:    true,
		NoSigs:        true,
		NoLog:         true, // replaced by SetLoggerV2
		StoreDir:      dir,
		JetStream:     true,
		SyncAlways:    synced,
		SyncInterval:  tidying,
		MaxPayload:    2 * store.MaxData,
		WriteDeadline: time.Minute, // the process may be stopped for a while

		// Given, so that the server does not measure the host.
		JetStreamMaxMemory: unlimited, // for consumers, which hold no messages
		JetStreamMaxStore:  unlimited,
	})
	if err != nil {
		return nil, fmt.Errorf("make the embedded server: %w", err)
	}
	s.SetLoggerV2(serverLog{log, h}, log.Enabled(context.Background(), slog.LevelDebug), false, false)
	s.Start()
	if err := checkStarted(s, h, synced); err != nil {
		s.Shutdown()
		s.WaitForShutdown()
		return nil, err
	}
	return s, nil
}

// checkStarted: Start itself returns no error.
func checkStarted(s *server.Server, h *health, synced bool) error {
	if h.failed.Err() != nil {
		return context.Cause(h.failed)
	}
	if !s.ReadyForConnections(patience) {
		return fmt.Errorf("the embedded server did not start within %v", patience)
	}
	if err := checkHealth(s); err != nil || !synced {
		return err
	}
	return checkSynced(s.JetStreamConfig())
}

// checkSynced refuses a server that would acknowledge before it has synced.
func checkSynced(c *server.JetStreamConfig) error {
	switch {
	case c == nil:
		return errors.New("the embedded server runs without JetStream")
	case !c.SyncAlways:
		return errors.New("the embedded server does not sync before it acknowledges (SyncAlways is not in force)")
	}
	return nil
}
