package e2e

import (
	"context"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"matchstream/internal/store/jetstream/natstest"
)

// over is n nodes over one store elsewhere.
func over(t *testing.T, n int, store string) *cluster {
	t.Helper()
	c := &cluster{}
	for i := range n {
		p := newProcessOn(t, host(i))
		p.args = []string{"--store", store}
		c.nodes, c.names = append(c.nodes, p), append(c.names, "")
		c.christen(i)
	}
	return c
}

// TestOverNATS kills the servers of a NATS cluster one after the other, and the nodes
// before it.
func TestOverNATS(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*faults+2)*patience)
	defer cancel()
	program, err := natstest.Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	servers := natstest.Start(t, program, 3)
	s := newTrial(t, ctx, over(t, 3, servers.URL()), 1)
	s.goesOn(t, 20)
	for range max(*faults, 1) {
		for i, server := range servers.Servers {
			server.Kill()
			t.Logf("server %s killed: writes went on after %v", server.Name, s.goesOn(t, 20).Round(time.Millisecond))
			server.Start(t)
			servers.Ready(t)
			s.kill(t, i)
			s.whole(t)
		}
	}
	s.end(t)
}

// TestOverRedis kills a Redis server that syncs each write, again and again: what it has
// acknowledged is there, and all goes on by itself.
func TestOverRedis(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*faults+2)*patience)
	defer cancel()
	at, dir := freeAddress(t, loopback(10)), t.TempDir()
	server := redisServer(t, ctx, at, dir)
	s := newTrial(t, ctx, over(t, 2, "redis://"+at), 1)
	s.goesOn(t, 20)
	for range 3 * max(*faults, 1) {
		server.kill()
		began := time.Now()
		server = redisServer(t, ctx, at, dir)
		s.goesOn(t, 20)
		t.Logf("Redis killed and started again: all went on within %v", time.Since(began).Round(time.Millisecond))
	}
	s.kill(t, 0)
	s.whole(t)
	s.end(t)
}

// redisServer starts one on a folder, waits until it is there, and ends it with the test.
func redisServer(t *testing.T, ctx context.Context, at, dir string) *process {
	t.Helper()
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(dir+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := &process{cmd: exec.Command("redis-server", "--bind", host, "--port", port, "--dir", dir, "--save", "", "--appendonly", "yes", "--appendfsync", "always")}
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.run(t)
	t.Cleanup(p.kill)
	until(t, ctx, "Redis takes connections", func() bool {
		c, err := net.Dial("tcp", at)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return p
}
