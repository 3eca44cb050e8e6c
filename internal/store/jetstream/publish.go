package jetstream

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Codes of JetStream's errors, from nats-server's errors.json.
const (
	wrongLastSequence  = 10071
	subjectInProcess   = 10164 // a leader: what was sent before to this subject is not written yet; else as 10071
	subjectNotReady    = 10163 // a new leader: what the one before has taken is not written yet
	noLeader           = 10008
	notLeader          = 10009
	accountFull        = 10002
	serverFull         = 10023
	storageFull        = 10047
	sealed             = 10109
	messageTooLarge    = 10054
	headerTooLarge     = 10097
	streamDoesNotMatch = 10060
)

// before are refusals that a leader finds before it proposes a message to the
// replicas. Of any other the message may be with some of them, and come to light
// under the next leader (nats-server v2.15: checkMsgHeadersPreClusteredProposal and
// processClusteredInboundMsg; what a full disk refuses is found behind that, too).
var before = []js.ErrorCode{noLeader, notLeader, storageFull, sealed, messageTooLarge, headerTooLarge, streamDoesNotMatch}

// Publish sends one message to a stream and waits until it is stored, on a
// majority of the replicas. after is the sequence of the last message of its
// subject; 0: there is none. store.ErrConflict: there is another. Until ctx is done
// it tries again what was surely not written.
func (l *Link) Publish(ctx context.Context, m *nats.Msg, after uint64) (uint64, error) {
	m.Header.Set(js.ExpectedLastSubjSeqHeader, strconv.FormatUint(after, 10))
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		sequence, later, err := l.publish(ctx, m)
		if err == nil || !later || l.Single || rest(ctx, pause) != nil {
			return sequence, err
		}
	}
}

// publish once. later: it was refused for now, and surely not written.
func (l *Link) publish(ctx context.Context, m *nats.Msg) (sequence uint64, later bool, err error) {
	answer, left, err := l.send(ctx, m)
	switch {
	case err != nil && !left && l.Ended() != nil:
		return 0, false, l.Ended()
	case err != nil && !left:
		return 0, false, fmt.Errorf("%w: %s takes no records: %w", store.ErrUnavailable, l.Server, err)
	case err != nil:
		return 0, false, fmt.Errorf("%w: %w", store.ErrUnknown, err)
	}
	var ack struct {
		Sequence uint64       `json:"seq"`
		Error    *js.APIError `json:"error"`
	}
	if err := json.Unmarshal(answer.Data, &ack); err != nil {
		return 0, false, fmt.Errorf("%w: answer of %s: %w", store.ErrUnknown, l.Server, err)
	}
	if ack.Error != nil {
		later, err := l.refused(ack.Error)
		return 0, later, err
	}
	if ack.Sequence == 0 {
		return 0, false, fmt.Errorf("%w: answer of %s without a sequence: %.200q", store.ErrUnknown, l.Server, answer.Data)
	}
	return ack.Sequence, false, nil
}

// refused turns an error of JetStream into one of ours.
func (l *Link) refused(e *js.APIError) (later bool, err error) {
	switch e.ErrorCode {
	case wrongLastSequence:
		return false, fmt.Errorf("%w: %w", store.ErrConflict, e)
	case subjectInProcess:
		if l.Single {
			return false, fmt.Errorf("%w: %w", store.ErrConflict, e)
		}
		// What is under way may yet come to nothing, or be the same as this, sent
		// before: who it is will be seen when it is written.
		return true, fmt.Errorf("%w: another write of the same is under way: %w", store.ErrUnavailable, e)
	case subjectNotReady, noLeader, notLeader:
		return true, fmt.Errorf("%w: %w", store.ErrUnavailable, e)
	}
	full := slices.Contains([]js.ErrorCode{accountFull, serverFull, storageFull}, e.ErrorCode)
	switch {
	case l.Replicas > 1 && !slices.Contains(before, e.ErrorCode):
		return false, fmt.Errorf("%w: %w", store.ErrUnknown, e)
	case full && !l.Single:
		return false, fmt.Errorf("%w: %s says: %w", store.ErrFull, l.Server, e)
	}
	return false, fmt.Errorf("%w: %w", store.ErrUnavailable, e)
}
