package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk fills the disk under a node that is in the middle of a match:
// what cannot be stored is refused before anything is written, and told so;
// watching and reading go on; old matches can be deleted. When there is space
// again the match goes on without a restart. All that was acknowledged is there
// after a kill -9, once.
func TestFullDisk(t *testing.T) {
	dir := smallDisk(t, 32<<20)
	if dir == "" {
		return // it ran in a namespace of its own
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	p.data = filepath.Join(dir, "data")
	p.start(t, ctx)
	o := p.operator()
	old := o.createSeed(t, "2026-01-01")
	o.must(t, http.StatusCreated, "POST", "/1/match/"+old+"/events", startBody())
	id := o.createSeed(t, "2026-01-02")
	o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
	stored := int64(1)
	watching := crowd(t, p, id, 3)
	events := "/1/match/" + id + "/events"
	post := func() (answer, error) {
		a, err := o.ask("POST", events, `{"kind":"comment","comment":"`+strings.Repeat("x", 400)+`"}`)
		if err == nil && a.status == http.StatusCreated {
			stored++
		}
		return a, err
	}

	for round := range 2 {
		filler := fill(t, dir, 1<<20)
		var refused answer
		for refused.status != http.StatusServiceUnavailable {
			a, err := post()
			if err != nil || a.status != http.StatusCreated && a.status != http.StatusServiceUnavailable {
				t.Fatalf("while the disk gets full: %+v, %v", a, err)
			}
			refused = a
		}
		if !strings.Contains(refused.body, "disk is full; nothing was stored") || refused.header.Get("Retry-After") == "" {
			t.Errorf("it does not say what is wrong, and what to do: %s", refused.body)
		}
		for said := ""; !strings.Contains(said, "are kept free: make space there") || !strings.Contains(said, p.data); said = p.stderr.String() {
			if ctx.Err() != nil { // it comes through a pipe, behind the answer
				t.Fatalf("the log does not say what to do: %s", said)
			}
		}
		if n := int64(len(o.history(t, id))); n != stored {
			t.Errorf("%d events are read, %d were acknowledged", n, stored)
		}
		if w, err := join("tcp", p.addresses, id); err != nil || w.last != stored {
			t.Errorf("who joins is told of %d events, %v", w.last, err)
		} else {
			w.Close()
		}
		if round == 1 {
			o.must(t, http.StatusNoContent, "DELETE", "/1/match/"+old, "")
		}
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		for {
			a, err := post()
			if err != nil || ctx.Err() != nil {
				t.Fatalf("when there is space again: %+v, %v", a, err)
			}
			if a.status == http.StatusCreated {
				break
			}
		}
	}
	p.kill()
	p.start(t, ctx)
	if n := int64(len(o.history(t, id))); n != stored {
		t.Errorf("%d events are there after the kill, %d were acknowledged", n, stored)
	}
	for _, w := range watching {
		w.toTheEnd() //nolint:errcheck // it was killed
		if w.last != stored {
			t.Errorf("one on %s saw %d events of %d", w.protocol, w.last, stored)
		}
	}
	if a := o.must(t, http.StatusOK, "GET", "/1/matches", ""); strings.Contains(a.body, old) {
		t.Errorf("what was deleted when the disk was full is there: %s", a.body)
	}
}

// fill the file system of a folder until less than so many bytes are free.
func fill(t *testing.T, dir string, left int) (filler string) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	filler = filepath.Join(dir, "filler")
	size := int(s.Bavail)*int(s.Bsize) - left
	if err := os.WriteFile(filler, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	return filler
}

// inNamespace tells the test that it has a mount namespace of its own.
const inNamespace = "MATCHSTREAM_TEST_NAMESPACE"

// smallDisk is a file system of so many bytes. Who may not mount one runs the
// test once more as root of a namespace; then there is nothing left to do here.
func smallDisk(t *testing.T, size int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if err == nil {
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
		return dir
	}
	if !errors.Is(err, fs.ErrPermission) || os.Getenv(inNamespace) != "" {
		t.Fatalf("no file system can be mounted: %v; this test needs root, or namespaces of users (sysctl kernel.unprivileged_userns_clone=1)", err)
	}
	c := exec.Command("unshare", "--user", "--map-root-user", "--mount", os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), inNamespace+"=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("in a namespace: %v\n%s", err, out)
	}
	return ""
}
