package natstest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Server is one process.
type Server struct {
	Name    string
	program string
	dir     string
	port    int
	route   int
	routes  []string // none: it is alone
	extra   string   // lines of its configuration

	process *exec.Cmd
	log     *bytes.Buffer
}

// Address is where clients connect to.
func (s *Server) Address() string { return fmt.Sprintf("%s:%d", Host, s.port) }

// Start starts the process, on what is on its disk.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	config := filepath.Join(s.dir, "nats.conf")
	if err := os.WriteFile(config, []byte(s.config()), 0o600); err != nil {
		t.Fatal(err)
	}
	s.log = new(bytes.Buffer)
	s.process = exec.Command(s.program, "-c", config)
	s.process.Stderr = s.log
	s.process.SysProcAttr = ends
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
}

// Kill ends the process at once (SIGKILL), and waits for its end. A process that
// was killed before is left alone.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	s.process.Process.Kill() //nolint:errcheck // it may have ended
	s.process.Wait()         //nolint:errcheck // it was killed
	s.process = nil
}

// Freeze stops the process without ending it (SIGSTOP).
func (s *Server) Freeze(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Thaw lets it go on.
func (s *Server) Thaw(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// config syncs always, as docs/NATS.md asks of an outside cluster.
func (s *Server) config() string {
	var b strings.Builder
	fmt.Fprintf(&b, "server_name: %s\nlisten: %q\nmax_payload: 8MB\n", s.Name, s.Address())
	fmt.Fprintf(&b, "jetstream { store_dir: %q, sync_interval: always }\n", filepath.Join(s.dir, "data"))
	if len(s.routes) > 0 {
		fmt.Fprintf(&b, "cluster { name: test, listen: \"%s:%d\", no_advertise: true, routes: [%s] }\n", Host, s.route, strings.Join(s.routes, ", "))
	}
	b.WriteString(s.extra + "\n")
	return b.String()
}

// Copy keeps what is on the disk now; back puts it there again, while the process
// does not run.
func (s *Server) Copy(t testing.TB) (back func(testing.TB)) {
	t.Helper()
	data, kept := filepath.Join(s.dir, "data"), filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(kept, os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	return func(t testing.TB) {
		t.Helper()
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(data, os.DirFS(kept)); err != nil {
			t.Fatal(err)
		}
	}
}
