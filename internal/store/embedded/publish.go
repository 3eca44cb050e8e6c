package embedded

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

// publish sends one message to a stream and waits until it is on disk. after
// is the sequence of the last message of this subject; 0: there is none.
func (s *Store) publish(ctx context.Context, m *nats.Msg, after uint64) (uint64, error) {
	if s.health.failed.Err() != nil {
		return 0, fmt.Errorf("%w: %w", store.ErrUnwritable, context.Cause(s.health.failed))
	}
	if err := s.space.check(ctx); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(s.health.failed, cancel)()
	began := time.Now()
	sequence, err := s.link.Publish(ctx, m, after)
	switch {
	case errors.Is(err, store.ErrUnknown) && s.health.failed.Err() != nil:
		// A record that was written but could not be synced may be found at the next start.
		return 0, fmt.Errorf("%w: %w", store.ErrUnknown, context.Cause(s.health.failed))
	case err != nil:
		return 0, err
	}
	if s.told != nil {
		s.told(time.Since(began))
	}
	return sequence, nil
}
