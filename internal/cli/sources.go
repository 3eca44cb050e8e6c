package cli

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// A setting of the server comes from the first of: a flag, the environment,
// the configuration file, the default. The fields of serveCommand with the tag
// setting are the one description of all of them.

const environmentPrefix = "MATCHSTREAM_"

// Variables of the environment that belong to no flag: secrets, since ps shows
// flags.
const (
	operatorTokenVariable = "MATCHSTREAM_OPERATOR_TOKEN"
	tokenVariable         = "MATCHSTREAM_TOKEN" // of replay
	configVariable        = "MATCHSTREAM_CONFIG"
)

func environmentName(flag string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func isSetting(f *kong.Flag) bool { return f.Tag.Has("setting") }

// settings are the flags of a command that are settings.
func settings(n *kong.Node) (all []*kong.Flag) {
	for _, f := range n.Flags {
		if isSetting(f) {
			all = append(all, f)
		}
	}
	return all
}

// sources finds the values of settings that no flag gives (it is a
// kong.Resolver), and remembers where each came from.
type sources struct {
	file *configFile       // nil: none
	from map[string]string // by flag name: "environment", "file:line"
}

func newSources() *sources { return &sources{from: map[string]string{}} }

// Validate has nothing to check before there is a file: see read.
func (s *sources) Validate(*kong.Application) error { return nil }

// Resolve is the value of a setting from the environment or the file; nil for
// none.
func (s *sources) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	if !isSetting(f) {
		return nil, nil
	}
	variable := environmentName(f.Name)
	// An empty variable is one that is not set: so compose files have them.
	value, from := os.Getenv(variable), variable
	if value == "" && s.file != nil {
		entry, ok := s.file.entries[f.Name]
		if !ok {
			return nil, nil
		}
		value, from = entry.value, s.file.where(entry)
	} else if value == "" {
		return nil, nil
	}
	// Tried here, so that an error can say where the value stands.
	scratch := reflect.New(f.Target.Type()).Elem()
	if err := f.Parse(kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: value}), scratch); err != nil {
		return nil, fmt.Errorf("in %s: %w", from, unwrapped(err))
	}
	s.from[f.Name] = from
	return value, nil
}

// unwrapped is the cause without the flag's name that kong puts before it:
// kong puts it there again.
func unwrapped(err error) error {
	if cause, ok := err.(interface{ Unwrap() error }); ok && cause.Unwrap() != nil {
		return cause.Unwrap()
	}
	return err
}

// read loads the configuration file that the flag or the environment names.
func (s *sources) read(ctx *kong.Context, flags []*kong.Flag) (err error) {
	path := os.Getenv(configVariable)
	for _, f := range flags {
		if f.Name != "config" {
			continue
		}
		if given, ok := ctx.FlagValue(f).(string); ok && given != "" {
			path = given
		}
	}
	if path == "" {
		return nil
	}
	var names []string
	for _, f := range flags {
		if isSetting(f) {
			names = append(names, f.Name)
		}
	}
	s.file, err = readConfigFile(path, names)
	return err
}

// where says where a setting's value comes from.
func (s *sources) where(ctx *kong.Context, name string) string {
	if from, ok := s.from[name]; ok {
		return from
	}
	for _, p := range ctx.Path {
		if p.Flag != nil && p.Flag.Name == name && !p.Resolved {
			return "flag"
		}
	}
	return "default"
}

// strangers are the variables of the environment that look like settings and
// are none, each with the nearest name ("" if none is near), sorted.
func strangers(flags []*kong.Flag) (all [][2]string) {
	known := []string{operatorTokenVariable, tokenVariable, configVariable}
	for _, f := range flags {
		if isSetting(f) {
			known = append(known, environmentName(f.Name))
		}
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, environmentPrefix) && !slices.Contains(known, name) {
			all = append(all, [2]string{name, nearest(name, known)})
		}
	}
	slices.SortFunc(all, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return all
}
