package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// cluster is several nodes of one store, each a real process on a loopback address
// of its own.
type cluster struct {
	nodes []*process
	names []string
	args  []string     // of all of them
	next  int          // number of the next name
	out   atomic.Int32 // a balancer sends nobody to this one; 0: to all, 1: the first
	// asks is how an operator posts to them; nil: he gives up on one that is frozen.
	asks *http.Client
}

// ownCluster is n nodes that form a cluster by themselves. The clocks of all but the
// first are wrong by a minute, one is fast and one slow.
func ownCluster(t *testing.T, n int) *cluster {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("secret", 8)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &cluster{}
	var peers []string
	for i := range n {
		peers = append(peers, freeAddress(t, host(i)))
	}
	c.args = []string{"--cluster-peers", strings.Join(peers, ","), "--cluster-secret", secret}
	for i := range n {
		p := newProcessOn(t, host(i))
		p.clock = []time.Duration{0, time.Minute, -time.Minute}[i%3]
		c.nodes, c.names = append(c.nodes, p), append(c.names, "")
		p.args = append([]string{"--cluster-listen", peers[i]}, c.args...)
		c.christen(i)
	}
	return c
}

// christen gives a node a name that no other had.
func (c *cluster) christen(i int) {
	c.next++
	c.names[i] = fmt.Sprint("node-", c.next)
	p := c.nodes[i]
	if len(p.args) > 0 && p.args[0] == "--node" {
		p.args = p.args[2:]
	}
	p.args = append([]string{"--node", c.names[i]}, p.args...)
}

// host is where the nodes of clusters listen.
func host(i int) string { return loopback(11 + i) }

func newProcessOn(t testing.TB, host string) *process {
	p := &process{data: t.TempDir(), temp: t.TempDir(), admin: freeAddress(t, host)}
	p.addresses = addresses{http: freeAddress(t, host), tcp: freeAddress(t, host)}
	t.Cleanup(p.kill)
	return p
}

// start all, at once: none can begin alone.
func (c *cluster) start(t *testing.T, s *trial) {
	t.Helper()
	var all sync.WaitGroup
	for _, p := range c.nodes {
		all.Go(func() { p.start(t, s.ctx) })
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// any node's addresses, but for one that is out.
func (c *cluster) any() addresses {
	i := rand.IntN(len(c.nodes))
	if out := int(c.out.Load()); out > 0 && i == out-1 {
		i = (i + 1) % len(c.nodes)
	}
	return c.nodes[i].addresses
}

// command runs the program's command line to its end.
func command(t *testing.T, args ...string) string {
	t.Helper()
	out, err := try(t, args...)
	if err != nil {
		t.Fatalf("matchstream %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// try is command, where it may fail.
func try(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	all, err := exec.Command(path, args...).CombinedOutput()
	return string(all), err
}
