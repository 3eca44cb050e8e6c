package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/wire"
)

const about = `Follow football matches live, or register what happens in them.

Everything under /1/ may be asked from any origin, without credentials. Errors are problem objects (RFC 9457). ` +
	`An event's id is its number in its match: 1, 2, 3, without holes. A position is an id and the epoch of the match's history (17-k3f9a2); a bare id is taken too. ` +
	`Unknown query parameters are ignored; unknown keys in a body are errors. A body is JSON whatever its Content-Type says, at most 64 KiB.`

// config of huma: none of the pages and formats that it brings.
func (s *server) config() huma.Config {
	version := s.Version
	if version == "" {
		version = "1"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "MatchStream", Version: version, Description: about,
				License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
			Servers: []*huma.Server{{URL: "/"}},
			Tags: []*huma.Tag{
				{Name: "everyone", Description: "No token is needed."},
				{Name: "streams", Description: "Live, until the match is over."},
				{Name: "operators", Description: "Authorization: Bearer <token>."},
				{Name: "health", Description: "For load balancers and supervisors."},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer",
					Description: "Scopes: match:<id> posts events to that match and nothing else; operator does everything here."}},
			},
		},
		Formats:       huma.DefaultFormats,
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{s.ownProblem},
	}
}

// describeTypes tells of types whose JSON is not what their Go form suggests.
func describeTypes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[wire.Players](), reflect.TypeFor[map[string]string]())
	r.Map()["EventRequest"] = eventRequest(r)
}

// addDescription serves the description of everything registered before, and
// a page of it. Both are made once, for the first who asks.
func (s *server) addDescription() {
	description := huma.Operation{OperationID: "get-openapi", Method: http.MethodGet, Path: "/1/openapi.json",
		Tags: []string{"description"}, Summary: "This description", Responses: answers(http.StatusOK, "OpenAPI 3.1", jsonOf(&huma.Schema{Type: "object"}))}
	page := huma.Operation{OperationID: "get-docs", Method: http.MethodGet, Path: "/docs",
		Tags: []string{"description"}, Summary: "This description as a page", Responses: answers(http.StatusOK, "The page",
			map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: "string"}}})}
	all := s.huma.OpenAPI()
	all.Tags = append(all.Tags, &huma.Tag{Name: "description"})
	for _, op := range []*huma.Operation{&description, &page} {
		s.describe(op)
		all.AddOperation(op)
	}
	// huma's own form of errors, which nothing refers to: see describe.
	delete(all.Components.Schemas.Map(), "ErrorModel")
	delete(all.Components.Schemas.Map(), "ErrorDetail")
	spec := sync.OnceValue(func() []byte {
		return append(must(json.MarshalIndent(all, "", " ")), '\n')
	})
	docs := sync.OnceValue(func() []byte { return must(renderDocs(all)) })
	s.router.HandleFunc("GET "+description.Path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", revalidate)
		w.Write(spec())
	})
	s.router.HandleFunc("GET "+page.Path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", docsPolicy)
		w.Header().Set("Cache-Control", revalidate)
		w.Write(docs())
	})
}

// must is for what is made of our own types: it cannot fail once a test has passed.
func must(b []byte, err error) []byte {
	if err != nil {
		panic("api: " + err.Error())
	}
	return b
}
