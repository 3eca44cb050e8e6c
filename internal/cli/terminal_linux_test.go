package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"matchstream/internal/match"
	"matchstream/internal/node"
	"matchstream/internal/replay"
	"matchstream/matches"
)

// terminal is a real one of this system, shown by a vt.
type terminal struct {
	*vt
	master, slave *os.File
}

func newTerminal(t *testing.T, width, height int) *terminal {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	x := &terminal{vt: newVT(width, height), master: master, slave: slave}
	x.setSize(t, width, height)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		io.Copy(x.vt, master)
	}()
	t.Cleanup(func() {
		slave.Close()
		<-ended // with the last one to write gone, reading fails
		master.Close()
	})
	return x
}

func (x *terminal) setSize(t *testing.T, width, height int) {
	t.Helper()
	x.vt.resize(width, height)
	if err := unix.IoctlSetWinsize(int(x.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(width), Row: uint16(height)}); err != nil {
		t.Fatal(err)
	}
}

// becomes waits until the screen is as expected.
func (x *terminal) becomes(t *testing.T, ctx context.Context, what string, is func(rows []string) bool) {
	t.Helper()
	for {
		x.mu.Lock()
		changed := x.changed
		x.mu.Unlock()
		if is(strings.Split(x.shown(), "\n")) {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%s: on the screen is\n%s", what, x.shown())
		}
	}
}

// TestWatchOnATerminal: the score stays on top while the lines scroll, through
// a change of the window's size; and Ctrl-C gives the terminal back as it was.
func TestWatchOnATerminal(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, server := startNode(t)
	defer n.Shutdown(context.Background())
	f, err := matches.FS.Open(matches.Final2022)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	whole, err := match.ReadTimeline(f)
	if err != nil {
		t.Fatal(err)
	}
	play := func(events int) {
		part := whole
		part.Lines, part.Result = whole.Lines[:events], nil
		outcomes, err := replay.Play(ctx, replay.Options{Timelines: []match.Timeline{part}, Servers: []string{server}, Token: operatorOfTests})
		if err != nil || outcomes[0].Err != nil {
			t.Fatal(err, outcomes)
		}
	}
	play(0)

	t.Setenv("TERM", "xterm")
	x := newTerminal(t, 60, 10)
	before, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	watching, ctrlC := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		_, err := run(watching, &world{args: []string{"watch", whole.ID(), "--server", server}, stdout: x.slave, stderr: io.Discard})
		ended <- err
	}()
	x.becomes(t, ctx, "before the start", func(rows []string) bool {
		return rows[0] == " Argentina v France   Not started" && rows[1] == strings.Repeat("─", 60) &&
			len(rows) == 3 && strings.Contains(rows[2], "Not started")
	})
	play(24)
	x.becomes(t, ctx, "in the middle", func(rows []string) bool {
		return strings.HasPrefix(rows[0], " Argentina 2–2 France   Extra time 1") && len(rows) >= 9 && rows[1] == strings.Repeat("─", 60)
	})
	x.setSize(t, 50, 12)
	x.becomes(t, ctx, "in another size", func(rows []string) bool {
		return strings.HasPrefix(rows[0], " Argentina 2–2 France   Extra time 1") && len(rows) >= 10 && rows[1] == strings.Repeat("─", 50)
	})
	play(len(whole.Lines) - 2) // all but the last kick and the end
	x.becomes(t, ctx, "in the shoot-out", func(rows []string) bool {
		return strings.HasPrefix(rows[0], " Argentina 3–3 France (3–2 pens)   Penalties")
	})
	ctrlC()
	if err := <-ended; err != nil {
		t.Errorf("Ctrl-C: %v", err)
	}
	fmt.Fprint(x.slave, "$ ")
	x.becomes(t, ctx, "afterwards", func(rows []string) bool {
		return rows[len(rows)-1] == "$" && strings.HasPrefix(rows[0], " Argentina 3–3 France")
	})
	if x.top != 0 || x.bottom != 11 || !x.wrap || x.wrong != nil {
		t.Errorf("the region is %d to %d, wrapping %v; not known: %v", x.top, x.bottom, x.wrap, x.wrong)
	}
	after, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Errorf("the terminal's mode is %v, was %v (%v)", after, before, err)
	}
}

// TestDisplay: where there is a screen, and where it has colours.
func TestDisplay(t *testing.T) {
	x := newTerminal(t, 40, 10)
	for _, c := range []struct {
		command           watchCommand
		term, noColor     string
		stdout            io.Writer
		onScreen, colours bool
	}{
		{stdout: x.slave, term: "xterm", onScreen: true, colours: true},
		{stdout: x.slave, term: "xterm", command: watchCommand{NoColor: true}, onScreen: true},
		{stdout: x.slave, term: "xterm", noColor: "1", onScreen: true},
		{stdout: x.slave, term: "dumb"},
		{stdout: io.Discard, term: "xterm"},
	} {
		t.Setenv("TERM", c.term)
		t.Setenv("NO_COLOR", c.noColor)
		d := c.command.display(&world{stdout: c.stdout})
		s, onScreen := d.(*screen)
		if onScreen != c.onScreen || onScreen && s.colour != c.colours {
			t.Errorf("%+v: on a screen %v", c, onScreen)
		}
		d.end()
	}
}

const operatorOfTests = "the-operator-of-these-tests"

// startNode runs a server in this process, and gives its address.
func startNode(t *testing.T) (*node.Node, string) {
	t.Helper()
	serve, err := serveDefaults()
	if err != nil {
		t.Fatal(err)
	}
	serve.Data, serve.Drain = t.TempDir(), 0
	serve.HTTP, serve.TCP, serve.Admin = "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"
	config, err := serve.config(func(string) string { return "flag" })
	if err != nil {
		t.Fatal(err)
	}
	config.OperatorToken = operatorOfTests
	config.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	n, err := node.Start(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return n, "http://" + n.HTTPAddr()
}
