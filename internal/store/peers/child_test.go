package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childVariable makes the test's program a node of its own, to be killed.
const childVariable = "MATCHSTREAM_TEST_PEERS_CHILD"

type childOptions struct {
	Node, Dir, Listen string
	Peers             []string
	Insecure          bool
}

// child runs a node with these options until its input ends. It says when it is open,
// how many records it has when it is asked, and when it takes part no more or again.
func child(options string) {
	var c childOptions
	if err := json.Unmarshal([]byte(options), &c); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	o := Options{Node: c.Node, Dir: c.Dir, Listen: c.Listen, Peers: c.Peers, Insecure: c.Insecure, Secret: ourSecret, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	s, err := Open(context.Background(), o)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("open", os.Getpid())
	go func() {
		well := true
		for range time.Tick(10 * time.Millisecond) {
			if err := s.Trouble(); (err == nil) != well {
				well = err == nil
				fmt.Println("trouble:", err)
			}
		}
	}()
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		records, err := s.Read(context.Background(), testKey, 1)
		fmt.Println("records", len(records), err)
	}
	s.Close()
	os.Exit(0)
}

// process is a node in a process of its own.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
	pid int
}

// run a node by the program that is given, or directly.
func run(t *testing.T, o Options, by ...string) *process {
	t.Helper()
	options, err := json.Marshal(childOptions{o.Node, o.Dir, o.Listen, o.Peers, o.Insecure})
	if err != nil {
		t.Fatal(err)
	}
	line := append(by, os.Args[0])
	p := &process{t: t, cmd: exec.Command(line[0], line[1:]...)}
	p.cmd.Env = append(os.Environ(), childVariable+"="+string(options))
	p.cmd.Stderr = &testWriter{t: t}
	t.Cleanup(p.cmd.Stderr.(*testWriter).end)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// opened waits until the node takes part.
func (p *process) opened() {
	p.t.Helper()
	pid, err := strconv.Atoi(strings.TrimPrefix(p.says("open"), "open "))
	if err != nil {
		p.t.Fatal(err)
	}
	p.pid = pid
}

// says waits for a line that begins so.
func (p *process) says(what string) string {
	p.t.Helper()
	late := time.AfterFunc(bound, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	for p.out.Scan() {
		if line := p.out.Text(); strings.HasPrefix(line, what) || strings.HasPrefix(line, "failed") {
			return line
		}
	}
	p.t.Fatalf("the node never said %q", what)
	return ""
}

// holds waits until the node has n records, as another may have them before it.
func (p *process) holds(n int) {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.in); err != nil {
		p.t.Fatal(err)
	}
	if line := p.says("records"); line != fmt.Sprintf("records %d <nil>", n) {
		p.t.Fatalf("the node says %q, expected %d", line, n)
	}
}

// kill -9.
func (p *process) kill() {
	if p.pid != 0 {
		syscall.Kill(p.pid, syscall.SIGKILL) //nolint:errcheck // it may have ended
	}
	p.cmd.Process.Kill() //nolint:errcheck // as above
	p.cmd.Wait()         //nolint:errcheck // it was killed
}

// TestNodeInTrouble: one node of three is killed, then its disk fails. The routes are
// plain, as with --cluster-insecure.
func TestNodeInTrouble(t *testing.T) {
	l := newLab(t, "a", "b", "c")
	l.synced, l.insecure = true, true
	c := run(t, l.options("c"))
	nodes := l.start(t, "a", "b")
	c.opened()
	fill(t, nodes["a"], 10)
	c.holds(10)

	c.kill()
	fill(t, nodes["b"], 10)
	trace := t.TempDir() + "/trace"
	c = run(t, l.options("c"), "strace", "-f", "-y", "-e", "trace=fsync,fdatasync", "-o", trace)
	c.opened()
	c.holds(20)

	fill(t, nodes["a"], 10)
	c.holds(30)

	limit(t, c.pid, "0")
	grow(t, nodes["b"], 31)
	if line := c.says("trouble"); !strings.Contains(line, "takes no part in the cluster") {
		t.Fatalf("with a disk that takes nothing it says %q", line)
	}
	eventually(t, func() bool {
		st, err := nodes["a"].Status(within(t))
		return err == nil && strings.Contains(list(st.Nodes), "c (offline)")
	})
	fill(t, nodes["a"], 4)
	limit(t, c.pid, "unlimited")
	if line := c.says("trouble"); line != "trouble: <nil>" {
		t.Fatalf("with a disk that takes writes again it says %q", line)
	}
	c.holds(35)

	// Each record is synced in the log of the raft group, by this node as well: with
	// another away none is acknowledged before.
	nodes["b"].Close()
	before := syncs(t, trace)
	grow(t, nodes["a"], 45)
	if n := syncs(t, trace) - before; n < 10 {
		t.Errorf("the log of the journal was synced %d times for 10 records", n)
	}
}

// grow appends until there are n records, whoever leads.
func grow(t *testing.T, s *Store, n int) {
	t.Helper()
	eventually(t, func() bool {
		records, err := s.Read(within(t), testKey, 1)
		if err != nil || len(records) >= n {
			return err == nil
		}
		number := int64(len(records) + 1)
		s.Append(within(t), testKey, records[len(records)-1].Mark, number, fmt.Appendf(nil, "record %d", number)) //nolint:errcheck // read next
		return false
	})
}

// syncs counts those of the logs of raft groups of streams.
func syncs(t *testing.T, trace string) (n int) {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "/_js_/S-R3F-") && strings.Contains(line, "/msgs/") {
			n++
		}
	}
	return n
}

// limit how large a file may grow for a process, from now on.
func limit(t *testing.T, pid int, bytes string) {
	t.Helper()
	if out, err := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":").CombinedOutput(); err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}
