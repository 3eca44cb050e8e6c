package cli

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"matchstream/internal/match"
	"matchstream/internal/replay"
)

// TestTopOnATerminal: the real program on a real terminal of 80 columns, whose keys are
// pressed; in the end the terminal is as it was.
func TestTopOnATerminal(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, server := startNode(t)
	defer n.Shutdown(context.Background())
	created, err := match.ReadTimeline(strings.NewReader(`{"match":{"home":{"id":"arg","name":"A"},"visit":{"id":"fra","name":"F"},"date":"2022-12-18"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replay.Play(ctx, replay.Options{Timelines: []match.Timeline{created}, Servers: []string{server}, Token: operatorOfTests}); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	x := newTerminal(t, 80, 24)
	before, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(ctx, "matchstream", "top", "--admin", n.AdminAddr(), "--every", "100ms", "--folder", folder)
	program.Env = append(os.Environ(), "TERM=xterm", "LANG=C.UTF-8", "LC_ALL=", "LC_CTYPE=", "NO_COLOR=1")
	program.Stdin, program.Stdout, program.Stderr = x.slave, x.slave, x.slave
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	keys := func(text string) {
		if _, err := io.WriteString(x.master, text); err != nil {
			t.Fatal(err)
		}
	}
	has := func(texts ...string) func([]string) bool {
		return func(rows []string) bool {
			screen := strings.Join(rows, "\n")
			return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(screen, text) })
		}
	}
	x.becomes(t, ctx, "the matches", has("1 of 1 node answers", "[matches]", "▸ arg-fra-2022-12-18", "q quit"))
	keys("\t")
	x.becomes(t, ctx, "the loops", has("[loops]", "LOOP", "BUSY"))
	keys("\x1b[Z\r") // back, and into the match
	x.becomes(t, ctx, "the match", has("· arg-fra-2022-12-18 ·", "0 events", "esc back"))
	keys("\x1b")
	x.becomes(t, ctx, "the matches again", has("▸ arg-fra-2022-12-18", "by lag"))
	keys("m")
	x.becomes(t, ctx, "by memory", has("by memory"))
	keys(" ")
	x.becomes(t, ctx, "held", has("HELD"))
	keys(" ?")
	x.becomes(t, ctx, "help", has("keys and columns", "↑        grew for a minute"))
	keys("xph")
	x.becomes(t, ctx, "a profile", has("heap profile of", "go tool pprof"))
	x.setSize(t, 120, 30)
	x.becomes(t, ctx, "in another size", has("JOINS/S", "[matches]"))
	n.Shutdown(context.Background())
	x.becomes(t, ctx, "without the node", has("no answer", "connection refused", "0 of 1 node answers"))
	keys("q")
	if err := program.Wait(); err != nil {
		t.Errorf("q: %v, on the screen is\n%s", err, x.shown())
	}
	files, err := filepath.Glob(filepath.Join(folder, "heap-*.pprof"))
	if err != nil || len(files) != 1 {
		t.Errorf("%q %v", files, err)
	}
	x.becomes(t, ctx, "afterwards", has("written: "))
	if x.wrong != nil {
		t.Errorf("not known: %q", x.wrong)
	}
	after, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Errorf("the terminal's mode is %v, was %v (%v)", after, before, err)
	}
}
