package e2e

import (
	"context"
	"flag"
	"testing"
	"time"
)

var (
	faults = flag.Int("faults", 0, "how often every node of a cluster is killed, frozen, replaced and cut off, in TestFaults and TestPartition; 0: each is done to one node")
	frozen = flag.Duration("frozen", 3*time.Second, "how long a node is frozen")
)

// TestFaults kills, freezes and replaces one node of three after the other, each when the
// last fault has healed, while an operator posts to all and watchers are on all. No
// acknowledged event is lost or doubled, the order is the same everywhere, and writes go
// on with two nodes of three.
func TestFaults(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(max(*faults, 1))*9*(time.Minute+*frozen))
	defer cancel()
	c := ownCluster(t, 3)
	s := newTrial(t, ctx, c, 3)
	s.goesOn(t, 20)
	done := 0
	for round := range max(*faults, 1) {
		for i := range c.nodes {
			for kind, fault := range []func(*testing.T, int){s.kill, s.freeze, s.replace} {
				if *faults > 0 || kind == i {
					fault(t, i)
					s.whole(t)
					done++
				}
			}
		}
		t.Logf("round %d is over", round+1)
	}
	s.end(t)
	if s.breaks < done {
		t.Errorf("watchers came back %d times: the test shows nothing", s.breaks)
	}
}

// few is how many events are to be acknowledged while every third try, at the node that
// is frozen or cut off, waits in vain for seconds: enough that some did.
func few() int64 {
	if *faults > 0 {
		return 20
	}
	return 5
}

// kill a node, and start it again.
func (s *trial) kill(t *testing.T, i int) {
	t.Helper()
	c := s.cluster
	c.nodes[i].kill()
	t.Logf("%s killed: writes went on after %v", c.names[i], s.goesOn(t, 20).Round(time.Millisecond))
	c.nodes[i].start(t, s.ctx)
}

// freeze a node, and let it go on.
func (s *trial) freeze(t *testing.T, i int) {
	t.Helper()
	c := s.cluster
	c.nodes[i].freeze()
	thaw := time.After(*frozen)
	t.Logf("%s frozen: writes went on after %v", c.names[i], s.goesOn(t, few()).Round(time.Millisecond))
	<-thaw
	c.nodes[i].thaw()
}

// replace a node whose disk is lost by a new one, as the handbook says.
func (s *trial) replace(t *testing.T, i int) {
	t.Helper()
	c := s.cluster
	p, old := c.nodes[i], c.names[i]
	p.kill()
	t.Logf("%s lost: writes went on after %v", old, s.goesOn(t, 20).Round(time.Millisecond))
	p.data = t.TempDir()
	command(t, "admin", "cluster", "remove", old, "--admin", "http://"+c.nodes[(i+1)%len(c.nodes)].admin) // it waits for a leader
	c.christen(i)
	p.start(t, s.ctx)
}
