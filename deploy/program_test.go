package deploy

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// version that the program is told to be of.
const version = "9.8.7"

// root is where the image is, once it is made.
var root string

// image is made once, by the Dockerfile's own lines: a folder with what the image
// has at its root, so with the program.
var image = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "matchstream-deploy-")
	if err != nil {
		return "", err
	}
	root = dir
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		return "", err
	}
	var lines []string
	for _, m := range regexp.MustCompile(`(?m)^RUN (.*/out/.*)$`).FindAllSubmatch(text, -1) {
		lines = append(lines, strings.ReplaceAll(string(m[1]), "/out/", dir+"/"))
	}
	build := exec.Command("sh", "-euc", strings.Join(lines, "\n"))
	build.Dir, build.Env = "..", append(os.Environ(), "VERSION="+version)
	if out, err := build.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("the Dockerfile's %q: %w\n%s", lines, err, out)
	}
	return dir, nil
})

// built is where the program is.
func built(t testing.TB) string {
	t.Helper()
	dir, err := image()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "matchstream")
}

func TestMain(m *testing.M) {
	code := m.Run()
	if root != "" {
		os.RemoveAll(root)
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
