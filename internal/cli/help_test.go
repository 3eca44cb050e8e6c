package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// everyCommand is the whole command line as kong knows it, hidden ones apart.
func everyCommand(t *testing.T) (all []*kong.Node) {
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		if n.Hidden {
			return
		}
		all = append(all, n)
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
	return all
}

// TestEveryHelpEndsWithLinesToPaste: each of them is a command line that is
// understood, and there is a golden file of each help text.
func TestEveryHelpEndsWithLinesToPaste(t *testing.T) {
	for _, n := range everyCommand(t) {
		words := strings.Fields(n.FullPath())[min(1, len(strings.Fields(n.FullPath()))):]
		_, help, _ := runMain(append(words, "--help")...)
		_, examples, found := strings.Cut(help, "\nExamples:\n")
		if !found {
			t.Errorf("%v --help does not end with lines to paste", words)
		}
		name := strings.Join(words, "-")
		if name == "" {
			name = "matchstream"
		}
		if found, err := filepath.Glob("testdata/help/" + name + ".txt"); err != nil || len(found) != 1 {
			t.Errorf("there is no golden file of %v --help (see TestHelpTexts)", words)
		}
		for line := range strings.Lines(examples) {
			expectUnderstood(t, strings.TrimSpace(line))
		}
	}
}

// expectUnderstood parses the call of this program in a line of shell.
func expectUnderstood(t *testing.T, line string) {
	t.Helper()
	_, call, found := strings.Cut(" "+line, " matchstream ")
	if !found {
		return
	}
	call, _, _ = strings.Cut(call, "   ") // a word of what it does
	call, _, _ = strings.Cut(call, " > ")
	var args []string
	for _, word := range strings.Fields(call) {
		args = append(args, strings.Trim(word, "()'\""))
	}
	if len(args) > 0 && args[len(args)-1] == "--help" {
		args = args[:len(args)-1]
		for _, n := range everyCommand(t) {
			if strings.HasSuffix(n.FullPath(), strings.Join(args, " ")) {
				return
			}
		}
	}
	from := newSources()
	parser, err := kong.New(&commands{}, kong.Bind(from))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kong.Trace(parser, args); err != nil {
		t.Errorf("%q: %v", line, err)
	} else if traced, _ := kong.Trace(parser, args); traced.Error != nil {
		t.Errorf("%q: %v", line, traced.Error)
	}
}
