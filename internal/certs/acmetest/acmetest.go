// Package acmetest runs a certificate authority for tests: pebble, Let's Encrypt's
// small one, a process on loopback, built from the version that go.mod names. To it
// every name leads to 127.0.0.1.
package acmetest

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Authority is one that runs, or may be started.
type Authority struct {
	URL  string // of its directory
	Root string // file of who has signed its own certificate

	program, config, resolver, at string
	process                       *exec.Cmd
	mu                            sync.Mutex
	said                          []byte
}

// patience bounds the wait for it; only a failing test waits it out.
const patience = 60 * time.Second

// New builds an authority and does not start it. It looks for who answers for a name
// at this port, that of what is tested.
func New(t testing.TB, port int) *Authority {
	t.Helper()
	dir := t.TempDir()
	a := &Authority{program: filepath.Join(dir, "pebble"), config: filepath.Join(dir, "config.json")}
	if out, err := exec.Command("go", "build", "-o", a.program, "github.com/letsencrypt/pebble/v2/cmd/pebble").CombinedOutput(); err != nil {
		t.Fatalf("build pebble: %v: %s", err, out)
	}
	cert, key := certify(t, dir)
	a.at = net.JoinHostPort("127.0.0.1", strconv.Itoa(FreePort(t)))
	a.URL, a.Root, a.resolver = "https://"+a.at+"/dir", cert, resolve(t)
	text, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": a.at, "certificate": cert, "privateKey": key, "tlsPort": port, "keyAlgorithm": "ecdsa",
		"retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles":   map[string]any{"default": map[string]any{"validityPeriod": 90 * 86400}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a
}

// Start starts it, and waits until it listens; it may have been stopped. It ends with
// the test.
func (a *Authority) Start(t testing.TB) {
	t.Helper()
	a.process = exec.Command(a.program, "-config", a.config, "-dnsserver", a.resolver)
	a.process.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0")
	a.process.SysProcAttr = ends
	a.process.Stdout, a.process.Stderr = a, a
	if err := a.process.Start(); err != nil {
		t.Fatal(err)
	}
	for late := time.After(patience); ; {
		c, err := net.Dial("tcp", a.at)
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-late:
			t.Fatalf("pebble does not listen: %v\n%s", err, a)
		}
	}
}

// Stop kills it, if it runs. It forgets everything.
func (a *Authority) Stop() {
	if a.process == nil {
		return
	}
	a.process.Process.Kill()
	a.process.Wait()
	a.process = nil
}

// Write takes what the authority says.
func (a *Authority) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said = append(a.said, p...)
	return len(p), nil
}

// String is what it has said.
func (a *Authority) String() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return string(a.said)
}

// FreePort is one that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
