package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS string

// docsPolicy lets the page use its own style and nothing else.
var docsPolicy = func() string {
	sum := sha256.Sum256([]byte(docsCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// section of the page: the operations of a tag.
type section struct {
	Tag        *huma.Tag
	Operations []*huma.Operation
}

// renderDocs makes the page of a description.
func renderDocs(all *huma.OpenAPI) ([]byte, error) {
	t, err := template.New("docs").Funcs(template.FuncMap{
		"css":      func() template.CSS { return template.CSS(docsCSS) },
		"schema":   schemaText,
		"pretty":   pretty,
		"method":   strings.ToLower,
		"required": func(s *huma.Schema, name string) bool { return slices.Contains(s.Required, name) },
	}).Parse(docsHTML)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{
		"API": all, "Sections": sections(all), "Schemas": all.Components.Schemas.Map(),
	})
	return out.Bytes(), err
}

func sections(all *huma.OpenAPI) []section {
	var out []section
	for _, tag := range all.Tags {
		s := section{Tag: tag}
		for _, path := range slices.Sorted(maps.Keys(all.Paths)) {
			p := all.Paths[path]
			for _, op := range []*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete} {
				if op != nil && slices.Contains(op.Tags, tag.Name) {
					s.Operations = append(s.Operations, op)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// schemaText is a schema in a few words and links.
func schemaText(s *huma.Schema) template.HTML {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		name := template.HTMLEscapeString(s.Ref[strings.LastIndex(s.Ref, "/")+1:])
		return template.HTML(fmt.Sprintf(`<a href="#schema-%s">%s</a>`, name, name))
	case len(s.OneOf) > 0:
		var parts []string
		for _, one := range s.OneOf {
			parts = append(parts, string(schemaText(one)))
		}
		return template.HTML(strings.Join(parts, " or "))
	case s.Type == huma.TypeArray:
		return "list of " + schemaText(s.Items)
	case len(s.Enum) > 0:
		var parts []string
		for _, e := range s.Enum {
			parts = append(parts, fmt.Sprint(e))
		}
		return template.HTML(template.HTMLEscapeString(strings.Join(parts, ", ")))
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		return "object of " + schemaText(values)
	}
	text := s.Type
	if text == "" {
		text = "anything"
	}
	if s.Format == "date" || s.Format == "date-time" {
		text += " (" + s.Format + ")"
	}
	return template.HTML(template.HTMLEscapeString(text))
}

// pretty is an example as JSON.
func pretty(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
