package embedded

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const few = 30

// appendFew appends some records and, after the answer to each, writes a
// marker that the trace shows.
func appendFew(ctx context.Context, dir string) error {
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	last, err := tail(ctx, s)
	if err != nil {
		return err
	}
	for range few {
		last.Number++
		if last.Mark, err = s.Append(ctx, key, last.Mark, last.Number, []byte(payload(last.Number))); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(os.Stdout, "acked-%d-\n", last.Number); err != nil {
			return err
		}
	}
	return s.Close()
}

// TestFsyncBeforeAck traces the system calls of a process that appends: each
// record's bytes are written to a block of the journal, and that very file is
// synced, before the append returns.
func TestFsyncBeforeAck(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("this test needs strace: install the Debian package strace (apt-get install strace)")
	}
	dir, trace := t.TempDir(), filepath.Join(t.TempDir(), "trace")
	// The second time the journal is there already, and is recovered first.
	for i := range 2 {
		c := child(t, "few", dir, strace, "-f", "-s", "4096", "-o", trace,
			"-e", "trace=fsync,fdatasync,write,pwrite64,openat,close")
		c.Stdout = nil
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(trace)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		checkTrace(t, f, int64(i*few+1), int64(i*few+few))
	}
}

var (
	callBegins  = regexp.MustCompile(`^(\d+) +(\w+)\((.*)`)
	callResumes = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)`)
	callResult  = regexp.MustCompile(`\) += (-?\d+)`)
	openedBlock = regexp.MustCompile(`/JOURNAL/msgs/\d+\.blk"`)
	recordBytes = regexp.MustCompile(`record-(\d+)-`)
	ackMarker   = regexp.MustCompile(`^1, "acked-(\d+)-\\n"`)
)

// checkTrace follows the calls in the order in which they ended, but takes an
// ack as given from its begin on.
func checkTrace(t *testing.T, trace *os.File, first, last int64) {
	t.Helper()
	blocks := map[string]bool{}    // descriptors of the journal's blocks
	unsynced := map[int64]string{} // record: descriptor it was written to
	synced := map[int64]bool{}
	next := first
	begun := map[string]string{} // by thread: arguments of the call it is in

	ended := func(name, arguments string) {
		result := callResult.FindStringSubmatch(arguments)
		fd, _, _ := strings.Cut(arguments, ",")
		if i := strings.IndexByte(fd, ')'); i >= 0 {
			fd = fd[:i]
		}
		fd = strings.TrimSpace(fd)
		if result == nil || strings.HasPrefix(result[1], "-") {
			return
		}
		switch name {
		case "openat":
			if openedBlock.MatchString(arguments) {
				blocks[result[1]] = true
			} else {
				delete(blocks, result[1])
			}
		case "close":
			delete(blocks, fd)
		case "write", "pwrite64":
			if m := recordBytes.FindStringSubmatch(arguments); m != nil && blocks[fd] {
				n, _ := strconv.ParseInt(m[1], 10, 64)
				unsynced[n] = fd
			}
		case "fsync", "fdatasync":
			for n, written := range unsynced {
				if written == fd {
					synced[n] = true
					delete(unsynced, n)
				}
			}
		}
	}
	for lines := bufio.NewScanner(trace); lines.Scan(); {
		if m := callBegins.FindStringSubmatch(lines.Text()); m != nil {
			thread, name, arguments := m[1], m[2], m[3]
			if ack := ackMarker.FindStringSubmatch(arguments); name == "write" && ack != nil {
				n, _ := strconv.ParseInt(ack[1], 10, 64)
				if n != next {
					t.Fatalf("record %d was acknowledged, expected %d", n, next)
				}
				if !synced[n] {
					t.Fatalf("record %d was acknowledged before it was synced (written: %v)", n, unsynced)
				}
				next++
			}
			if before, unfinished := strings.CutSuffix(arguments, " <unfinished ...>"); unfinished {
				begun[thread] = before
			} else {
				ended(name, arguments)
			}
		} else if m := callResumes.FindStringSubmatch(lines.Text()); m != nil {
			ended(m[2], begun[m[1]]+m[3])
		}
	}
	if next != last+1 {
		t.Fatalf("the trace shows acknowledgements up to %d, want %d", next-1, last)
	}
}
