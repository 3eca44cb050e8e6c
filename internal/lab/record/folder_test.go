package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder has its runs in the order in which they began, and what lab all keeps beside.
func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("2-bound/run.ndjson", `{"line":"begin","format":1,"stage":"bound","when":"2026-07-01T20:00:10Z"}`+"\n")
	write("2-http/run.ndjson", `{"line":"begin","format":1,"stage":"http","when":"2026-07-01T20:00:05Z"}`+"\n")
	write("3-doctor.json", `{"of":"process 7","watchers":9,"findings":[{"code":"nofile","severity":"error","measured":"1","needed":"2","remedy":["a"]}]}`)
	write("4-inside.txt", "NODE\n")
	f, err := ReadFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Runs) != 2 || f.Runs[0].Begin.Stage != "http" || f.Runs[1].In != dir || f.Runs[1].Dir == dir {
		t.Errorf("%+v", f.Runs)
	}
	if f.Inside != "NODE\n" || f.Box == nil || f.Box.Watchers != 9 || f.Box.Findings[0].Code != "nofile" || len(f.Remarks) > 0 {
		t.Errorf("%+v", f)
	}
	write("3-doctor.json", "no JSON")
	if f, err = ReadFolder(dir); err != nil || f.Box != nil || len(f.Remarks) != 1 || !strings.HasPrefix(f.Remarks[0], "3-doctor.json cannot be read: ") {
		t.Errorf("%+v, %v", f, err)
	}
	alone, err := ReadFolder(filepath.Join(dir, "2-http"))
	if err != nil || len(alone.Runs) != 1 || alone.Runs[0].In != alone.Runs[0].Dir || alone.Box != nil {
		t.Errorf("%+v, %v", alone, err)
	}
}

// Whatever the doctor's file has, it is read or refused.
func FuzzBox(f *testing.F) {
	f.Add([]byte(`{"of":"process 7","watchers":9,"findings":[{"code":"nofile","severity":"ok","measured":"1"}]}`))
	f.Add([]byte(`{"findings":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if b, err := parseBox(text); (b == nil) == (err == nil) {
			t.Errorf("%v, %v", b, err)
		}
	})
}
