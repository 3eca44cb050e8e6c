package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// paths of what was written, with what became of it.
func paths(all []Written) (s []string) {
	for _, w := range all {
		s = append(s, w.What+" "+w.Path)
	}
	return s
}

// TestWrite: only what is too small is in the files, and a host that has what they say is
// found to be good.
func TestWrite(t *testing.T) {
	folder := t.TempDir()
	r := examined(t, "small")
	all, err := r.Write(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"written " + readmeFile, "written " + moduleFile, "written " + limitsFile, "written " + sysctlFile, "written " + unitFile(shipped)}
	if !reflect.DeepEqual(paths(all), want) {
		t.Errorf("%q, expected %q", paths(all), want)
	}
	a := &txtar.Archive{}
	for _, w := range all {
		b, err := os.ReadFile(filepath.Join(folder, w.Path))
		if err != nil {
			t.Fatal(err)
		}
		a.Files = append(a.Files, txtar.File{Name: w.Path, Data: b})
	}
	golden(t, "written.txtar", string(txtar.Format(a)))

	// As sysctl --system and a login would have it.
	files := made(t, "small")
	applied := []string{"proc/self/limits", "Max open files 1024 524288 files\nMax processes 200 200 processes"}
	for line := range strings.Lines(string(a.Files[3].Data)) {
		if name, value, ok := strings.Cut(line, " = "); ok && !strings.HasPrefix(line, "#") {
			applied = append(applied, sysctl(name), value)
		}
	}
	applied = append(applied, unitFile(shipped), string(a.Files[4].Data))
	after := Examine(Host{Files: changed(files, applied...)}, question("small"))
	for _, code := range []string{"descriptors", "systemd-nofile", "somaxconn", "tcp_syncookies", "tcp_max_syn_backlog", "tcp_mem", "tcp_wmem", "tcp_rmem", "wmem_max", "ip_local_reserved_ports", "tcp_tw_recycle", "conntrack"} {
		if f := find(t, after, code); f.Severity != OK {
			t.Errorf("with what was written %s is still %s: %s, expected %s", code, f.Severity, f.Measured, f.Needed)
		}
	}
}

// What is not needed any more is removed, ours only; a good host needs nothing.
func TestWriteAgain(t *testing.T) {
	folder := t.TempDir()
	if all, err := examined(t, "fine").Write(folder); err != nil || len(all) != 0 {
		t.Errorf("for a good host: %q, %v", paths(all), err)
	}
	if _, err := examined(t, "small").Write(folder); err != nil {
		t.Fatal(err)
	}
	all, err := examined(t, "small").Write(folder)
	if err != nil || len(all) != 5 || all[0].What != "replaced" {
		t.Errorf("again: %q, %v", paths(all), err)
	}
	if all, err = examined(t, "fine").Write(folder); err != nil || len(all) != 5 || all[0].What != "removed" {
		t.Errorf("when all is good: %q, %v", paths(all), err)
	}
}

// A file that somebody else has made stops it before anything is written.
func TestWriteNoForeignFile(t *testing.T) {
	folder := t.TempDir()
	foreign := filepath.Join(folder, unitFile(shipped))
	if err := os.MkdirAll(filepath.Dir(foreign), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(foreign, []byte("[Service]\nLimitNOFILE=1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := examined(t, "small").Write(folder)
	if !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), foreign) || len(all) != 0 {
		t.Errorf("%q, %v", paths(all), err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 1 { // etc, with the foreign file
		t.Errorf("%q", left)
	}
	if b, _ := os.ReadFile(foreign); string(b) != "[Service]\nLimitNOFILE=1\n" {
		t.Errorf("it was changed: %s", b)
	}
}
