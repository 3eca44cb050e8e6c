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
	ErrTwice   = errors.New("expected one Authorization header, found more")
)

// TooManyError says that too many wrong tokens have come from an address; whether
// this one is right is not told.
type TooManyError struct{ After time.Duration } // when one may be told again

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
	all        []Token
	given      []Token // of them: by the file and the environment
	file       int     // how many the file gave
	stored     []Token // those that the catalogue gave
	superseded []Token // of the catalogue, which do not hold: others have their names
}

func (t *Tokens) now() *set {
	if s := t.set.Load(); s != nil {
		return s
	}
	return new(set)
}

// Check finds the token of a request's Authorization header. ErrMissing: there
// is no bearer token in it (no header, or another scheme). ErrTwice: there are
// several such headers. ErrWrong: it is not a known one.
//
// address is the client's, host:port, as in http.Request.RemoteAddr. The answer
// to a wrong token takes the longer the more of them came from its origin, up to
// MaxDelay. *TooManyError: so many of them are being answered that no further
// token is looked at; see slowness for whom that does not concern.
func (t *Tokens) Check(ctx context.Context, address string, headers ...string) (Token, error) {
	if len(headers) == 0 {
		return Token{}, ErrMissing
	}
	if len(headers) > 1 {
		return Token{}, ErrTwice // the one that a proxy looked at may be another than ours
	}
	scheme, text, _ := strings.Cut(headers[0], " ")
	text = strings.TrimSpace(text)
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return Token{}, ErrMissing
	}
	sum := sha256.Sum256([]byte(text))
	found, err := t.now().find(sum)
	if t.slow == nil {
		return found, err
	}
	wait, tooMany := t.slow.judge(address, text, sum, err == nil)
	if tooMany != nil {
		return Token{}, tooMany
	}
	if err != nil {
		t.slow.sleep(ctx, wait)
	}
	return found, err
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
