package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/match"
)

// internalTrouble is all that a client is told of a failure of ours.
const internalTrouble = "something went wrong in the server; it has been logged"

// Problem is an error as clients see it: RFC 9457, application/problem+json,
// with members of our own where they help to go on.
type Problem struct {
	Type     string       `json:"type,omitempty" format:"uri-reference" doc:"urn:matchstream:outcome-unknown where it is not known whether the change was made; else left out" example:"urn:matchstream:outcome-unknown"`
	Title    string       `json:"title" example:"Unprocessable Entity"`
	Status   int          `json:"status" example:"422"`
	Detail   string       `json:"detail,omitempty" doc:"What was wrong and what was expected" example:"body.team: expected elp or tig"`
	Errors   []FieldError `json:"errors,omitempty" doc:"The fields at fault"`
	Position string       `json:"position,omitempty" doc:"409, 412: the match's present position" example:"17-k3f9a2"`
	Next     []match.Kind `json:"next,omitempty" doc:"409: the kinds that can happen now"`
	Reasons  []string     `json:"reasons,omitempty" doc:"503 of /readyz"`

	headers http.Header
}

// FieldError is one field at fault.
type FieldError struct {
	Location string `json:"location,omitempty" doc:"path., query., header. or body. and the name" example:"body.team"`
	Message  string `json:"message" doc:"What was expected"`
}

func problem(status int, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: detail}
}

// detail is a field's error as a sentence. Of the body as a whole the message
// says it all.
func (f FieldError) detail() string {
	if f.Location == "body" {
		return f.Message
	}
	return f.Location + ": " + f.Message
}

// fieldProblem is a problem of one field, at a location such as body.team.
func fieldProblem(status int, location, message string) *Problem {
	f := FieldError{Location: location, Message: message}
	p := problem(status, f.detail())
	p.Errors = []FieldError{f}
	return p
}

func (p *Problem) header(name, value string) {
	if p.headers == nil {
		p.headers = http.Header{}
	}
	p.headers.Set(name, value)
}

// The rest makes a Problem an error that huma knows how to answer.

func (p *Problem) Error() string           { return p.Detail }
func (p *Problem) GetStatus() int          { return p.Status }
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is that of problems whatever the client accepts.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// writeProblem answers outside of huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	w.Write(encode(p)) // that the client has left is no trouble of ours
}

// ownProblem turns the errors that huma makes itself into problems of ours.
func (s *server) ownProblem(ctx huma.Context, _ string, v any) (any, error) {
	theirs, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := problem(theirs.Status, theirs.Detail)
	for _, e := range theirs.Errors {
		p.Errors = append(p.Errors, s.fieldError(ctx.Operation(), e))
	}
	if len(p.Errors) > 0 {
		p.Detail = p.Errors[0].detail()
	}
	return p, nil
}

// said translates messages of huma that do not say what was expected.
var said = map[string]string{
	"invalid integer":                     "expected a whole number",
	"invalid boolean":                     "expected 1 or 0, true or false",
	"expected string to be RFC 3339 date": "expected a date that there is, as YYYY-MM-DD",
}

// fieldError names the field, where huma names what it is in.
func (s *server) fieldError(op *huma.Operation, e *huma.ErrorDetail) FieldError {
	f := FieldError{Location: e.Location, Message: e.Message}
	if better, ok := said[e.Message]; ok {
		f.Message = better
	}
	var missing string
	if n, _ := fmt.Sscanf(e.Message, "expected required property %s to be present", &missing); n == 1 {
		f.Location += "." + missing
		f.Message = "missing: expected a value"
	}
	if e.Message == "unexpected property" {
		f.Message = "unknown key: expected " + strings.Join(s.keysOf(op), ", ")
	}
	return f
}

// keysOf lists the keys that an operation's body may have.
func (s *server) keysOf(op *huma.Operation) []string {
	schema := op.RequestBody.Content["application/json"].Schema
	for schema.Ref != "" {
		schema = s.huma.OpenAPI().Components.Schemas.SchemaFromRef(schema.Ref)
	}
	return slices.Sorted(maps.Keys(schema.Properties))
}
