package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	// MaxBody is how many bytes a request's body may have.
	MaxBody = 64 << 10
	// drained is how much of a body that nobody wants is read all the same.
	drained = 1 << 20
	// bodyPatience is how long a body may take to arrive.
	bodyPatience = 30 * time.Second

	expectedJSON = "expected a JSON object in UTF-8"
)

// takeBody reads the body before huma does, which knows no way to limit the
// time without ending the request's context later on. Whatever the
// Content-Type says, a body is read as JSON: curl -d calls everything a form.
func takeBody(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	b, err := readBody(w, r)
	if err == nil && len(bytes.TrimSpace(b)) == 0 && ctx.Operation().RequestBody != nil {
		err = fieldProblem(http.StatusBadRequest, "body", expectedJSON+", found nothing")
	}
	if err != nil {
		var p *Problem
		if !errors.As(err, &p) {
			p = fieldProblem(http.StatusBadRequest, "body", "could not be read to its end")
		}
		writeProblem(w, p)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	r.Body = io.NopCloser(bytes.NewReader(b))
	next(huma.WithValue(ctx, bodyKey{}, b))
}

type bodyKey struct{}

// bodyOf is the body of the request that is being answered, as it came.
func bodyOf(ctx context.Context) []byte { return ctx.Value(bodyKey{}).([]byte) }

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	tooLarge := fieldProblem(http.StatusRequestEntityTooLarge, "body", fmt.Sprintf("expected at most %d bytes", MaxBody))
	if r.ContentLength > MaxBody {
		drain(w, r)
		return nil, tooLarge
	}
	// Not every ResponseWriter has deadlines (tests' have none); those of
	// net/http do.
	deadlines := http.NewResponseController(w)
	deadlines.SetReadDeadline(time.Now().Add(bodyPatience))
	b, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, fieldProblem(http.StatusRequestTimeout, "body", fmt.Sprintf("expected within %s", bodyPatience))
	}
	if err != nil {
		return nil, err
	}
	deadlines.SetReadDeadline(time.Time{})
	if len(b) > MaxBody {
		drain(w, r)
		return nil, tooLarge
	}
	return b, nil
}

// drain reads on for a while before a refusal is answered: a client that is
// still sending when the connection is closed does not get to see the answer.
// One that waits to be told to send (Expect) is not told.
func drain(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Expect") != "" {
		return
	}
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyPatience / 10))
	io.CopyN(io.Discard, r.Body, drained) // whatever comes of it
}

// strictJSON refuses what encoding/json would take in silence: bytes that are
// no UTF-8, and null, which would be the same as a key left out.
func strictJSON(ctx huma.Context, next func(huma.Context)) {
	if p := checkJSON(bodyOf(ctx.Context())); p != nil {
		_, w := humago.Unwrap(ctx)
		writeProblem(w, p)
		return
	}
	next(ctx)
}

func checkJSON(b []byte) *Problem {
	if !utf8.Valid(b) {
		return fieldProblem(http.StatusBadRequest, "body", expectedJSON+", found bytes that are no UTF-8")
	}
	var whatever any
	if err := json.Unmarshal(b, &whatever); err != nil {
		return fieldProblem(http.StatusBadRequest, "body", expectedJSON+": "+err.Error())
	}
	object, ok := whatever.(map[string]any)
	if !ok {
		return fieldProblem(http.StatusUnprocessableEntity, "body", expectedJSON)
	}
	if key := twice(b); key != "" {
		return fieldProblem(http.StatusUnprocessableEntity, "body"+key, "expected this key once, found it twice")
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if object[key] == nil {
			return fieldProblem(http.StatusUnprocessableEntity, "body."+key, "expected a value, found null; leave the key out instead")
		}
	}
	return nil
}
