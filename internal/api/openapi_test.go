package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/match"
	"matchstream/matches"
)

// operationOf finds the description of what a request went to; nil for none.
func (b *bench) operationOf(t *testing.T, method, path string) *huma.Operation {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	pattern := b.router.pattern(&http.Request{Method: method, URL: u, Host: "localhost"})
	_, route, _ := strings.Cut(pattern, " ")
	item := b.huma.OpenAPI().Paths[route]
	if item == nil {
		return nil
	}
	return map[string]*huma.Operation{"GET": item.Get, "HEAD": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[method]
}

// validate holds an answer against the description.
func (b *bench) validate(t *testing.T, method, path string, got reply) {
	t.Helper()
	op := b.operationOf(t, method, path)
	if op == nil {
		if got.status < 300 && method != "OPTIONS" {
			t.Errorf("%s %s: %d, but it is not described", method, path, got.status)
		}
		return
	}
	said := op.Responses[strconv.Itoa(got.status)]
	if said == nil && got.status >= 500 {
		said = op.Responses["default"]
	}
	if said == nil {
		t.Errorf("%s %s: the answer %d is not described", method, path, got.status)
		return
	}
	if method == "HEAD" || got.status == http.StatusNotModified || got.status == http.StatusNoContent {
		if got.body != "" {
			t.Errorf("%s %s: %d has a body", method, path, got.status)
		}
		return
	}
	kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	content := said.Content[kind]
	if content == nil {
		if b.router.streams["GET "+op.Path] {
			return
		}
		t.Errorf("%s %s: %d as %q is not described", method, path, got.status, kind)
		return
	}
	if !strings.HasSuffix(kind, "json") || kind == ndjson {
		return
	}
	var body any
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
		return
	}
	for _, e := range b.errors(content.Schema, body) {
		t.Errorf("%s %s: %d does not fit its description: %v", method, path, got.status, e)
	}
}

func (b *bench) errors(schema *huma.Schema, body any) []error {
	res := &huma.ValidateResult{}
	huma.Validate(b.huma.OpenAPI().Components.Schemas, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, body, res)
	return res.Errors
}

func TestEveryRouteIsDescribed(t *testing.T) {
	b := newBench(t)
	if len(b.router.patterns) < 20 {
		t.Fatalf("only %d routes", len(b.router.patterns))
	}
	described := 0
	for _, item := range b.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				described++
			}
		}
	}
	for _, pattern := range b.router.patterns {
		method, path, _ := strings.Cut(pattern, " ")
		if b.operationOf(t, method, path) == nil {
			t.Errorf("%s is not described", pattern)
		}
	}
	if described != len(b.router.patterns) {
		t.Errorf("%d operations described, %d registered", described, len(b.router.patterns))
	}
}

func TestDescriptionIsWhole(t *testing.T) {
	b := newBench(t)
	got := b.do(t, "GET", "/1/openapi.json", nil)
	var spec map[string]any
	if err := json.Unmarshal([]byte(got.body), &spec); err != nil || spec["openapi"] != "3.1.0" {
		t.Fatal(spec["openapi"], err)
	}
	// Every reference leads somewhere.
	rest := got.body
	found := 0
	for {
		_, after, ok := strings.Cut(rest, `"#/components/schemas/`)
		if !ok {
			break
		}
		name, more, _ := strings.Cut(after, `"`)
		if b.huma.OpenAPI().Components.Schemas.Map()[name] == nil {
			t.Errorf("no schema %s", name)
		}
		rest, found = more, found+1
	}
	if found < 10 {
		t.Errorf("only %d references", found)
	}
	for path, item := range b.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil && (op.OperationID == "" || op.Summary == "" || len(op.Tags) != 1) {
				t.Errorf("%s %s lacks an id, a summary or its tag", op.Method, path)
			}
		}
	}
}

func TestEveryDetailIsDescribed(t *testing.T) {
	described := newBench(t).huma.OpenAPI().Components.Schemas.Map()["EventRequest"].Properties
	inRequests := 0
	for i := range reflect.TypeFor[match.Details]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[match.Details]().Field(i).Tag.Get("json"), ",")
		if name == "extra" || name == "removed" { // only as stored
			continue
		}
		inRequests++
		if described[name] == nil {
			t.Errorf("%s is not described", name)
		}
	}
	if inRequests != len(details) {
		t.Errorf("%d details described, %d there", len(details), inRequests)
	}
}

// The lines of real timelines fit the description of what may be posted.
func TestTimelinesFitTheDescription(t *testing.T) {
	b := newBench(t)
	schema := b.huma.OpenAPI().Components.Schemas.Map()["EventRequest"]
	for _, file := range []string{matches.Seed, matches.Final2022} {
		text, err := matches.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
			var event map[string]any
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatal(err)
			}
			delete(event, "at")
			if errs := b.errors(schema, event); len(errs) > 0 {
				t.Errorf("%s: %v", line, errs)
			}
		}
	}
	for _, wrong := range []string{`{}`, `{"kind":"gaol"}`, `{"kind":"card","card":"blue"}`, `{"kind":"goal","player":"Luna"}`, `{"kind":"goal","minute":"soon"}`} {
		var event any
		if err := json.Unmarshal([]byte(wrong), &event); err != nil {
			t.Fatal(err)
		}
		if len(b.errors(schema, event)) == 0 {
			t.Errorf("%s fits", wrong)
		}
	}
}

// The kinds described are those that match knows, in its order.
func TestEveryKindIsDescribed(t *testing.T) {
	_, err := match.ParseRequest([]byte(`{"kind":"no-such"}`))
	if err == nil || !strings.Contains(err.Error(), "expected one of "+join(kinds)+", or x-") {
		t.Errorf("match says %v, described are %v", err, kinds)
	}
}
