package doctor

import (
	"flag"
	"io/fs"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite golden files and the page")

// hosts that are made up, in testdata/hosts.
var hosts = []string{"fine", "small", "container-v2", "container-v1", "nothing", "strange"}

// made is a host that is made up: testdata/hosts/NAME.txtar.
func made(t *testing.T, name string) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile("testdata/hosts/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range a.Files {
		if strings.HasSuffix(f.Name, "/environ") { // variables end with a zero
			f.Data = []byte(strings.ReplaceAll(string(f.Data), "\n", "\x00"))
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

// changed is a host with other files: path and content in turn; "-": none.
func changed(files fstest.MapFS, with ...string) fstest.MapFS {
	files = maps.Clone(files)
	for i := 0; i < len(with); i += 2 {
		if with[i+1] == "-" {
			delete(files, with[i])
			continue
		}
		files[with[i]] = &fstest.MapFile{Data: []byte(with[i+1])}
	}
	return files
}

// asked are the watchers that each host is asked for.
var asked100k = map[string]int{"small": 100_000, "container-v2": 100_000}

func question(host string) Question {
	return Question{Watchers: max(10_000, asked100k[host]), Ports: []int{8888, 8889, 9999}}
}

func examined(t *testing.T, host string) Report {
	t.Helper()
	return Examine(Host{Files: made(t, host)}, question(host))
}

// find the finding of a code, of which there is one.
func find(t *testing.T, r Report, code string) (found Finding) {
	t.Helper()
	n := 0
	for _, f := range r.Findings {
		if f.Code == code {
			found, n = f, n+1
		}
	}
	if n != 1 {
		t.Fatalf("%d findings of %s, expected one", n, code)
	}
	return found
}

// golden compares with testdata/golden/NAME.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/golden/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew); got:\n%s", path, got)
	}
}

// denied is a file system of which some files may not be read.
type denied struct {
	fs.FS
	below string
}

func (d denied) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, d.below) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.FS.Open(name)
}
