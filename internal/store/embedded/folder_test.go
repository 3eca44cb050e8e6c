package embedded

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// refuses holds that a folder is not opened, and that the reason has all these words.
func refuses(t *testing.T, dir string, words ...string) {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err == nil {
		closed(t, s)
		t.Fatal("it was opened")
	}
	for _, w := range append(words, dir) {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in the message: %v", w, err)
		}
	}
}

func write(t testing.TB, text string, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFolderRefused(t *testing.T) {
	t.Run("of somebody else", func(t *testing.T) {
		dir := t.TempDir()
		write(t, "dear diary", dir, "diary.txt")
		refuses(t, dir, "diary.txt", "not a MatchStream store", "choose an empty or a new folder")
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 {
			t.Errorf("something was left there: %v, %v", entries, err)
		}
	})
	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file")
		write(t, "", path)
		refuses(t, path, "a file is in the way")
		refuses(t, filepath.Join(path, "below"), "not a directory")
	})
	t.Run("no name", func(t *testing.T) { refuses(t, "", "no folder is given") })
	for name, c := range map[string]struct{ text, words string }{
		"newer":    {"matchstream-store 3\n", "newer MatchStream (store version 3, this program knows 2); run that newer version"},
		"strange":  {"1.2.3\n", "not of a MatchStream store"},
		"empty":    {"", "not of a MatchStream store"},
		"negative": {"matchstream-store -1\n", "not of a MatchStream store"},
	} {
		t.Run("version "+name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, c.text, dir, versionFile)
			refuses(t, dir, c.words)
		})
	}
}

// TestFolderWithoutItsVersion: who has a store whose VERSION the disk has damaged
// is not told to leave it, and comes back to it by what he is told.
func TestFolderWithoutItsVersion(t *testing.T) {
	dir := t.TempDir()
	interleaved(t, dir, 3)
	write(t, "matchstreal-store 2\n", dir, versionFile)
	refuses(t, dir, "VERSION is damaged", "beside it there is a store", `write that line into the file`, `"matchstream-store 2"`)
	write(t, "matchstream-store 2\n", dir, versionFile)
	s := quiet(t, dir)
	defer s.Close()
	if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != 3 {
		t.Errorf("%d records, %v", len(r), err)
	}
}

// TestFolderTaken: what may lie in a folder that becomes a store.
func TestFolderTaken(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := os.MkdirAll(filepath.Join(dir, "lost+found"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, "123\n", dir, lockFile) // its process is gone
	write(t, "matchst", dir, versionFile+".tmp")
	closed(t, open(t, dir))
	text, err := os.ReadFile(filepath.Join(dir, versionFile))
	if err != nil || string(text) != "matchstream-store 2\n" {
		t.Fatalf("%s is %q, %v", versionFile, text, err)
	}
	write(t, "ours", dir, "operator-token") // others may add to it once it is a store
	closed(t, open(t, dir))
}

func TestFolderLocked(t *testing.T) {
	dir := t.TempDir()
	c := child(t, "hold", dir)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if out := lines(t, c); !out.Scan() || out.Text() != "open" {
		t.Fatalf("the child says %q", out.Text())
	}
	refuses(t, dir, "another server (process "+strconv.Itoa(c.Process.Pid)+") uses this folder; stop it first")
	in.Close()
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	defer s.Close()
	refuses(t, dir, "another server (process "+strconv.Itoa(os.Getpid())+")") // also in one process
}
