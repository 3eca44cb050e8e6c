package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Batches are bounded so that an answer never fills the connection.
const (
	batchMessages = 1024
	batchBytes    = 4 << 20
)

// get is a request for stored messages, read from the disk's state directly:
// what was acknowledged is seen. Format: NATS ADR-31.
type get struct {
	Sequence uint64 `json:"seq,omitempty"`          // from here on
	Next     string `json:"next_by_subj,omitempty"` // of these subjects
	Last     string `json:"last_by_subj,omitempty"` // the last of this subject, and nothing else
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

// stored is one message of a stream.
type stored struct {
	subject  string
	sequence uint64
	header   nats.Header
	data     []byte
}

// one asks for one message; store.ErrNotFound if there is none.
func (e *engine) one(ctx context.Context, stream string, g get) (stored, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := json.Marshal(g)
	if err != nil {
		return stored{}, err
	}
	answer, err := e.conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream, body)
	if err != nil {
		return stored{}, e.unanswered(err)
	}
	m, _, end, err := parse(answer)
	if err == nil && end {
		err = fmt.Errorf("%w: unexpected answer of the embedded server", store.ErrUnavailable)
	}
	return m, err
}

// errStepped: JetStream said that there is more, and then found nothing: it has
// stepped over what it cannot read, or somebody has removed it meanwhile.
var errStepped = fmt.Errorf("%w: the disk has damaged what was written", store.ErrDamaged)

// each calls f for the messages of subject in a stream, from a sequence on, to
// the end of the stream; errStepped if fewer come than there were to be.
func (e *engine) each(ctx context.Context, stream, subject string, from uint64, f func(stored) error) error {
	for more := uint64(0); ; {
		last, pending, err := e.batch(ctx, stream, get{
			Sequence: max(from, 1), Next: subject, Batch: batchMessages, MaxBytes: batchBytes}, f)
		if errors.Is(err, store.ErrNotFound) {
			if more > 0 {
				return fmt.Errorf("%w: %d cannot be read", errStepped, more)
			}
			return nil
		}
		if err != nil || pending == 0 {
			return err
		}
		from, more = last+1, pending
	}
}

// batch calls f for one batch, and returns its last sequence and how many come after.
func (e *engine) batch(ctx context.Context, stream string, g get, f func(stored) error) (last, pending uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	body, err := json.Marshal(g)
	if err != nil {
		return 0, 0, err
	}
	inbox := e.conn.NewRespInbox()
	answers, err := e.conn.SubscribeSync(inbox)
	if err != nil {
		return 0, 0, e.unanswered(err)
	}
	defer answers.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	if err := e.conn.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, body); err != nil {
		return 0, 0, e.unanswered(err)
	}
	for {
		answer, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return 0, 0, e.unanswered(err)
		}
		m, pending, end, err := parse(answer)
		if err != nil || end {
			return last, pending, err
		}
		last = m.sequence
		if err := f(m); err != nil {
			return 0, 0, err
		}
	}
}

func (e *engine) unanswered(err error) error {
	if e.closing.Err() != nil {
		return store.ErrClosed
	}
	return fmt.Errorf("%w: no answer of the embedded server: %w", store.ErrUnavailable, err)
}

// parse reads an answer: a message, the end of a batch, or an error.
func parse(answer *nats.Msg) (m stored, pending uint64, end bool, err error) {
	h := answer.Header
	number := func(name string) uint64 {
		n, bad := strconv.ParseUint(h.Get(name), 10, 64)
		if bad != nil && err == nil {
			err = fmt.Errorf("%w: answer of the embedded server: header %s: %w", store.ErrUnavailable, name, bad)
		}
		return n
	}
	switch status := h.Get("Status"); {
	case status == "404":
		return stored{}, 0, false, store.ErrNotFound
	case status == "204": // end of batch
		return stored{}, number("Nats-Num-Pending"), true, err
	case status != "":
		return stored{}, 0, false, fmt.Errorf("%w: the embedded server says %s %s", store.ErrUnavailable, status, h.Get("Description"))
	}
	m = stored{subject: h.Get(jetstream.SubjectHeader), sequence: number(jetstream.SequenceHeader), header: h, data: answer.Data}
	return m, 0, false, err
}
