// Package natstest runs real nats-servers for tests: processes on loopback, built
// from the version that go.mod names, alone or as a cluster.
package natstest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// patience bounds a wait for what must happen; only a failing test waits it out.
const patience = 60 * time.Second

// Build makes the program in a folder, and says where it is.
func Build(dir string) (program string, err error) {
	program = filepath.Join(dir, "nats-server")
	cmd := exec.Command("go", "build", "-o", program, "github.com/nats-io/nats-server/v2")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build nats-server: %w: %s", err, out)
	}
	return program, nil
}

// Main is a TestMain's work: it builds the program, tells where it is, and runs the
// tests. It gives the exit code. A fuzz target needs no server, and each of its workers
// would build one.
func Main(run func() int, program *string) int {
	flag.Parse()
	if fuzzing := flag.Lookup("test.fuzz"); fuzzing != nil && fuzzing.Value.String() != "" {
		return run()
	}
	dir, err := os.MkdirTemp("", "natstest")
	if err == nil {
		defer os.RemoveAll(dir)
		*program, err = Build(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return run()
}

// Cluster is some servers that belong together; a single one is none of a cluster.
type Cluster struct {
	Servers []*Server
	program string
}

// Start starts n servers with empty disks, and waits until they serve. They end
// with the test.
func Start(t testing.TB, program string, n int) *Cluster {
	t.Helper()
	c := &Cluster{program: program}
	ports := freePorts(t, 2*n)
	var routes []string
	for _, port := range ports[n:] {
		routes = append(routes, fmt.Sprintf("nats-route://%s:%d", Host, port))
	}
	if n == 1 {
		routes = nil
	}
	for i := range n {
		s := &Server{Name: fmt.Sprintf("n%d", i+1), program: program, dir: t.TempDir(), port: ports[i], route: ports[n+i], routes: routes}
		c.Servers = append(c.Servers, s)
	}
	t.Cleanup(func() {
		for _, s := range c.Servers {
			s.Kill()
		}
	})
	for _, s := range c.Servers {
		s.Start(t)
	}
	c.Ready(t)
	return c
}

// StartWith starts one server with more in its configuration, and waits until it
// takes connections.
func StartWith(t testing.TB, program, extra string) *Cluster {
	t.Helper()
	s := &Server{Name: "n1", program: program, dir: t.TempDir(), port: freePorts(t, 1)[0], extra: extra}
	t.Cleanup(s.Kill)
	s.Start(t)
	until(t, "a server to listen", s.log, func() error {
		c, err := net.Dial("tcp", s.Address())
		if err == nil {
			c.Close()
		}
		return err
	})
	return &Cluster{Servers: []*Server{s}, program: program}
}

// URL has all servers.
func (c *Cluster) URL() string {
	var at []string
	for _, s := range c.Servers {
		at = append(at, s.Address())
	}
	return "nats://" + strings.Join(at, ",")
}

// Ready waits until the cluster has a leader, that every server that runs knows.
func (c *Cluster) Ready(t testing.TB) {
	t.Helper()
	for _, s := range c.Servers {
		if s.process == nil {
			continue
		}
		until(t, "server "+s.Name+" to serve", s.log, func() error {
			conn, err := nats.Connect("nats://"+s.Address(), nats.NoReconnect())
			if err != nil {
				return err
			}
			defer conn.Close()
			stream, err := js.New(conn)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err = stream.AccountInfo(ctx)
			return err
		})
	}
}

// Leader is the server that leads a stream.
func (c *Cluster) Leader(t testing.TB, stream string) *Server {
	t.Helper()
	var leader *Server
	until(t, "a leader of "+stream, nil, func() error {
		return c.ask(t, func(ctx context.Context, api js.JetStream) error {
			found, err := api.Stream(ctx, stream)
			if err != nil {
				return err
			}
			if info := found.CachedInfo().Cluster; info != nil {
				for _, s := range c.Servers {
					if s.Name == info.Leader {
						leader = s
						return nil
					}
				}
			}
			return fmt.Errorf("none is known")
		})
	})
	return leader
}

// Clear removes all streams: an empty store, made anew.
func (c *Cluster) Clear(t testing.TB) {
	t.Helper()
	until(t, "the streams to be gone", nil, func() error {
		return c.ask(t, func(ctx context.Context, api js.JetStream) error {
			names := api.StreamNames(ctx)
			for name := range names.Name() {
				if err := api.DeleteStream(ctx, name); err != nil {
					return err
				}
			}
			return names.Err()
		})
	})
}

// Wipe kills all servers, empties their disks, and starts them at the same addresses.
func (c *Cluster) Wipe(t *testing.T) {
	t.Helper()
	for _, s := range c.Servers {
		s.Kill()
	}
	for _, s := range c.Servers {
		if err := os.RemoveAll(filepath.Join(s.dir, "data")); err != nil {
			t.Fatal(err)
		}
		s.Start(t)
	}
	c.Ready(t)
}

// until waits for something that is asked for again and again.
func until(t testing.TB, what string, log *bytes.Buffer, f func() error) {
	t.Helper()
	late := time.After(patience)
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-late:
			t.Fatalf("waited for %s: %v\n%s", what, err, log)
		}
	}
}

// Replicas is how many a stream is to have.
func (c *Cluster) Replicas(t testing.TB, stream string) (n int) {
	t.Helper()
	until(t, "the stream "+stream, nil, func() error {
		return c.ask(t, func(ctx context.Context, api js.JetStream) error {
			found, err := api.Stream(ctx, stream)
			if err == nil {
				n = found.CachedInfo().Config.Replicas
			}
			return err
		})
	})
	return n
}

// ask something of whatever server answers.
func (c *Cluster) ask(t testing.TB, f func(context.Context, js.JetStream) error) error {
	conn, err := nats.Connect(c.URL())
	if err != nil {
		return err
	}
	defer conn.Close()
	api, err := js.New(conn)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return f(ctx, api)
}
