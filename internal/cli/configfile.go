package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// configFile is a YAML file of settings: the flags' names without --, each
// with a plain value.
type configFile struct {
	path    string
	entries map[string]configEntry
}

type configEntry struct {
	value string
	line  int
}

func (f *configFile) where(e configEntry) string { return fmt.Sprintf("%s:%d", f.path, e.line) }

func readConfigFile(path string, known []string) (*configFile, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	return parseConfigFile(path, b, known)
}

// parseConfigFile reads settings. Errors name the file, the line and the key;
// all that is wrong is told at once.
func parseConfigFile(path string, b []byte, known []string) (*configFile, error) {
	f := &configFile{path: path, entries: map[string]configEntry{}}
	// A key that comes twice is told with whatever else is wrong: see add.
	tree, err := parser.ParseBytes(b, 0, parser.AllowDuplicateMapKey())
	var broken yaml.Error
	switch {
	case errors.As(err, &broken) && broken.GetToken() != nil:
		return nil, fmt.Errorf("%s:%d: no valid YAML: %s", path, broken.GetToken().Position.Line, broken.GetMessage())
	case err != nil:
		return nil, fmt.Errorf("%s: no valid YAML: %w", path, err)
	}
	if len(tree.Docs) > 1 && tree.Docs[1].Body != nil {
		return nil, fmt.Errorf("%s: expected one YAML document, found %d", path, len(tree.Docs))
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return f, nil
	}
	var pairs []*ast.MappingValueNode
	switch body := tree.Docs[0].Body.(type) {
	case *ast.MappingNode:
		pairs = body.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{body}
	case *ast.NullNode, *ast.CommentGroupNode:
		return f, nil
	default:
		return nil, fmt.Errorf("%s: expected settings, one a line, like: http: \":8888\"", path)
	}
	var wrong []string
	for _, pair := range pairs {
		if message := f.add(pair, known); message != "" {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s", path, pair.Key.GetToken().Position.Line, message))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "\n"))
	}
	return f, nil
}

// add takes one pair, or says what is wrong with it.
func (f *configFile) add(pair *ast.MappingValueNode, known []string) string {
	key := pair.Key.GetToken().Value
	if !slices.Contains(known, key) {
		text := fmt.Sprintf("unknown key %q", key)
		if near := nearest(key, known); near != "" {
			return text + fmt.Sprintf(" (did you mean %q?)", near)
		}
		return text + "; known are " + strings.Join(known, ", ")
	}
	if before, twice := f.entries[key]; twice {
		return fmt.Sprintf("%s stands in line %d already", key, before.line)
	}
	e := configEntry{line: pair.Key.GetToken().Position.Line}
	switch v := pair.Value.(type) {
	case *ast.NullNode:
		return key + " has no value"
	case *ast.StringNode:
		e.value = v.Value
	case *ast.LiteralNode:
		e.value = v.Value.Value
	case ast.ScalarNode:
		e.value = v.GetToken().Value
	default:
		return key + ": expected one plain value"
	}
	f.entries[key] = e
	return ""
}
