package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// standVariable makes this program a stand full of watchers, those that it says: one
// process has no descriptors for all of them.
const standVariable = "MATCHSTREAM_TEST_STAND"

// stand is a process whose watchers follow one match to its end, by every protocol, and
// come back at another node when theirs is lost.
type stand struct {
	Nodes    []addresses // they sit down at these in turn
	Refuges  []addresses // where they come back
	Match    string
	Watchers int

	cmd  *exec.Cmd
	said *bufio.Scanner
}

// MarshalText and UnmarshalText let addresses go to another process.
func (a addresses) MarshalText() ([]byte, error) { return []byte(a.http + " " + a.tcp), nil }

// UnmarshalText is the reverse.
func (a *addresses) UnmarshalText(text []byte) error {
	var ok bool
	if a.http, a.tcp, ok = strings.Cut(string(text), " "); !ok {
		return fmt.Errorf("%q are not two addresses", text)
	}
	return nil
}

// open lets the watchers in; it does not wait for them.
func (s *stand) open(t *testing.T, ctx context.Context) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.CommandContext(ctx, self)
	s.cmd.Env = append(os.Environ(), standVariable+"="+string(text), "GOGC=400") // the cores are for who is tested
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.said = bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.cmd.Process.Kill() //nolint:errcheck // it may be gone
		s.cmd.Wait()         //nolint:errcheck // likewise
	})
}

// hears waits until the stand says a word, and returns the numbers behind it.
func (s *stand) hears(t *testing.T, word string) (numbers []int64) {
	t.Helper()
	for s.said.Scan() {
		fields := strings.Fields(s.said.Text())
		if len(fields) == 0 {
			continue
		}
		if fields[0] == "wrong" {
			t.Fatal(s.said.Text())
		}
		if strings.Join(fields[:min(len(strings.Fields(word)), len(fields))], " ") != word {
			continue
		}
		for _, f := range fields[len(strings.Fields(word)):] {
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, n)
		}
		return numbers
	}
	t.Fatalf("a stand has ended before it said %q: %v", word, s.said.Err())
	return nil
}

// childStand is the whole program, if it was started to be a stand.
func childStand() {
	text := os.Getenv(standVariable)
	if text == "" {
		return
	}
	var s stand
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		fmt.Println("wrong:", err)
		os.Exit(1)
	}
	s.sit()
	os.Exit(0)
}
