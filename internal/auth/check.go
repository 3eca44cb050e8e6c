package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strings"
)

// What can be wrong with a request's Authorization header.
var (
	ErrMissing = errors.New("a token is needed: Authorization: Bearer <token>")
	ErrWrong   = errors.New("the token is not known here")
)

// Tokens are all that this node takes. Its methods may be called by any
// goroutine. The zero value knows no token.
type Tokens struct {
	all    []Token
	stored []string
	slow   *slowness
}

// Len is how many tokens there are.
func (t *Tokens) Len() int { return len(t.all) }

// Stored names those that hold because the store's catalogue has them.
func (t *Tokens) Stored() []string { return t.stored }

// Check finds the token of an Authorization header. ErrMissing: there is no
// bearer token in it (no header, or another scheme). ErrWrong: not a known
// one; the answer is held back then, the longer the more often the client's
// address (host:port, as in http.Request.RemoteAddr) was wrong lately, at most
// MaxDelay, or until ctx ends.
func (t *Tokens) Check(ctx context.Context, address, header string) (Token, error) {
	scheme, text, _ := strings.Cut(header, " ")
	text = strings.TrimSpace(text)
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return Token{}, ErrMissing
	}
	found, ok := t.find(text)
	if !ok {
		if t.slow != nil {
			t.slow.failed(ctx, address)
		}
		return Token{}, ErrWrong
	}
	return found, nil
}

// find compares with every token in the same time, whichever it is.
func (t *Tokens) find(text string) (found Token, ok bool) {
	sum := sha256.Sum256([]byte(text))
	at := -1
	for i := range t.all {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(sum[:], t.all[i].hash[:]), i, at)
	}
	if at < 0 {
		return Token{}, false
	}
	return t.all[at], true
}
