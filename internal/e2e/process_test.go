package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program, built once for all tests that need a real process, as
// the Dockerfile builds it.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "matchstream-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "matchstream")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", path, "matchstream")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// process is a real matchstream serve, which can be killed.
type process struct {
	data      string
	addresses addresses
	temp      string // for its temporary files
	cmd       *exec.Cmd
	exited    chan struct{}
	stderr    said
	// wrap is put before the command line: strace, for one.
	wrap []string
	// args are put behind the command line; a later one wins.
	args  []string
	admin string // address of the metrics
	// clock is by how much the process' clock is wrong.
	clock time.Duration
}

// said is what a process writes; it can be read meanwhile.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func (s *said) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Reset()
}

// newProcess reserves ports and a data folder; start runs it.
func newProcess(t testing.TB) *process {
	t.Helper()
	p := &process{data: t.TempDir(), temp: t.TempDir()}
	ports := freePorts(t)
	p.addresses, p.admin = addresses{http: ports[0], tcp: ports[1]}, ports[2]
	t.Cleanup(p.kill)
	return p
}

// start runs the process and waits until it is ready.
func (p *process) start(t testing.TB, ctx context.Context) {
	t.Helper()
	path, err := binary()
	if p.clock != 0 {
		path, err = os.Executable()
	}
	if err != nil {
		t.Fatal(err)
	}
	args := append(append([]string{}, p.wrap...), path, "serve", "--data", p.data,
		"--http", p.addresses.http, "--tcp", p.addresses.tcp, "--admin", p.admin, "--drain", "100ms")
	args = append(args, p.args...)
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Env = append(os.Environ(), "MATCHSTREAM_OPERATOR_TOKEN="+operatorToken, "TMPDIR="+p.temp)
	if p.clock != 0 {
		p.cmd.Env = append(p.cmd.Env, clockVariable+"="+p.clock.String())
	}
	p.stderr.Reset()
	p.cmd.Stderr = &p.stderr
	p.run(t)
	p.ready(t, ctx)
}

// run starts the command and looks for its end.
func (p *process) run(t testing.TB) {
	t.Helper()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // strace keeps signals from what it runs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited, cmd := make(chan struct{}), p.cmd
	p.exited = exited
	go func() {
		cmd.Wait()
		close(exited)
	}()
}

// ready waits until the process says that it is.
func (p *process) ready(t testing.TB, ctx context.Context) {
	t.Helper()
	exited, cmd := p.exited, p.cmd
	for {
		a, err := client.Get("http://" + p.addresses.http + "/readyz")
		if err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-exited:
			t.Fatalf("the process has ended: %v\n%s", cmd.ProcessState, p.stderr.String())
		case <-ctx.Done():
			t.Fatalf("the process is not ready: %v", err)
		case <-time.After(time.Millisecond): // it needs the core
		}
	}
}

// says waits until the process has logged all these words: they come through a
// pipe, behind what it answers.
func (p *process) says(t testing.TB, ctx context.Context, words ...string) {
	t.Helper()
	for _, w := range words {
		for !strings.Contains(p.stderr.String(), w) {
			if ctx.Err() != nil {
				t.Fatalf("%q is not in the log:\n%s", w, p.stderr.String())
			}
			pause()
		}
	}
}

// freeze stops the process where it is, with all its connections; thaw lets it go on.
func (p *process) freeze() { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGSTOP) }
func (p *process) thaw()   { syscall.Kill(-p.cmd.Process.Pid, syscall.SIGCONT) }

// kill is kill -9.
func (p *process) kill() {
	if p.cmd != nil {
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.exited
		p.cmd = nil
	}
}

// interrupt is Ctrl-C; it returns when the process has ended.
func (p *process) interrupt() { p.end(syscall.SIGINT) }

// end sends a signal, and returns the exit code when the process has ended.
func (p *process) end(s syscall.Signal) (code int) {
	syscall.Kill(-p.cmd.Process.Pid, s)
	<-p.exited
	code = p.cmd.ProcessState.ExitCode()
	p.cmd = nil
	return code
}

func (p *process) operator() operator {
	return operator{http: func() string { return p.addresses.http }, token: operatorToken}
}
