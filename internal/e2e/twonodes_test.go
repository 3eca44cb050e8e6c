package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

var atOnce = flag.Int("at-once", 200, "how many events each of two operators posts in TestOperatorsOnTwoNodes")

// TestOperatorsOnTwoNodes: two operators on two nodes, the same match, at once. The ids
// are dense, and each was told the truth about his events.
func TestOperatorsOnTwoNodes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	c := ownCluster(t, 3)
	s := &trial{ctx: ctx, cluster: c}
	c.start(t, s)
	s.id = c.nodes[0].operator().createSeed(t, "2026-01-01")
	s.knows(t, c.nodes[1])
	var both sync.WaitGroup
	told := make([]map[int64]string, 2)
	for n := range told {
		o := c.nodes[n].operator()
		told[n] = map[int64]string{}
		both.Go(func() {
			for i := range *atOnce {
				said := fmt.Sprintf("%d of %d", i, n)
				for ctx.Err() == nil {
					a, err := o.ask("POST", "/1/match/"+s.id+"/events", `{"kind":"comment","comment":"`+said+`"}`, "Idempotency-Key", strings.ReplaceAll(said, " ", "-"))
					if err != nil || a.status == http.StatusServiceUnavailable || a.status == http.StatusGatewayTimeout {
						continue
					}
					if a.status != http.StatusCreated {
						t.Errorf("%s: %d %s", said, a.status, a.body)
						return
					}
					told[n][decodeObject(t, a.body).ID] = said
					break
				}
			}
		})
	}
	began := time.Now()
	both.Wait()
	t.Logf("%d events in %v", 2**atOnce, time.Since(began).Round(time.Millisecond))
	for i, p := range c.nodes {
		for s.length(p) < int64(2**atOnce) && ctx.Err() == nil {
			pause()
		}
		events := p.operator().must(t, http.StatusOK, "GET", "/1/match/"+s.id+"/history", "").body
		for id := int64(1); id <= int64(2**atOnce); id++ {
			said, other := told[0][id], told[1][id]
			if (said == "") == (other == "") {
				t.Fatalf("event %d was told to both or to nobody: %q, %q", id, said, other)
			}
			if !strings.Contains(events, fmt.Sprintf(`{"id":%d,`, id)) || !strings.Contains(events, `"comment":"`+said+other+`"`) {
				t.Fatalf("%s does not have event %d, %q", c.names[i], id, said+other)
			}
		}
		if got := len(p.operator().history(t, s.id)); got != 2**atOnce {
			t.Errorf("%s has %d events", c.names[i], got)
		}
	}
}

// TestRollingRestart restarts three nodes one after the other, gently, under load, and as
// behind a balancer, which sends nobody any more to a node that says on /readyz that it
// goes: no write is cut off without an answer, and no watcher is without its events.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	c := ownCluster(t, 3)
	c.asks = client // none of them is frozen: who waits long enough is answered
	for _, p := range c.nodes {
		p.args = append(p.args, "--drain", "500ms", "--drain-delay", "1s")
	}
	s := newTrial(t, ctx, c, 3)
	s.goesOn(t, 20)
	for i, p := range c.nodes {
		c.out.Store(int32(i + 1))
		p.interrupt()
		t.Logf("%s stopped: writes went on after %v", c.names[i], s.goesOn(t, 20).Round(time.Millisecond))
		p.start(t, ctx)
		s.whole(t)
		c.out.Store(0)
	}
	s.end(t)
	if s.cut > 0 {
		t.Errorf("%d writes were cut off without an answer", s.cut)
	}
	if s.breaks < 3 {
		t.Errorf("watchers came back %d times: the test shows nothing", s.breaks)
	}
}
