package cli

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// typed is a command line up to the cursor, as far as it can be understood.
type typed struct {
	node    *kong.Node
	last    string            // the word that is being typed
	flag    *kong.Flag        // whose value last is; nil: it is none
	prefix  string            // of last, "--flag=", where it holds both
	given   map[string]string // values of flags
	plain   int               // words that are neither command nor flag
	nothing bool              // behind a bare --, there are no flags
}

// candidate is a word that can stand at the cursor.
type candidate struct{ word, help string }

const (
	completeFiles   = ":files"
	completeFolders = ":folders"
)

// readTyped reads words behind the program's name; the last is at the cursor.
func readTyped(root *kong.Node, words []string) typed {
	t := typed{node: root, given: map[string]string{}}
	if len(words) == 0 {
		return t
	}
	for _, word := range words[:len(words)-1] {
		switch {
		case t.flag != nil:
			t.given[t.flag.Name] = word
			t.flag = nil
		case word == "--":
			t.nothing = true
		case strings.HasPrefix(word, "-") && !t.nothing:
			name, value, valued := strings.Cut(word, "=")
			if f := t.find(name); f != nil && valued {
				t.given[f.Name] = value
			} else if f != nil && !f.IsBool() {
				t.flag = f
			}
		default:
			t.descend(word)
		}
	}
	t.last = words[len(words)-1]
	if name, value, valued := strings.Cut(t.last, "="); valued && t.flag == nil && strings.HasPrefix(name, "--") {
		if t.flag = t.find(name); t.flag != nil {
			t.prefix, t.last = name+"=", value
		}
	}
	return t
}

func (t *typed) descend(word string) {
	for _, child := range t.node.Children {
		if child.Name == word {
			t.node, t.plain = child, 0
			return
		}
	}
	t.plain++
}

// flags are those that can stand here: the command's, and those above it.
func (t *typed) flags() (all []*kong.Flag) {
	for _, group := range t.node.AllFlags(true) {
		all = append(all, group...)
	}
	return all
}

// find is a flag by --name or -n.
func (t *typed) find(name string) *kong.Flag {
	for _, f := range t.flags() {
		if name == "--"+f.Name || f.Short != 0 && name == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// server is the one that the command line speaks of.
func (t *typed) server() string {
	if s := t.given["server"]; s != "" {
		return s
	}
	return "http://localhost:8888"
}

// candidates are what can stand at the cursor; matches asks for ids, which may
// take a while.
func (t *typed) candidates(matches func() []string) (all []candidate) {
	add := func(word, help string) {
		if strings.HasPrefix(word, t.last) {
			all = append(all, candidate{t.prefix + word, help})
		}
	}
	switch {
	case t.flag != nil:
		return t.values(t.flag.Value, matches)
	case strings.HasPrefix(t.last, "-") && !t.nothing:
		for _, f := range t.flags() {
			add("--"+f.Name, f.Help)
		}
		return all
	}
	for _, child := range t.node.Children {
		if !child.Hidden && t.plain == 0 {
			add(child.Name, child.Help)
		}
	}
	for i, p := range t.node.Positional {
		if i == t.plain || i < t.plain && p.IsSlice() {
			all = append(all, t.values(p, matches)...)
			break
		}
	}
	return all
}

// known are the values of flags that are checked by more than a list, and so
// have none in their description.
var known = map[string][]string{
	"pump":       {"auto", "epoll", "goroutine"},
	"store":      {"embedded", "nats://", "redis://"},
	"log-level":  {"debug", "info", "warn", "error"},
	"log-format": {"text", "json"},
	"scope":      {"operator", "admin", "edge", "match:"},
}

// values are what a flag or argument can be.
func (t *typed) values(v *kong.Value, matches func() []string) (all []candidate) {
	choices := known[v.Name]
	switch {
	case v.Enum != "":
		choices = v.EnumSlice()
	case v.Name == "match":
		choices = matches()
	case v.Name == "file" || v.Tag.PlaceHolder == "FILE":
		choices = []string{completeFiles}
	case v.Name == "data" || v.Name == "from" || v.Name == "to" || v.Tag.PlaceHolder == "DIR":
		choices = []string{completeFolders}
	}
	for _, word := range slices.Sorted(slices.Values(choices)) {
		if strings.HasPrefix(word, ":") {
			all = append(all, candidate{word, t.prefix})
		} else if strings.HasPrefix(word, t.last) {
			all = append(all, candidate{t.prefix + word, ""})
		}
	}
	return all
}
