package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	patience  = 30 * time.Second // with one attempt
	maxAnswer = 64 << 20         // bytes; a history of a hundred thousand events
)

// client speaks the API of one server for one game. Not for several
// goroutines at once.
type client struct {
	base   string
	http   *http.Client
	token  string
	clock  Clock
	giveUp time.Duration
	note   func(string) // told when the server goes and when it is back
}

// Refusal is an answer that repeating the request will not change.
type Refusal struct {
	Status int
	Detail string // of the problem object
}

func (r *Refusal) Error() string {
	text := fmt.Sprintf("refused (%d %s)", r.Status, http.StatusText(r.Status))
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	switch r.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		text += "; a token that may do this is expected in MATCHSTREAM_TOKEN or --token-file"
	}
	return text
}

// is says whether err is a refusal of this status.
func is(err error, status int) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Status == status
}

// call makes a request and repeats it until it is answered: with a 2xx, whose
// body goes to answer (may be nil), or with a *Refusal. Any other error is
// ctx's, or tells that it has been tried for too long. A POST needs a key,
// which makes repeating it safe; PUT, DELETE and GET are safe by themselves.
func (c *client) call(ctx context.Context, method, path, key string, body []byte, answer any) error {
	began := c.clock.Now()
	wait := newBackoff()
	for away := false; ; away = true {
		trouble, err := c.attempt(ctx, method, path, key, body, answer)
		if trouble == nil {
			if away {
				c.note("the server answers again")
			}
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !away {
			c.note(fmt.Sprintf("%v; trying again for %v", trouble, c.giveUp))
		}
		next := c.clock.Now().Add(wait.next(trouble.after))
		if next.Sub(began) > c.giveUp {
			return fmt.Errorf("gave up after %v without success: %w", c.giveUp, trouble)
		}
		if err := c.clock.Until(ctx, next); err != nil {
			return err
		}
	}
}

// trouble is a reason to try again.
type trouble struct {
	cause error
	after time.Duration // not before; 0: as we like
}

func (t *trouble) Error() string { return t.cause.Error() }
func (t *trouble) Unwrap() error { return t.cause }

// attempt makes the request once. Without trouble err is the outcome.
func (c *client) attempt(ctx context.Context, method, path, key string, body []byte, answer any) (*trouble, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	// Reading is for everybody; a wrong token would be an error there too, but
	// shall be told where it matters.
	if method != http.MethodGet {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return &trouble{cause: err}, nil
	}
	defer response.Body.Close()
	b, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return &trouble{cause: err}, nil
	}
	if response.StatusCode/100 != 2 {
		return refused(response, b)
	}
	if answer == nil {
		return nil, nil
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return nil, fmt.Errorf("%s %s%s: expected JSON of the MatchStream API in the answer: %w", method, c.base, path, err)
	}
	return nil, nil
}

func refused(response *http.Response, body []byte) (*trouble, error) {
	var problem struct{ Detail, Title string }
	json.Unmarshal(body, &problem) // a proxy's answer may be anything
	if problem.Detail == "" {
		problem.Detail = problem.Title
	}
	refusal := &Refusal{Status: response.StatusCode, Detail: printable(problem.Detail)}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return &trouble{cause: refusal, after: retryAfter(response.Header)}, nil
	}
	return nil, refusal
}
