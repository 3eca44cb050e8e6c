package e2e

import (
	"context"
	"flag"
	"testing"
	"time"
)

var (
	faults = flag.Int("faults", 1, "how often each node of a cluster is killed, frozen and replaced in TestFaults")
	frozen = flag.Duration("frozen", 3*time.Second, "how long a node is frozen")
)

// TestFaults kills, freezes and replaces one node of three after the other, each when the
// last fault has healed, while an operator posts to all and watchers are on all. No
// acknowledged event is lost or doubled, the order is the same everywhere, and writes go
// on with two nodes of three.
func TestFaults(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*faults)*9*(time.Minute+*frozen))
	defer cancel()
	c := ownCluster(t, 3)
	s := newTrial(t, ctx, c, 3)
	s.goesOn(t, 20)
	for range *faults {
		for i, p := range c.nodes {
			p.kill()
			t.Logf("%s killed: writes went on after %v", c.names[i], s.goesOn(t, 20).Round(time.Millisecond))
			p.start(t, ctx)
			s.whole(t)

			p.freeze()
			thaw := time.After(*frozen)
			t.Logf("%s frozen: writes went on after %v", c.names[i], s.goesOn(t, 20).Round(time.Millisecond))
			<-thaw
			p.thaw()
			s.whole(t)

			s.replace(t, i)
			s.whole(t)
		}
	}
	s.end(t)
	if s.breaks < 3**faults {
		t.Errorf("watchers came back %d times: the test shows nothing", s.breaks)
	}
}

// replace a node whose disk is lost by a new one, as the handbook says.
func (s *trial) replace(t *testing.T, i int) {
	t.Helper()
	c := s.cluster
	p, old := c.nodes[i], c.names[i]
	p.kill()
	t.Logf("%s lost: writes went on after %v", old, s.goesOn(t, 20).Round(time.Millisecond))
	p.data = t.TempDir()
	command(t, "admin", "cluster", "remove", old, "--admin", "http://"+c.nodes[(i+1)%len(c.nodes)].admin)
	c.christen(i)
	p.start(t, s.ctx)
}
