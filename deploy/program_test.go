package deploy

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// program is built once, as `make build` does.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "matchstream-deploy-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "matchstream")
	out, err := exec.Command("go", "build", "-o", path, "matchstream").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// built is where the program is.
func built(t testing.TB) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// run runs a program that has to succeed, and returns what it says.
func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v (scripts/tools installs what is missing)\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// shipped is the text of a file of this folder, or of docs.
func shipped(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files that are shipped: all of this folder that is not Go, and the page that
// tells how they are used.
func files(t testing.TB) []string {
	t.Helper()
	all := []string{"../docs/DEPLOY.md"}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) != ".go" {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
