package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Batches are bounded so that an answer never fills the connection.
const (
	BatchMessages = 1024
	BatchBytes    = 4 << 20
)

// Get is a request for stored messages. Format: NATS ADR-31.
type Get struct {
	Sequence uint64 `json:"seq,omitempty"`          // from here on
	Next     string `json:"next_by_subj,omitempty"` // of these subjects
	Last     string `json:"last_by_subj,omitempty"` // the last of this subject, and nothing else
	Batch    int    `json:"batch,omitempty"`
	MaxBytes int    `json:"max_bytes,omitempty"`
}

const noMessageFound = 10037 // of nats-server's errors.json

// One asks for one message, whoever decides about appends; store.ErrNotFound if
// there is none. What was acknowledged is seen: in a cluster a direct get may be
// answered by a replica that lags behind, so the leader is asked.
func (l *Link) One(ctx context.Context, stream string, g Get) (Message, error) {
	if l.Single {
		return l.direct(ctx, stream, g)
	}
	var answer struct {
		Message struct {
			Subject  string `json:"subject"`
			Sequence uint64 `json:"seq"`
			Header   []byte `json:"hdrs"`
			Data     []byte `json:"data"`
		} `json:"message"`
	}
	err := l.ask(ctx, "$JS.API.STREAM.MSG.GET."+stream, g, &answer)
	var refusal *js.APIError
	switch {
	case errors.As(err, &refusal) && refusal.ErrorCode == noMessageFound:
		return Message{}, store.ErrNotFound
	case errors.As(err, &refusal) && !errors.Is(err, store.ErrUnavailable):
		return Message{}, fmt.Errorf("%w: %s says: %w", store.ErrUnavailable, l.Server, err)
	case err != nil:
		return Message{}, err
	}
	m := Message{Subject: answer.Message.Subject, Sequence: answer.Message.Sequence, Data: answer.Message.Data}
	if len(answer.Message.Header) > 0 {
		if m.Header, err = nats.DecodeHeadersMsg(answer.Message.Header); err != nil {
			return Message{}, fmt.Errorf("%w: message %d of %s: headers: %w", store.ErrDamaged, m.Sequence, stream, err)
		}
	}
	return m, nil
}

// direct asks whatever server comes first.
func (l *Link) direct(ctx context.Context, stream string, g Get) (Message, error) {
	ctx, cancel := l.Bound(ctx)
	defer cancel()
	body, err := json.Marshal(g)
	if err != nil {
		return Message{}, err
	}
	answer, err := l.Conn.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+stream, body)
	if err != nil {
		return Message{}, l.Unanswered(err)
	}
	m, _, end, err := l.parse(answer)
	if err == nil && end {
		err = fmt.Errorf("%w: unexpected answer of %s", store.ErrUnavailable, l.Server)
	}
	return m, err
}

// batch calls f for one batch, and returns its last sequence and how many come
// after, as the server knows that has answered.
func (l *Link) batch(ctx context.Context, stream string, g Get, f func(Message) error) (last, pending uint64, err error) {
	ctx, cancel := l.Bound(ctx)
	defer cancel()
	body, err := json.Marshal(g)
	if err != nil {
		return 0, 0, err
	}
	inbox := l.Conn.NewRespInbox()
	answers, err := l.Conn.SubscribeSync(inbox)
	if err != nil {
		return 0, 0, l.Unanswered(err)
	}
	defer answers.Unsubscribe() //nolint:errcheck // fails only on a closed connection
	if err := l.Conn.PublishRequest("$JS.API.DIRECT.GET."+stream, inbox, body); err != nil {
		return 0, 0, l.Unanswered(err)
	}
	for {
		answer, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return last, 0, l.Unanswered(err)
		}
		m, pending, end, err := l.parse(answer)
		if err != nil || end {
			return last, pending, err
		}
		if err := f(m); err != nil {
			return last, 0, err
		}
		last = m.Sequence
	}
}

// parse reads an answer: a message, the end of a batch, or an error.
func (l *Link) parse(answer *nats.Msg) (m Message, pending uint64, end bool, err error) {
	h := answer.Header
	number := func(name string) uint64 {
		n, bad := strconv.ParseUint(h.Get(name), 10, 64)
		if bad != nil && err == nil {
			err = fmt.Errorf("%w: answer of %s: header %s: %w", store.ErrUnavailable, l.Server, name, bad)
		}
		return n
	}
	switch status := h.Get("Status"); {
	case status == "404":
		return Message{}, 0, false, store.ErrNotFound
	case status == "204": // end of batch
		return Message{}, number("Nats-Num-Pending"), true, err
	case status != "":
		return Message{}, 0, false, fmt.Errorf("%w: %s says %s %s", store.ErrUnavailable, l.Server, status, h.Get("Description"))
	}
	m = Message{Subject: h.Get(js.SubjectHeader), Sequence: number(js.SequenceHeader), Header: h, Data: answer.Data}
	return m, 0, false, err
}
