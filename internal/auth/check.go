package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"
)

// What can be wrong with a request's Authorization header.
var (
	ErrMissing = errors.New("a token is needed: Authorization: Bearer <token>")
	ErrWrong   = errors.New("the token is not known here")
)

// TooManyError says that too many wrong tokens have come from an address; this one was
// not looked at.
type TooManyError struct{ After time.Duration } // when one may be again

func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many wrong tokens came from your address: try again in %d s", e.Seconds())
}

// Seconds is After, rounded up, as in a Retry-After header.
func (e *TooManyError) Seconds() int { return int(math.Ceil(e.After.Seconds())) }

// Tokens are all that this node takes. Its methods may be called by any
// goroutine. The zero value knows no token.
type Tokens struct {
	set  atomic.Pointer[set]
	slow *slowness
}

// set of tokens; immutable.
type set struct {
	all    []Token
	stored []string
}

func (t *Tokens) now() *set {
	if s := t.set.Load(); s != nil {
		return s
	}
	return new(set)
}

// Len is how many tokens there are.
func (t *Tokens) Len() int { return len(t.now().all) }

// Stored names those that hold because the store's catalogue has them.
func (t *Tokens) Stored() []string { return t.now().stored }

// Replace takes other's tokens for those that there are, at once: who has one
// that is no more is refused from now on. Who has guessed is not forgotten.
func (t *Tokens) Replace(other *Tokens) { t.set.Store(other.now()) }

// Check finds the token of an Authorization header. ErrMissing: there is no
// bearer token in it (no header, or another scheme). ErrWrong: not a known one.
//
// address is the client's, host:port, as in http.Request.RemoteAddr. Once a
// wrong token has come from a host, the next ones from there are looked at one
// after the other, with a time between that grows with each wrong one up to
// MaxDelay, however many come at once; *TooManyError: it would have to wait for
// longer than MaxWait. So guessing is slow for who guesses in parallel, and for
// who does not wait for an answer. A connection that brings the token that was
// right on it before does not wait: an operator who shares an address with
// somebody who guesses goes on.
func (t *Tokens) Check(ctx context.Context, address, header string) (Token, error) {
	scheme, text, _ := strings.Cut(header, " ")
	text = strings.TrimSpace(text)
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return Token{}, ErrMissing
	}
	sum := sha256.Sum256([]byte(text))
	if t.slow == nil {
		return t.now().find(sum)
	}
	if !t.slow.trusts(address, sum) {
		if err := t.slow.turn(ctx, origin(address)); err != nil {
			return Token{}, err
		}
	}
	found, err := t.now().find(sum)
	if err != nil {
		t.slow.failed(origin(address))
		return Token{}, err
	}
	t.slow.trust(address, sum)
	return found, nil
}

// find compares with every token in the same time, whichever it is.
func (s *set) find(sum [sha256.Size]byte) (Token, error) {
	at := -1
	for i := range s.all {
		at = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(sum[:], s.all[i].hash[:]), i, at)
	}
	if at < 0 {
		return Token{}, ErrWrong
	}
	return s.all[at], nil
}
