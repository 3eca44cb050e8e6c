package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// failures are what a disk does to a running server; each is given to strace,
// which does the same to the calls on the journal.
var failures = map[string]string{
	"mounted read-only":            "write,pwrite64:error=EROFS",
	"no write":                     "write,pwrite64:error=EIO",
	"no sync":                      "fsync,fdatasync:error=EIO",
	"full, and nobody foretold it": "write,pwrite64:error=ENOSPC",
	"some writes, and no more":     "write,pwrite64:error=EIO:when=2+",
	"no sync, and no descriptors":  "fsync,fdatasync,openat:error=EMFILE",
}

// TestFailingDisk breaks the disk under a node that is in the middle of a
// match: nothing is acknowledged that is not kept, who watches and who joins is
// served, and when the disk works again so does the node, without a restart.
func TestFailingDisk(t *testing.T) {
	t.Parallel()
	for name, failure := range failures {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			p := newProcess(t)
			p.wrap = traceable(t)
			p.start(t, ctx)
			o := p.operator()
			id := o.createSeed(t, "2026-01-01")
			o.must(t, http.StatusCreated, "POST", "/1/match/"+id+"/events", startBody())
			watching := crowd(t, p, id, 3)
			acknowledged := map[string]bool{}
			post := func(comment string) int {
				a, err := o.ask("POST", "/1/match/"+id+"/events", `{"kind":"comment","comment":"`+comment+`"}`)
				if err != nil {
					t.Fatal(err)
				}
				if a.status == http.StatusCreated {
					acknowledged[comment] = true
				} else if a.status != http.StatusServiceUnavailable && a.status != http.StatusGatewayTimeout {
					t.Errorf("%s: answered %d %s", comment, a.status, a.body)
				}
				return a.status
			}
			post("before")

			mend := breakDisk(t, p, failure)
			for i := 0; post("meanwhile "+strconv.Itoa(i)) == http.StatusCreated; i++ {
				if ctx.Err() != nil {
					t.Fatal("the disk does not fail")
				}
			}
			for i := range 5 {
				post("again " + strconv.Itoa(i))
			}
			if name == "no sync" { // it is not opened anew for that either, and read from a copy
				for !strings.Contains(p.stderr.String(), "read from a copy") {
					if ctx.Err() != nil {
						t.Fatalf("nothing is done about it: %s", p.stderr.String())
					}
					o.history(t, id)
				}
			}
			if w, err := join("tcp", p.addresses, id); err != nil || w.last < int64(len(acknowledged)) {
				t.Errorf("who joins meanwhile is told of %d events, %v", w.last, err)
			} else {
				w.Close()
			}
			o.history(t, id)
			mend()
			for i := 0; post("after "+strconv.Itoa(i)) != http.StatusCreated; i++ {
				if ctx.Err() != nil {
					t.Fatalf("nothing is taken when the disk works again: %s", p.stderr.String())
				}
			}

			read := o.must(t, http.StatusOK, "GET", "/1/match/"+id+"/history", "").body
			p.kill()
			p.start(t, ctx)
			again := o.must(t, http.StatusOK, "GET", "/1/match/"+id+"/history", "").body
			if again != read {
				t.Errorf("after the kill there is\n%s\nbefore there was\n%s", again, read)
			}
			for comment := range acknowledged {
				if n := strings.Count(read, `"`+comment+`"`); n != 1 {
					t.Errorf("%q was acknowledged, and is there %d times: %s", comment, n, read)
				}
			}
			for _, w := range watching {
				w.toTheEnd() //nolint:errcheck // it was killed
				if all := len(o.history(t, id)); w.last != int64(all) {
					t.Errorf("one on %s saw %d events of %d", w.protocol, w.last, all)
				}
			}
		})
	}
}

// toBeTraced is set for a process that lets others trace it.
const toBeTraced = "MATCHSTREAM_TEST_TRACED"

// traceable is what is put before a command that anybody of this user may
// trace, where only parents may otherwise (kernel.yama.ptrace_scope=1): this
// very program, see init.
func traceable(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{"env", toBeTraced + "=1", self}
}

func init() {
	if os.Getenv(toBeTraced) == "" {
		return
	}
	os.Unsetenv(toBeTraced)
	// Where there is no Yama this fails, and is not needed.
	unix.Prctl(unix.PR_SET_PTRACER, unix.PR_SET_PTRACER_ANY, 0, 0, 0)
	fmt.Fprintln(os.Stderr, syscall.Exec(os.Args[1], os.Args[1:], os.Environ()))
	os.Exit(1)
}

// breakDisk lets calls on the journal's files fail until mend is called.
func breakDisk(t *testing.T, p *process, failure string) (mend func()) {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("this test needs strace: apt-get install strace")
	}
	blocks := filepath.Join(p.data, "jetstream", "$G", "streams", "JOURNAL", "msgs")
	calls, _, _ := strings.Cut(failure, ":")
	c := exec.Command(strace, "-f", "-o", filepath.Join(t.TempDir(), "trace"), "-p", strconv.Itoa(p.cmd.Process.Pid),
		"-P", filepath.Join(blocks, "1.blk"), "-P", filepath.Join(blocks, "2.blk"), "-e", "trace="+calls, "-e", "inject="+failure)
	says, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	first := bufio.NewScanner(says)
	if !first.Scan() || !strings.Contains(first.Text(), "attached") {
		t.Fatalf("strace says %q; it must be allowed to attach to a process (sysctl kernel.yama.ptrace_scope=0, or root)", first.Text())
	}
	mend = func() {
		c.Process.Signal(syscall.SIGINT) // detaches
		for first.Scan() {
		}
		c.Wait()
	}
	t.Cleanup(mend)
	return mend
}
