package embedded

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/store"
)

// children are what the test binary does when it is run as a process of its
// own, with the name in MATCHSTREAM_CHILD and the folder as its argument.
var children = map[string]func(ctx context.Context, dir string) error{
	"append": appendForEver,
	"few":    appendFew,
	"hold":   hold,
	"full":   appendTooMuch,
	"start":  startFull,
}

func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv("MATCHSTREAM_CHILD")]; ok {
		slog.SetLogLoggerLevel(slog.LevelError)
		if err := child(context.Background(), os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child is the command of a child; before are words in front of it.
func child(t testing.TB, name, dir string, before ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	words := append(before, self, dir)
	c := exec.CommandContext(t.Context(), words[0], words[1:]...)
	c.Env = append(os.Environ(), "MATCHSTREAM_CHILD="+name)
	c.Stderr = os.Stderr
	return c
}

// lines starts a child and gives its output line by line.
func lines(t testing.TB, c *exec.Cmd) *bufio.Scanner {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return bufio.NewScanner(out)
}

// kill ends a child as a crash would, and waits for its end. What it had still
// said is read first: Wait closes the pipe.
func kill(t testing.TB, c *exec.Cmd, out *bufio.Scanner, said func(line string)) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for out.Scan() {
		said(out.Text())
	}
	if err := c.Wait(); err == nil {
		t.Fatal("the child had ended by itself")
	}
}

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closed(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

var key = store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}

// payload of record n, recognisable in a trace and of varying length.
func payload(n int64) string {
	return "record-" + strconv.FormatInt(n, 10) + "-" + strings.Repeat("x", int(n*37%400)) + "."
}

// tail is the end of the journal, found by reading it.
func tail(ctx context.Context, s *Store) (last store.Record, err error) {
	records, err := s.Read(ctx, key, 1)
	if len(records) > 0 {
		last = records[len(records)-1]
	}
	return last, err
}

// appendForEver appends as fast as it can and says so after each.
func appendForEver(ctx context.Context, dir string) error {
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	last, err := tail(ctx, s)
	if err != nil {
		return err
	}
	for {
		last.Number++
		if last.Mark, err = s.Append(ctx, key, last.Mark, last.Number, []byte(payload(last.Number))); err != nil {
			return err
		}
		fmt.Println("acked", last.Number, last.Mark)
	}
}

// hold opens the store, says so, and waits for the end of its input.
func hold(ctx context.Context, dir string) error {
	s, err := Open(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	fmt.Println("open")
	bufio.NewScanner(os.Stdin).Scan()
	return s.Close()
}
