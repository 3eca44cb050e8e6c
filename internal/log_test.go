package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// vocabulary is what the details of log lines are called. None of them is a
// user: who watches is in the access log, if that is wanted, and nowhere else.
var vocabulary = []string{
	"cause", "do", // why it happened; what to do about it
	"match", "epoch", "record", "records", "team", "key", "name", "names", "nearest", "values",
	"file", "folder", "from", "bytes", "left", "free", "of", "copy", "kept", "lines", "lost",
	"method", "path", "page", "address", "stack", "pause",
	"watchers", "delay", "over", "deleted", "failed", "took", "ended", "next",
	"version", "tcp", "admin", "data", "limit", "memory", "tokens",
	"protocol", "since", "begin", "end", "events", "event", "kind",
}

// A message is always the same, so that lines that are alike can be counted
// together; what differs is in its details. These say what they are told to.
var dynamic = []string{"live/follow.go", "store/embedded/log.go", "store/peers/log.go"}

// TestLogLines: each call of a logger has a constant message and details with
// known names; a warning or an error has a cause, or says what to do.
func TestLogLines(t *testing.T) {
	calls := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "logging") {
			return err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if level, ok := logs(call); ok {
					calls++
					checkLine(t, set.Position(call.Pos()).String(), filepath.ToSlash(file), level, call.Args)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls < 40 {
		t.Errorf("only %d calls were found: the test shows nothing", calls)
	}
}

// logs says whether a call writes a line, and at which level.
func logs(call *ast.CallExpr) (level string, ok bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, f.Sel.Name) {
		return "", false
	}
	by := ""
	switch x := f.X.(type) {
	case *ast.Ident:
		by = x.Name
	case *ast.SelectorExpr:
		by = x.Sel.Name
	case *ast.CallExpr:
		if room, ok := x.Fun.(*ast.SelectorExpr); ok && room.Sel.Name == "Room" {
			by = "log"
		}
	}
	return f.Sel.Name, strings.EqualFold(by, "log") || by == "said" || by == "Watches"
}

func checkLine(t *testing.T, at, file, level string, args []ast.Expr) {
	if _, constant := args[0].(*ast.BasicLit); !constant && !slices.Contains(dynamic, file) {
		t.Errorf("%s: the message is not constant: put what differs behind it", at)
	}
	helps := false
	for i := 1; i < len(args); i += 2 {
		lit, ok := args[i].(*ast.BasicLit)
		if !ok {
			t.Errorf("%s: the name of detail %d is not constant", at, i/2+1)
			return
		}
		name, err := strconv.Unquote(lit.Value)
		if err != nil || !slices.Contains(vocabulary, name) {
			t.Errorf("%s: a detail is called %s: choose a name of the vocabulary, or add it there", at, lit.Value)
		}
		helps = helps || name == "cause" || name == "do"
	}
	if (level == "Warn" || level == "Error") && !helps {
		t.Errorf("%s: a line of level %s needs a cause, or what to do", at, level)
	}
}
