package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

// handle registers an operation for everyone.
func handle[I, O any](s *server, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	op.Middlewares = append(huma.Middlewares{prepare}, op.Middlewares...)
	op.BodyReadTimeout = -1 // takeBody sees to it
	op.MaxBodyBytes = MaxBody + 1
	s.describe(&op)
	writing := op.Method != http.MethodGet
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, s.problemOf(requestOf(ctx), err, writing)
		}
		return out, nil
	})
}

// guard registers an operation for those whose token is for it.
func guard[I, O any](s *server, for_ may, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	op.Middlewares = append(huma.Middlewares{s.elsewhere(op.OperationID), s.admit(for_), takeBody}, op.Middlewares...)
	op.Security = []map[string][]string{{"token": {}}}
	op.Tags = []string{"operators"}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable)
	if op.Method == http.MethodPost || op.Method == http.MethodPut || op.Method == http.MethodPatch {
		op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusGatewayTimeout)
	}
	if op.Method == http.MethodDelete {
		op.Errors = append(op.Errors, http.StatusGatewayTimeout)
	}
	handle(s, op, h)
}

// describe completes what huma cannot know: our form of errors.
func (s *server) describe(op *huma.Operation) {
	if op.Tags == nil {
		op.Tags = []string{"everyone"}
	}
	if op.Responses == nil {
		op.Responses = map[string]*huma.Response{}
	}
	content := map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf[Problem](s)}}
	for _, status := range op.Errors {
		op.Responses[strconv.Itoa(status)] = &huma.Response{Description: http.StatusText(status), Content: content}
	}
	op.Responses["default"] = &huma.Response{Description: "What went wrong", Content: content}
	op.Errors = nil // huma would describe them in its own form
}

// schemaOf is the schema of a type, by reference where it has a name.
func schemaOf[T any](s *server) *huma.Schema {
	return s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, reflect.TypeFor[T]().Name())
}

// answers describes an answer whose body huma does not encode.
func answers(status int, description string, content map[string]*huma.MediaType) map[string]*huma.Response {
	return map[string]*huma.Response{strconv.Itoa(status): {Description: description, Content: content}}
}

type requestKey struct{}

// requestOf is the request that is being answered.
func requestOf(ctx context.Context) *http.Request { return ctx.Value(requestKey{}).(*http.Request) }

// prepare lets handlers see the request itself, and settles Accept: there are
// JSON and timelines. (huma's own reading of it does not bear all that clients
// can write there.)
func prepare(ctx huma.Context, next func(huma.Context)) {
	r, _ := humago.Unwrap(ctx)
	accept := negotiation.SelectQValue(strings.Join(r.Header.Values("Accept"), ","), []string{"application/json", ndjson, "application/ndjson"})
	switch accept {
	case "":
		accept = "application/json"
	case "application/ndjson":
		accept = ndjson
	}
	r.Header.Set("Accept", accept)
	next(huma.WithValue(ctx, requestKey{}, r))
}
