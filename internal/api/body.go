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
	// bodyPatience is how long a body may take to arrive.
	bodyPatience = 30 * time.Second
)

// takeBody reads the body before huma does, which knows no way to limit the
// time without ending the request's context later on. Whatever the
// Content-Type says, a body is read as JSON: curl -d calls everything a form.
func takeBody(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	b, err := readBody(w, r)
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
		return nil, tooLarge
	}
	return b, nil
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
	const expected = "expected a JSON object in UTF-8"
	if len(bytes.TrimSpace(b)) == 0 {
		return fieldProblem(http.StatusBadRequest, "body", expected+", found nothing")
	}
	if !utf8.Valid(b) {
		return fieldProblem(http.StatusBadRequest, "body", expected+", found bytes that are no UTF-8")
	}
	var whatever any
	if err := json.Unmarshal(b, &whatever); err != nil {
		return fieldProblem(http.StatusBadRequest, "body", expected+": "+err.Error())
	}
	object, ok := whatever.(map[string]any)
	if !ok {
		return fieldProblem(http.StatusUnprocessableEntity, "body", "expected a JSON object")
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if object[key] == nil {
			return fieldProblem(http.StatusUnprocessableEntity, "body."+key, "expected a value, found null; leave the key out instead")
		}
	}
	return nil
}
