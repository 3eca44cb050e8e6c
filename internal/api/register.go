package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// handle registers an operation for everyone.
func handle[I, O any](s *server, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	op.Middlewares = append(huma.Middlewares{withRequest}, op.Middlewares...)
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
	op.Middlewares = append(huma.Middlewares{s.admit(for_), takeBody}, op.Middlewares...)
	op.Security = []map[string][]string{{"token": {}}}
	op.Tags = []string{"operators"}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusServiceUnavailable)
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
