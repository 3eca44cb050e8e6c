package transfer_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/transfer"
)

var quiet = slog.New(slog.DiscardHandler)

func open(t *testing.T, dir string) store.Store {
	t.Helper()
	s, err := embedded.Open(t.Context(), embedded.Options{Dir: dir, Log: quiet})
	must(t, err)
	return s
}

// folder is a closed store, with files beside it.
func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	fill(t, s, 6, 5, nil)
	must(t, s.Close())
	must(t, os.WriteFile(filepath.Join(dir, "operator-token"), []byte("secret"), 0o600))
	must(t, os.MkdirAll(filepath.Join(dir, "logs", "old"), 0o750))
	must(t, os.WriteFile(filepath.Join(dir, "logs", "old", "access"), []byte("lines"), 0o640))
	return dir
}

// files of a folder: modes, times and hashes.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text := []byte(nil)
		if info.Mode().IsRegular() {
			if text, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		all[path] = fmt.Sprintf("%v %v %x", info.Mode(), info.ModTime(), sha256.Sum256(text))
		return nil
	}))
	return all
}

// sameStores holds that two folders hold the same.
func sameStores(t *testing.T, a, b string) {
	t.Helper()
	var all [2]map[string][]string
	for i, dir := range []string{a, b} {
		s := open(t, dir)
		all[i] = contents(t, s)
		must(t, s.Close())
	}
	if len(all[0]) == 0 || !reflect.DeepEqual(all[0], all[1]) {
		t.Fatalf("%s and %s differ", a, b)
	}
}

func TestFolders(t *testing.T) {
	from := folder(t)
	to := filepath.Join(t.TempDir(), "a", "b")
	before := files(t, from)
	report, err := transfer.Folders(t.Context(), from, to, quiet, transfer.Options{})
	must(t, err)
	if report.Matches != 6 || report.Records != 30 || report.Damaged != nil {
		t.Fatalf("%+v", report)
	}
	if !reflect.DeepEqual(files(t, from), before) {
		t.Fatal("what is copied has been changed")
	}
	for name, want := range map[string]string{"operator-token": "secret", "logs/old/access": "lines", "VERSION": "matchstream-store 2\n"} {
		if text, err := os.ReadFile(filepath.Join(to, name)); string(text) != want {
			t.Errorf("%s is %q, %v", name, text, err)
		}
	}
	if _, err := os.Stat(filepath.Join(to, "unfinished-copy")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left: %v", err)
	}
	sameStores(t, from, to)
}

// A copy that is cut off is no store for a server, and goes on.
func TestFoldersGoOn(t *testing.T) {
	from, to := folder(t), filepath.Join(t.TempDir(), "copy")
	for range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := transfer.Folders(ctx, from, to, quiet, transfer.Options{Progress: func(int64, int64) { cancel() }})
		if err == nil {
			t.Fatal("it was not cut off")
		}
		if s, err := embedded.Open(t.Context(), embedded.Options{Dir: to}); err == nil {
			s.Close()
			t.Fatal("half a copy was taken for a store")
		} else if !strings.Contains(err.Error(), "it is an unfinished copy; finish it") {
			t.Fatal(err)
		}
	}
	report, err := transfer.Folders(t.Context(), from, to, quiet, transfer.Options{})
	must(t, err)
	if report.Added == 0 || report.Added == report.Records+report.Entries {
		t.Fatalf("%+v", report)
	}
	sameStores(t, from, to)
	// Nor does it end between what is moved at the end.
	half := filepath.Join(t.TempDir(), "half")
	must(t, os.MkdirAll(filepath.Join(half, "unfinished-copy", "store"), 0o750))
	must(t, os.CopyFS(half, os.DirFS(to)))
	must(t, os.Rename(filepath.Join(half, "VERSION"), filepath.Join(half, "unfinished-copy", "store", "VERSION")))
	if report, err = transfer.Folders(t.Context(), from, half, quiet, transfer.Options{}); err != nil || report.Added != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	sameStores(t, from, half)
}

func TestFoldersRefused(t *testing.T) {
	from, dir := folder(t), t.TempDir()
	diary := filepath.Join(dir, "diary")
	must(t, os.MkdirAll(diary, 0o750))
	must(t, os.WriteFile(filepath.Join(diary, "monday"), nil, 0o600))
	other := filepath.Join(dir, "other")
	s := open(t, other)
	_, err := s.Put(t.Context(), "team/boc", []byte("x"), 0)
	must(t, err)
	must(t, s.Close())
	used := filepath.Join(dir, "used")
	s = open(t, used)
	defer s.Close()
	begun := filepath.Join(dir, "begun")
	must(t, os.MkdirAll(filepath.Join(begun, "unfinished-copy"), 0o750))
	must(t, os.Symlink(from, filepath.Join(dir, "link")))
	for name, c := range map[string]struct{ from, to, want string }{
		"no store":         {diary, filepath.Join(dir, "new"), "there is no MatchStream store"},
		"in use":           {used, filepath.Join(dir, "new"), "uses this folder; stop it first"},
		"unfinished":       {begun, filepath.Join(dir, "new"), "is an unfinished copy"},
		"into a diary":     {from, diary, "it holds something else (monday)"},
		"into another":     {from, other, "it holds something else: its entry team/boc differs"},
		"into one in use":  {from, used, "uses this folder; stop it first"},
		"into itself":      {from, from, "none lies in the other"},
		"by another way":   {from, filepath.Join(dir, "link"), "none lies in the other"},
		"below itself":     {from, filepath.Join(from, "logs", "x"), "none lies in the other"},
		"something remote": {"redis://host", filepath.Join(dir, "new"), "expected a folder"},
		"into a file":      {from, filepath.Join(diary, "monday"), "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			before := files(t, diary)
			_, err := transfer.Folders(t.Context(), c.from, c.to, quiet, transfer.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v; expected %q", err, c.want)
			}
			if !reflect.DeepEqual(files(t, diary), before) {
				t.Error("something was written")
			}
			if _, err := os.Stat(filepath.Join(dir, "new")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("something is left: %v", err)
			}
			if _, err := os.Stat(filepath.Join(other, "unfinished-copy")); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("something is left: %v", err)
			}
		})
	}
}
