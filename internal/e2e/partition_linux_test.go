package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestPartition cuts one node of three off from the others, by taking its link down,
// while its clients still reach it: it refuses writes and says why, tells its watchers
// nothing false, and says of what it tells that it may be behind. The others go on. Once
// the link is back it catches up by itself.
func TestPartition(t *testing.T) {
	t.Parallel()
	if !apart(t) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*faults+2)*patience)
	defer cancel()
	net := newLAN(t, 3)
	c := ownCluster(t, 3)
	var peers []string
	for i := range c.nodes {
		peers = append(peers, net.among(i)+":6222")
	}
	for i, p := range c.nodes {
		p.clock, p.wrap = 0, net.within(i)
		p.addresses, p.admin = addresses{http: net.outside(i) + ":8888", tcp: net.outside(i) + ":9999"}, net.outside(i)+":8889"
		p.args = append(p.args, "--cluster-listen", peers[i], "--cluster-peers", strings.Join(peers, ","))
	}
	s := newTrial(t, ctx, c, 3)
	s.goesOn(t, 20)
	for i, p := range c.nodes[:min(3, 3**faults+1)] {
		o := p.operator()
		net.cut(t, i)
		off := time.Now()
		noticed := time.Duration(0)
		for {
			ready, err := o.ask("GET", "/readyz", "")
			if err == nil && ready.status == http.StatusServiceUnavailable && strings.Contains(ready.body, "the store has not answered") {
				noticed = time.Since(off)
				break
			}
			if ctx.Err() != nil {
				t.Fatalf("readyz: %+v %v", ready, err)
			}
			pause()
		}
		t.Logf("%s cut off: writes went on after %v", c.names[i], s.goesOn(t, few()).Round(time.Millisecond))
		t.Logf("%s has noticed after %v", c.names[i], noticed.Round(time.Millisecond))
		// What it may have put into its own log gives way to what the others have
		// agreed on since.
		refused, err := o.ask("POST", "/1/match/"+s.id+"/events", `{"kind":"comment","comment":"into the void"}`)
		if err != nil || refused.status != http.StatusGatewayTimeout && refused.status != http.StatusServiceUnavailable || !strings.Contains(refused.body, "store") {
			t.Errorf("a write on %s: %+v %v", c.names[i], refused, err)
		}
		if a := o.must(t, http.StatusOK, "GET", "/1/match/"+s.id, ""); a.header.Get("Match-Stream-Stale") == "" {
			t.Errorf("%s does not say that it is stale: %v", c.names[i], a.header)
		}
		net.mend(t, i)
		s.whole(t)
	}
	s.end(t)
}
