package jetstream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"matchstream/internal/store"
)

// Link is what a store asks a NATS server, or a cluster of them, of its streams.
// All its methods may be called from many goroutines at once.
type Link struct {
	Conn     *nats.Conn
	Patience time.Duration // how long an answer is waited for
	// Single says that there is one server, in this process: what it does not do at
	// once it will not do later, and each of its answers is the newest.
	Single   bool
	Replicas int          // of the streams
	Server   string       // as errors call it: "the embedded server"
	Ended    func() error // nil as long as answers are to be expected
}

// Pauses before something is tried again that was surely not done.
const (
	firstPause = 5 * time.Millisecond
	mostPause  = 200 * time.Millisecond
)

// unavailable is the code of what JetStream cannot do for the moment: there is no leader.
const unavailable = 503

const ttlHeader = js.MsgTTLHeader

// Bound is a context that ends when the link's patience does.
func (l *Link) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, l.Patience)
}

// send sends a request and waits for the answer. left says whether the request may
// have left; if not it surely had no effect.
func (l *Link) send(ctx context.Context, m *nats.Msg) (answer *nats.Msg, left bool, err error) {
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		if err := l.connected(ctx); err != nil {
			return nil, false, err
		}
		answer, err := l.Conn.RequestMsgWithContext(ctx, m)
		if err == nil {
			return answer, true, nil
		}
		if !hasNotLeft(err) {
			return nil, true, err
		}
		if l.Single || errors.Is(err, nats.ErrMaxPayload) {
			return nil, false, err
		}
		if rest(ctx, pause) != nil {
			return nil, false, err
		}
	}
}

// hasNotLeft says whether an error means that nobody has got the request.
func hasNotLeft(err error) bool {
	return errors.Is(err, nats.ErrNoResponders) || errors.Is(err, nats.ErrReconnectBufExceeded) || errors.Is(err, nats.ErrMaxPayload)
}

// connected waits until there is a connection.
func (l *Link) connected(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.Single || l.Conn.IsConnected() {
		return nil
	}
	changes := l.Conn.StatusChanged(nats.CONNECTED, nats.CLOSED)
	defer l.Conn.RemoveStatusListener(changes)
	for {
		switch {
		case l.Conn.IsClosed():
			return nats.ErrConnectionClosed
		case l.Conn.IsConnected():
			return nil
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return fmt.Errorf("no connection: %w", ctx.Err())
		}
	}
}

// rest for a while; an error if the context ends first.
func rest(ctx context.Context, pause time.Duration) error {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask asks what may be asked again, as an answer may be lost with a server that
// dies. The answer is JSON, or an error of JetStream.
func (l *Link) ask(ctx context.Context, subject string, question, answer any) error {
	ctx, cancel := l.Bound(ctx)
	defer cancel()
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	wait := l.Patience / 8
	if l.Single {
		wait = l.Patience
	}
	for pause := firstPause; ; pause, wait = min(2*pause, mostPause), 2*wait {
		err := l.askOnce(ctx, wait, &nats.Msg{Subject: subject, Data: body}, answer)
		if err == nil || !l.again(err) {
			return err
		}
		if l.Single || rest(ctx, pause) != nil {
			return l.Unanswered(err)
		}
	}
}

func (l *Link) askOnce(ctx context.Context, wait time.Duration, m *nats.Msg, into any) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	answer, _, err := l.send(ctx, m)
	if err != nil {
		return err
	}
	var refusal struct {
		Error *js.APIError `json:"error"`
	}
	if err := json.Unmarshal(answer.Data, &refusal); err != nil {
		return fmt.Errorf("%w: answer of %s: %w", store.ErrUnavailable, l.Server, err)
	}
	if refusal.Error != nil {
		return refusal.Error
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		return fmt.Errorf("%w: answer of %s: %w", store.ErrUnavailable, l.Server, err)
	}
	return nil
}

// again says whether a question may get another answer later: none came, or there
// is no leader for the moment.
func (l *Link) again(err error) bool {
	var refusal *js.APIError
	if errors.As(err, &refusal) {
		return refusal.Code == unavailable
	}
	return !errors.Is(err, store.ErrUnavailable)
}

// Unanswered is the error of a question that got no answer.
func (l *Link) Unanswered(err error) error {
	if ended := l.Ended(); ended != nil {
		return ended
	}
	return fmt.Errorf("%w: no answer of %s: %w", store.ErrUnavailable, l.Server, err)
}
