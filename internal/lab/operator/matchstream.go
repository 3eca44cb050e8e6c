package operator

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"matchstream/internal/client"
)

// The teams of the lab's matches: they are made once, and stay.
const (
	home  = "laba"
	visit = "labb"
)

// MaxSize is how many bytes an event's text may have on a MatchStream.
const MaxSize = 500

// ErrNoToken: a MatchStream takes events only from its operators.
var ErrNoToken = errors.New("an operator's token is expected in $MATCHSTREAM_TOKEN or --token-file (matchstream-data/operator-token of the server is one; matchstream token new makes others)")

// MatchStream plays a match of its own on a MatchStream.
type MatchStream struct {
	player
	api   *client.Client
	idle  func() // closes its connections
	match string
}

// OnMatchStream makes a match, and starts it. The error says what to do; then nothing is
// left. Close takes the match away again; its teams, laba and labb, stay.
func OnMatchStream(ctx context.Context, server, token string, t Timing) (*MatchStream, error) {
	if token == "" {
		return nil, ErrNoToken
	}
	if t.Size > MaxSize {
		return nil, fmt.Errorf("events of %d bytes: expected at most %d, which a MatchStream's comment may have", t.Size, MaxSize)
	}
	api, err := client.New(server)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	api.HTTP, api.Token = &http.Client{Transport: transport}, token
	m := &MatchStream{player: newPlayer(t), api: api, idle: transport.CloseIdleConnections}
	m.player.post = m.comment
	if err := m.begin(ctx); err != nil {
		if m.match == "" {
			m.idle()
			return nil, err
		}
		return nil, errors.Join(err, m.Close(context.WithoutCancel(ctx)))
	}
	return m, nil
}

// Match is Operator's.
func (m *MatchStream) Match() string { return m.match }

// End is Operator's: the match is over.
func (m *MatchStream) End(ctx context.Context) error {
	if err := m.ask(ctx, http.MethodPost, m.path()+"/events", map[string]any{"kind": "stop"}); err != nil {
		return fmt.Errorf("ending the match %s: %w", m.match, err)
	}
	return nil
}

// Close is Operator's: the match is deleted.
func (m *MatchStream) Close(ctx context.Context) error {
	defer m.idle()
	if err := m.ask(ctx, http.MethodDelete, m.path(), nil); err != nil && !client.Is(err, http.StatusNotFound) {
		return fmt.Errorf("deleting the match %s: %w", m.match, err)
	}
	return nil
}

func (m *MatchStream) path() string { return "/1/match/" + m.match }

// comment is one event. Each has a key of its own, so that a repeat adds nothing.
func (m *MatchStream) comment(ctx context.Context, number int, mark, pad string) (again bool, err error) {
	body, err := json.Marshal(map[string]string{"kind": "comment", "comment": mark + pad})
	if err != nil {
		return false, err
	}
	err = m.api.Call(ctx, http.MethodPost, m.path()+"/events", fmt.Sprintf("lab-%d-%s", number, mark), body, nil)
	return mayPass(err), err
}

// mayPass says whether another try may be answered otherwise.
func mayPass(err error) bool {
	return errors.Is(err, client.ErrGaveUp) || errors.Is(err, context.DeadlineExceeded)
}

// ask makes a request until it is answered, or for GiveUp.
func (m *MatchStream) ask(ctx context.Context, method, path string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		b = nil
	}
	key, wait, until := "lab-"+rand.Text(), client.NewBackoff(), m.Clock.Now().Add(m.GiveUp)
	for {
		again, err := m.try(ctx, func(ctx context.Context) (bool, error) {
			err := m.api.Call(ctx, method, path, key, b, nil)
			return mayPass(err), err
		})
		next := m.Clock.Now().Add(wait.Next(0))
		if err == nil || !again || ctx.Err() != nil || next.After(until) {
			return err
		}
		if err := m.Clock.Until(ctx, next); err != nil {
			return err
		}
	}
}

var _ Operator = (*MatchStream)(nil)

// day is a day from now, as matches name it.
func day(now time.Time, n int) string { return now.UTC().AddDate(0, 0, n).Format(time.DateOnly) }
