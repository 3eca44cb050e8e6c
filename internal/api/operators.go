package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"matchstream/internal/access"
	"matchstream/internal/auth"
)

// may says whether a token is for a request, and if not, which one would be.
type may func(auth.Token, *http.Request) (ok bool, needed string)

// operate is for all of the operators' part but events.
func operate(t auth.Token, _ *http.Request) (bool, string) {
	return t.Has(auth.Operator), "the scope operator"
}

// post is for events: a match's own token will do.
func post(t auth.Token, r *http.Request) (bool, string) {
	id := r.PathValue("id")
	return t.Posts(id), fmt.Sprintf("the scope operator or %s", auth.MatchScope(id))
}

type tokenKey struct{}

// tokenOf is the operator who sent the request that is being answered.
func tokenOf(ctx context.Context) auth.Token {
	t, _ := ctx.Value(tokenKey{}).(auth.Token)
	return t
}

// admit lets those pass who have a token that is for this, before anything
// else of the request is looked at.
func (s *server) admit(for_ may) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		t, err := s.Auth.Check(r.Context(), r.RemoteAddr, r.Header.Values("Authorization")...)
		if err != nil {
			drain(w, r)
			writeProblem(w, unauthorized(err))
			return
		}
		access.By(r.Context(), t.Name)
		if ok, needed := for_(t, r); !ok {
			p := fieldProblem(http.StatusForbidden, "header.Authorization", fmt.Sprintf("the token %s is for something else: this needs %s", t.Name, needed))
			p.header("WWW-Authenticate", `Bearer realm="matchstream", error="insufficient_scope"`)
			drain(w, r)
			writeProblem(w, p)
			return
		}
		next(huma.WithValue(ctx, tokenKey{}, t))
	}
}

func unauthorized(err error) *Problem {
	var many *auth.TooManyError
	if errors.As(err, &many) {
		p := fieldProblem(http.StatusTooManyRequests, "header.Authorization", err.Error())
		p.header("Retry-After", strconv.Itoa(many.Seconds()))
		return p
	}
	p := fieldProblem(http.StatusUnauthorized, "header.Authorization", err.Error())
	challenge := `Bearer realm="matchstream"`
	switch {
	case errors.Is(err, auth.ErrWrong):
		challenge += `, error="invalid_token"`
	case errors.Is(err, auth.ErrTwice):
		challenge += `, error="invalid_request"`
	}
	p.header("WWW-Authenticate", challenge)
	return p
}

// seesOperators says whether who asks may see operators' names. Who brings no
// token may not, and is told nothing; a wrong one is refused like elsewhere.
func (s *server) seesOperators(r *http.Request) (bool, error) {
	t, err := s.Auth.Check(r.Context(), r.RemoteAddr, r.Header.Values("Authorization")...)
	if errors.Is(err, auth.ErrMissing) {
		return false, nil
	}
	if err != nil {
		return false, unauthorized(err)
	}
	return t.Has(auth.Operator), nil
}
