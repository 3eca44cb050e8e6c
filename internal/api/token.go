package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/auth"
)

// token is what its bearer is told of his token.
type token struct {
	Name   string   `json:"name" doc:"As stored events show it in by"`
	Scopes []string `json:"scopes" nullable:"false" doc:"operator, match:<id>, admin, edge" example:"[\"operator\"]"`
}

type tokenOutput struct {
	Cache string `header:"Cache-Control" hidden:"true"`
	Body  token
}

// anybody is for whoever has a token at all.
func anybody(auth.Token, *http.Request) (bool, string) { return true, "" }

func (s *server) addToken() {
	guard(s, anybody, huma.Operation{OperationID: "get-token", Method: http.MethodGet, Path: "/1/token",
		Summary:     "Whose the token is, and what it is for",
		Description: "Any token will do. Nothing else can tell a bearer, without changing something, whether his token is known."},
		func(ctx context.Context, _ *struct{}) (*tokenOutput, error) {
			t := tokenOf(ctx)
			return &tokenOutput{Cache: "no-store", Body: token{Name: t.Name, Scopes: append([]string{}, t.Scopes...)}}, nil
		})
}
