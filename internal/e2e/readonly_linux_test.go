package e2e

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestUnwritableFolder starts a node, after a kill, on a disk that was mounted
// read-only, and on one without a byte left: what is there is served, nothing is
// taken, it is said why; when the disk can be written the node goes on without a
// restart.
func TestUnwritableFolder(t *testing.T) {
	dir := smallDisk(t, 48<<20)
	if dir == "" {
		return // it ran in a namespace of its own
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	p.data = filepath.Join(dir, "data")
	p.start(t, ctx)
	o := p.operator()
	id := o.createSeed(t, "2026-01-01")
	events := "/1/match/" + id + "/events"
	o.must(t, http.StatusCreated, "POST", events, startBody())
	stored := int64(1)

	remount := func(flags uintptr) {
		t.Helper()
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { syscall.Mount("", dir, "", syscall.MS_REMOUNT, "") }) //nolint:errcheck // it is unmounted anyway
	var filler string
	for name, c := range map[string]struct {
		spoil, mend func()
		why         string
	}{
		"read-only": {func() { remount(syscall.MS_RDONLY) }, func() { remount(0) }, "it cannot be written by user"},
		"full":      {func() { filler = fill(t, dir, 0) }, func() { os.Remove(filler) }, "no space left on device"},
	} {
		t.Run(name, func(t *testing.T) {
			p.kill()
			p.stderr.Reset()
			c.spoil()
			p.start(t, ctx)
			if n := int64(len(o.history(t, id))); n != stored {
				t.Errorf("%d events are read, %d were acknowledged", n, stored)
			}
			if a := o.must(t, http.StatusOK, "GET", "/1/matches", ""); !strings.Contains(a.body, id) {
				t.Errorf("the matches are %s", a.body)
			}
			p.says(t, ctx, "what is in it is read from a copy, and nothing is taken, until it can", c.why)
			if a := o.must(t, http.StatusServiceUnavailable, "POST", events, `{"kind":"comment","comment":"refused"}`); !strings.Contains(a.body, "nothing was stored") || !strings.Contains(a.body, "disk") {
				t.Errorf("the operator is told %s", a.body)
			}
			if m := o.metrics(t, p.admin); !strings.Contains(m, "matchstream_store_writable 0") {
				t.Error("the metrics say that it can be written")
			}
			// A copy that a server has left which was killed goes with the next.
			p.kill()
			p.start(t, ctx)
			if left, err := filepath.Glob(filepath.Join(p.temp, "matchstream-copy-*")); err != nil || len(left) != 1 {
				t.Errorf("copies: %v, %v", left, err)
			}
			watching := crowd(t, p, id, 3)
			c.mend()
			for {
				a, err := o.ask("POST", events, `{"kind":"comment","comment":"taken"}`)
				if err != nil || ctx.Err() != nil {
					t.Fatalf("%+v, %v: %s", a, err, p.stderr.String())
				}
				if a.status == http.StatusCreated {
					break
				}
			}
			stored++
			p.says(t, ctx, "opened anew, it takes records again")
			if left, err := filepath.Glob(filepath.Join(p.temp, "*")); err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			if m := o.metrics(t, p.admin); !strings.Contains(m, "matchstream_store_writable 1") {
				t.Error("the metrics say that it cannot be written")
			}
			read := o.history(t, id)
			p.kill()
			p.start(t, ctx)
			if n := int64(len(o.history(t, id))); n != stored || int64(len(read)) != stored {
				t.Errorf("%d events are there after a kill, %d before; %d were acknowledged", n, len(read), stored)
			}
			for _, w := range watching {
				w.toTheEnd() //nolint:errcheck // it was killed
				if w.last != stored {
					t.Errorf("one on %s saw %d events of %d", w.protocol, w.last, stored)
				}
			}
		})
	}
}

// TestUnreadableBlock starts a node on a disk that does not give a part of a
// block: it starts, what can be read is served, and what cannot is missed.
func TestUnreadableBlock(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := newProcess(t)
	p.start(t, ctx)
	o := p.operator()
	first, last := o.createSeed(t, "2026-01-01"), o.createSeed(t, "2026-01-02")
	for _, id := range []string{first, last} {
		o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
		for range 20 {
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"`+strings.Repeat("x", 400)+`"}`)
		}
	}
	p.kill()

	block := filepath.Join(p.data, "jetstream", "$G", "streams", "JOURNAL", "msgs", "1.blk")
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("this test needs strace: apt-get install strace")
	}
	// The first reading of all of it fails, and then some of its pieces. Only the
	// repair reads by pread64.
	p.wrap = []string{strace, "-f", "-o", filepath.Join(t.TempDir(), "trace"), "-P", block, "-e", "trace=pread64", "-e", "inject=pread64:error=EIO:when=1+4"}
	p.start(t, ctx)
	p.says(t, ctx, "the disk does not give a part of a block", block, filepath.Join(p.data, "damaged"))
	damaged := 0
	for _, id := range []string{first, last} {
		a, err := o.ask("POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"x"}`)
		if err != nil || a.status != http.StatusCreated && a.status != http.StatusServiceUnavailable {
			t.Fatalf("%+v, %v", a, err)
		}
		n := len(o.history(t, id))
		if a.status == http.StatusServiceUnavailable {
			damaged++
			if !strings.Contains(a.body, "takes no more events") || n >= 21 {
				t.Errorf("with %d events: %s", n, a.body)
			}
		} else if n != 22 {
			t.Errorf("%d events of a match that is whole", n)
		}
	}
	if damaged == 0 {
		t.Error("nothing is missed")
	}
	p.kill()
	p.wrap = nil
	p.start(t, ctx)
	if a, err := o.ask("GET", "/1/matches", ""); err != nil || !strings.Contains(a.body, first) || !strings.Contains(a.body, last) {
		t.Errorf("%+v, %v", a, err)
	}
}
