package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// binary is the program, built once for all tests that need a real process.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "matchstream-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "matchstream")
	out, err := exec.Command("go", "build", "-o", path, "matchstream").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// process is a real matchstream serve, which can be killed.
type process struct {
	data      string
	addresses addresses
	cmd       *exec.Cmd
	stderr    bytes.Buffer
	// wrap is put before the command line: strace, for one.
	wrap []string
}

// newProcess reserves ports and a data folder; start runs it.
func newProcess(t testing.TB) *process {
	t.Helper()
	p := &process{data: t.TempDir()}
	ports := freePorts(t, 2)
	p.addresses = addresses{http: ports[0], tcp: ports[1]}
	t.Cleanup(p.kill)
	return p
}

// freePorts finds addresses that stay free: see steady.
func freePorts(t testing.TB, n int) (all []string) {
	t.Helper()
	c := config(t)
	c.HTTP, c.TCP = steady, steady
	found := start(t, c)
	defer found.Shutdown(context.Background())
	return []string{found.HTTPAddr(), found.TCPAddrs()[0]}[:n]
}

// start runs the process and waits until it is ready.
func (p *process) start(t testing.TB, ctx context.Context) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	args := append(append([]string{}, p.wrap...), path, "serve", "--data", p.data,
		"--http", p.addresses.http, "--tcp", p.addresses.tcp, "--admin", "127.0.0.1:0", "--drain", "100ms")
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Env = append(os.Environ(), "MATCHSTREAM_OPERATOR_TOKEN="+operatorToken)
	p.stderr.Reset()
	p.cmd.Stderr = &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for {
		a, err := client.Get("http://" + p.addresses.http + "/readyz")
		if err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				return
			}
		}
		if ctx.Err() != nil || p.cmd.ProcessState != nil {
			t.Fatalf("the process is not ready: %v\n%s", err, p.stderr.String())
		}
	}
}

// kill is kill -9.
func (p *process) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		p.cmd = nil
	}
}

func (p *process) operator() operator {
	return operator{http: func() string { return p.addresses.http }, token: operatorToken}
}
