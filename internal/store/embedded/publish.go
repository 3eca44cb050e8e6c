package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Codes of JetStream's errors, from nats-server's errors.json.
const (
	wrongLastSequence         = 10071
	wrongLastSequenceConstant = 10164 // the same, without the number
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
	m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(after, 10))
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(s.health.failed, cancel)()
	began := time.Now()
	answer, err := s.conn.RequestMsgWithContext(ctx, m)
	switch {
	case err == nil:
	case errors.Is(err, nats.ErrNoResponders):
		return 0, fmt.Errorf("%w: the embedded server takes no records: %w", store.ErrUnavailable, err)
	case s.health.failed.Err() != nil:
		// A record that was written but could not be synced may be found at the next start.
		return 0, fmt.Errorf("%w: %w", store.ErrUnknown, context.Cause(s.health.failed))
	default:
		return 0, fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	var ack struct {
		Sequence uint64              `json:"seq"`
		Error    *jetstream.APIError `json:"error"`
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil {
		return 0, fmt.Errorf("%w: answer of the embedded server: %w", store.ErrUnknown, err)
	}
	if ack.Error != nil {
		return 0, refused(ack.Error)
	}
	if ack.Sequence == 0 {
		return 0, fmt.Errorf("%w: answer of the embedded server without a sequence: %.200q", store.ErrUnknown, answer.Data)
	}
	if s.told != nil {
		s.told(time.Since(began))
	}
	return ack.Sequence, nil
}

// refused turns an error of JetStream into one of ours. All are found before
// anything is written.
func refused(e *jetstream.APIError) error {
	switch e.ErrorCode {
	case wrongLastSequence, wrongLastSequenceConstant:
		return fmt.Errorf("%w: %w", store.ErrConflict, e)
	default:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, e)
	}
}
