package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"matchstream/internal/words"
)

// ErrGaveUp: the server could not be reached, or only said that it cannot now.
var ErrGaveUp = errors.New("gave up")

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

// Is says whether err is a refusal of this status.
func Is(err error, status int) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Status == status
}

// Unreachable says whether err is that of a server to which there is no
// connection, so that asking it for anything else is no use.
func Unreachable(err error) bool {
	var failed *net.OpError
	return errors.Is(err, ErrGaveUp) && errors.As(err, &failed) && failed.Op == "dial"
}

// trouble is a reason to try again.
type trouble struct {
	cause error
	after time.Duration // not before; 0: as we like
}

func (t *trouble) Error() string { return t.cause.Error() }
func (t *trouble) Unwrap() error { return t.cause }

func refused(response *http.Response, body []byte) (*trouble, error) {
	var problem struct{ Detail, Title string }
	json.Unmarshal(body, &problem) // a proxy's answer may be anything
	if problem.Detail == "" {
		problem.Detail = problem.Title
	}
	refusal := &Refusal{Status: response.StatusCode, Detail: words.Plain(problem.Detail)}
	if response.StatusCode == http.StatusBadRequest && slices.ContainsFunc(wantTLS, func(s string) bool { return bytes.Contains(body, []byte(s)) }) {
		refusal.Detail = speaksTLS
	}
	if mayPass(response.StatusCode) {
		return &trouble{cause: refusal, after: RetryAfter(response.Header)}, nil
	}
	return nil, refusal
}

// wantTLS is what ports of HTTPS say to who comes without TLS: ours and others in Go, nginx.
var wantTLS = []string{"HTTP request to an HTTPS server", "HTTP request was sent to HTTPS port"}

const speaksTLS = "the server speaks TLS at this address: expected https:// in it"

// mayPass says whether a later answer may be another.
func mayPass(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// Refused is what an answer says that is no 2xx, for those who read a stream
// themselves: whether it is worth another try, and after how long, and the
// *Refusal. It reads the body, a problem object or whatever a proxy sends.
func Refused(response *http.Response) (again bool, after time.Duration, refusal error) {
	b, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // half of it will do
	t, err := refused(response, b)
	if t != nil {
		return true, t.after, t.cause
	}
	return false, 0, err
}
