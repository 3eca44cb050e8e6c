package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"testing"

	"matchstream/internal/match"
	"matchstream/matches"
)

// times are what a restore at speed 0 cannot keep: at that speed they are what
// really passed, and it goes faster than the matches did.
var times = regexp.MustCompile(`(?m)^\{"at":-?[0-9]+,`)

// TestBackupAndRestore: the backup of a server with all the matches there are,
// restored on a new server, gives the same backup, byte for byte but for the
// times; and the same lines as the timelines that it all came from.
func TestBackupAndRestore(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		c := exec.CommandContext(ctx, program, args...)
		c.Env = append(os.Environ(), "MATCHSTREAM_TOKEN="+operatorToken)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%.2000s", args, err, out)
		}
	}
	origin := t.TempDir()
	names := timelines(t)
	for _, name := range names {
		b, err := matches.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(origin, path.Base(name)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folders := []string{origin}
	for range 2 {
		n := start(t, config(t))
		server := "http://" + n.HTTPAddr()
		folder := filepath.Join(t.TempDir(), "backup")
		run("replay", "--server", server, "--speed", "0", folders[len(folders)-1])
		run("export", "--server", server, "--all", folder)
		run("export", "--server", server, "--all", folder) // over what is there
		folders = append(folders, folder)
	}
	for _, name := range names {
		first, second := backedUp(t, folders[1], path.Base(name)), backedUp(t, folders[2], path.Base(name))
		if !bytes.Equal(first, second) {
			t.Errorf("%s: the restored match is\n%s\nthe first\n%s", name, second, first)
		}
		// What came from the file went through the server's rules, which fill
		// in and put in order; the events are the same.
		was, is := timeline(t, name), readBackup(t, filepath.Join(folders[1], path.Base(name)))
		if a, b := fmt.Sprint(was.ID(), was.Home, was.Visit, was.Stadium, was.Competition, *was.Result), fmt.Sprint(is.ID(), is.Home, is.Visit, is.Stadium, is.Competition, *is.Result); a != b {
			t.Errorf("%s: the header says %s, was %s", name, b, a)
		}
		if len(was.Lines) != len(is.Lines) {
			t.Fatalf("%s: %d events, were %d", name, len(is.Lines), len(was.Lines))
		}
		for i := range is.Lines {
			if was.Lines[i].Request.Kind != is.Lines[i].Request.Kind || was.Lines[i].Request.Minute != is.Lines[i].Request.Minute {
				t.Errorf("%s: event %d is %s, was %s", name, i+1, is.Lines[i].Body, was.Lines[i].Body)
			}
		}
	}
	for _, folder := range folders {
		if found, err := os.ReadDir(folder); err != nil || len(found) != len(names) || len(names) != 129 {
			t.Errorf("%s: %d files, expected %d (%v)", folder, len(found), len(names), err)
		}
	}
}

// backedUp is a file of a backup without the times.
func backedUp(t *testing.T, folder, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return times.ReplaceAll(b, []byte("{"))
}

func readBackup(t *testing.T, name string) match.Timeline {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tl, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	return tl
}
