package redis

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"matchstream/internal/store"
)

func TestMain(m *testing.M) {
	if os.Getenv("MATCHSTREAM_CHILD") != "" {
		os.Exit(child())
	}
	goleak.VerifyTestMain(m)
}

// server is a redis-server process with a folder of its own.
type server struct {
	t    testing.TB
	dir  string
	port string
	conf []string
	cmd  *exec.Cmd
	log  *page
}

// page is what a process or a log has written.
type page struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *page) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.String()
}

// serve starts a server that syncs always; more are further words of its set-up,
// which win over those.
func serve(t testing.TB, more ...string) *server {
	t.Helper()
	s := &server{t: t, dir: t.TempDir(), port: freePort(t), conf: more}
	t.Cleanup(func() {
		if s.cmd != nil {
			s.kill()
		}
	})
	s.start()
	return s
}

func freePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// start starts the process, and waits until it answers.
func (s *server) start() {
	s.t.Helper()
	s.log = &page{}
	args := append([]string{"--port", s.port, "--bind", "127.0.0.1", "--dir", s.dir, "--save", "",
		"--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "local"}, s.conf...)
	s.cmd = exec.Command("redis-server", args...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.cmd = nil
		s.t.Fatalf("redis-server (scripts/tools installs it): %v", err)
	}
	s.ready()
}

// ready waits until the server answers, and has read its data.
func (s *server) ready() {
	s.t.Helper()
	by := time.Now().Add(30 * time.Second)
	for time.Now().Before(by) {
		if answer, err := s.tryCLI("PING"); err == nil && (answer == "PONG" || strings.Contains(answer, "NOAUTH")) {
			return
		}
	}
	s.t.Fatalf("redis-server does not answer:\n%s", s.log)
}

// stop ends the process as its operator would.
func (s *server) stop() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Fatalf("redis-server: %v\n%s", err, s.log)
	}
	s.cmd = nil
}

// kill ends the process as a crash would.
func (s *server) kill() {
	s.t.Helper()
	s.signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
	s.cmd = nil
}

func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
	}
}

// wipe is what a new disk is.
func (s *server) wipe() {
	s.t.Helper()
	if err := os.RemoveAll(filepath.Join(s.dir, "appendonlydir")); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) tryCLI(words ...string) (string, error) {
	out, err := exec.Command("redis-cli", append([]string{"-h", "127.0.0.1", "-p", s.port, "--no-raw"}, words...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// cli runs a command on the server.
func (s *server) cli(words ...string) string {
	s.t.Helper()
	out, err := exec.Command("redis-cli", append([]string{"-h", "127.0.0.1", "-p", s.port}, words...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("redis-cli %s: %v: %s", words, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (s *server) url() string { return fmt.Sprintf("redis://127.0.0.1:%s/0", s.port) }

func (s *server) open(options ...func(*Options)) *Store {
	s.t.Helper()
	o := Options{URL: s.url(), Log: slog.New(slog.DiscardHandler)}
	for _, set := range options {
		set(&o)
	}
	st, err := Open(context.Background(), o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { st.Close() })
	return st
}

var key = store.Key{Match: "elp-tig-2011-09-10", Epoch: "k3f9a2"}

// ctx of a test's calls.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// childOf is this program as another node on the same store (see child).
func childOf(t testing.TB, url string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self, url)
	c.Env = append(os.Environ(), "MATCHSTREAM_CHILD=append")
	c.Stderr = os.Stderr
	return c
}
