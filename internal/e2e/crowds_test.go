package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"testing"
	"time"

	"matchstream/internal/store/jetstream/natstest"
)

var (
	seated    = flag.Int("seated", 1500, "how many watch one match on several nodes in TestManyNodes")
	returning = flag.Int("returning", 1500, "how many lose their nodes at once in TestReconnectStorm")
)

// perProcess is how many watchers one process has descriptors for.
const perProcess = 18000

// stadium is one match on several nodes of one store, and stands full of its watchers.
type stadium struct {
	*cluster
	id     string
	stands []*stand
	posted int64
}

// newStadium has the watchers on the first so many of its nodes; those come back on the
// others, or on all where there are none.
func newStadium(t *testing.T, ctx context.Context, nodes, on, watchers int) *stadium {
	t.Helper()
	program, err := natstest.Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &stadium{cluster: over(t, nodes, natstest.Start(t, program, 1).URL())}
	began := &trial{ctx: ctx, cluster: s.cluster}
	s.cluster.start(t, began)
	s.id = s.nodes[0].operator().createSeed(t, "2026-01-01")
	began.id = s.id
	var all []addresses
	for _, p := range s.nodes {
		began.knows(t, p)
		all = append(all, p.addresses)
	}
	refuges := all[on:]
	if on == nodes {
		refuges = all
	}
	start := time.Now()
	for rest := watchers; rest > 0; rest -= perProcess {
		st := &stand{Nodes: all[:on], Refuges: refuges, Match: s.id, Watchers: min(rest, perProcess)}
		st.open(t, ctx)
		s.stands = append(s.stands, st)
	}
	for _, st := range s.stands {
		st.hears(t, "joined")
	}
	t.Logf("%d watchers on %d of %d nodes have their status after %v", watchers, on, nodes, time.Since(start).Round(time.Millisecond))
	return s
}

// post an event to a node.
func (s *stadium) post(t *testing.T, node int, body string) {
	t.Helper()
	s.nodes[node].operator().must(t, http.StatusCreated, "POST", "/1/match/"+s.id+"/events", body)
	s.posted++
}

// seen waits until every watcher has the last event, and says when the last one got it.
func (s *stadium) seen(t *testing.T) (last time.Time) {
	t.Helper()
	for _, st := range s.stands {
		if at := time.Unix(0, st.hears(t, fmt.Sprint("have ", s.posted))[0]); at.After(last) {
			last = at
		}
	}
	return last
}

// over ends the match, and waits until every watcher has seen that; it returns how often
// one had lost his connection.
func (s *stadium) over(t *testing.T, node int) (breaks int64) {
	t.Helper()
	s.post(t, node, `{"kind":"stop"}`)
	for _, st := range s.stands {
		end := st.hears(t, "over")
		if end[0] != int64(st.Watchers) {
			t.Errorf("%d of %d watchers saw the end", end[0], st.Watchers)
		}
		breaks += end[1]
	}
	return breaks
}

// TestManyNodes: one match is watched on as many nodes as its watchers need, by every
// protocol, and posted to at all of them: everybody gets every event once, in order.
func TestManyNodes(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	nodes := max(3, (*seated+perProcess-1)/perProcess)
	s := newStadium(t, ctx, nodes, nodes, *seated)
	s.post(t, 0, startBody())
	for n := range 2 * nodes {
		began := time.Now()
		s.post(t, n%nodes, `{"kind":"comment","comment":"at a node"}`)
		t.Logf("event %d: the last watcher has it after %v", s.posted, s.seen(t).Sub(began).Round(time.Millisecond))
	}
	if breaks := s.over(t, 0); breaks != 0 {
		t.Errorf("%d connections were lost, by nobody's doing", breaks)
	}
}

// TestReconnectStorm: half of the nodes are killed, those that everybody is on. All are
// back on the others, each with what was posted meanwhile.
func TestReconnectStorm(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	half := max(2, (*returning+perProcess-1)/perProcess)
	s := newStadium(t, ctx, 2*half, half, *returning)
	s.post(t, 0, startBody())
	s.seen(t)
	for _, p := range s.nodes[:half] {
		p.kill()
	}
	killed := time.Now()
	for range 20 {
		s.post(t, half, `{"kind":"comment","comment":"nobody is there"}`)
	}
	t.Logf("%d watchers are back with 20 events that they had missed, the last of them %v after the nodes were killed", *returning, s.seen(t).Sub(killed).Round(time.Millisecond))
	if breaks := s.over(t, half); breaks < int64(*returning) {
		t.Errorf("%d connections were lost: the test shows nothing", breaks)
	}
}
