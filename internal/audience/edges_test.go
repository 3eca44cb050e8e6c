package audience

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"matchstream/internal/store"
)

// hears has a node hear an edge's report of a match.
func (n *node) hears(edge string, r Report) {
	n.Helper()
	if err := n.match(final).HearEdge(n.Ledger, final, edge, r); err != nil {
		n.Fatal(err)
	}
}

// now is how many watch, as a node says.
func (n *node) now() int64 {
	n.Helper()
	f, err := n.match(final).Figures(n.Context(), n.Ledger, final)
	if err != nil {
		n.Fatal(err)
	}
	return f.Now
}

// An edge that reports to a load balancer reaches the nodes in turn. It is counted once,
// at every moment and on each of them, whatever its reports say.
func TestAnEdgeReportsInTurn(t *testing.T) {
	for _, counts := range []bool{true, false} {
		t.Run(fmt.Sprint("counts: ", counts), func(t *testing.T) {
			inAClub(t, func(c *club) {
				nodes := []*node{c.joins("a"), c.joins("b"), c.joins("c")}
				says := func(i int, now int64, came uint64) {
					r := Report{Now: now, Connects: came}
					if counts {
						r.Round = uint64(i + 1)
					}
					nodes[i%3].hears("lima", r)
				}
				says(0, 30, 30)
				for i := range 8 {
					passes(1100 * time.Millisecond) // till all were told
					for range 3 {
						for _, n := range nodes {
							if now := n.now(); now != 30 {
								c.Fatalf("after round %d %s says %d", i+1, n.nodes.Run(), now)
							}
						}
						passes(time.Second)
					}
					says(i+1, 30, 0)
				}
				passes(2 * time.Second)
				says(9, 0, 0)
				passes(1100 * time.Millisecond)
				for _, n := range nodes {
					n.wants(final, Figures{Peak: 30, Connects: 30})
				}
			})
		})
	}
}

// What an edge said before is no news, by whichever way and however late it comes; nor
// is what comes twice.
func TestReportsOutOfOrder(t *testing.T) {
	inAClub(t, func(c *club) {
		a, b := c.joins("a"), c.joins("b")
		b.hears("lima", Report{Now: 20, Round: 3})
		passes(1100 * time.Millisecond)
		a.hears("lima", Report{Now: 30, Round: 2, Connects: 5})
		a.hears("lima", Report{Now: 40, Round: 3})
		passes(1100 * time.Millisecond)
		if a.now() != 20 || b.now() != 20 {
			c.Errorf("%d, %d; the newest report said 20", a.now(), b.now())
		}
		b.hears("lima", Report{Round: 5})
		a.hears("lima", Report{Now: 20, Round: 4})
		passes(1100 * time.Millisecond)
		if a.now() != 0 || b.now() != 0 {
			c.Errorf("%d, %d; all have left", a.now(), b.now())
		}
		a.wants(final, Figures{Connects: 5})
	})
}

// Who goes from an edge that dies to another is not counted twice at the peak, whatever
// the moment; nor behind an edge that both report to.
func TestAnEdgeDies(t *testing.T) {
	const every = 5 * time.Second
	for late := time.Duration(0); late < every; late += time.Second {
		t.Run(late.String(), func(t *testing.T) {
			inAClub(t, func(c *club) {
				origin := c.joins("origin")
				tree := newClub(c)
				edge := tree.joins("edge")
				round := uint64(0)
				reports := func(leaf string, now int64) {
					round++
					edge.hears(leaf, Report{Now: now, Round: round})
					r, taken, ok := edge.match(final).Report(edge.Ledger, final)
					if ok {
						r.Round = round
						origin.hears("edge", r)
						taken()
					}
				}
				for range 4 {
					reports("lima", 30)
					passes(every)
				}
				passes(late) // it is dead, and its watchers are at another
				for range 6 {
					reports("osaka", 30)
					passes(every)
				}
				edge.wants(final, Figures{Now: 30, Peak: 30})
				origin.wants(final, Figures{Now: 30, Peak: 30})
			})
		})
	}
}

// That nobody is there any more is told once, and again if it was not taken.
func TestTheLastLeavesAnEdge(t *testing.T) {
	inAClub(t, func(c *club) {
		server := c.joins("server")
		edge := edgeOf(c, server)
		edge.joins(final, "ann")
		edge.reports(server, "lima", final)
		edge.leaves(final, 1)
		r, _, ok := edge.match(final).Report(edge.Ledger, final)
		if !ok || r.Now != 0 {
			c.Fatalf("%+v, %v; want that nobody is there", r, ok)
		}
		edge.reports(server, "lima", final)
		server.wants(final, Figures{Connects: 1, Users: 1})
		if r, _, ok := edge.match(final).Report(edge.Ledger, final); ok {
			c.Errorf("once more: %+v", r)
		}
		edge.crash()
	})
}

// What is more than the others can be told of in a second is told in the next.
func TestManyEdgesReport(t *testing.T) {
	inAClub(t, func(c *club) {
		a, b := c.joins("a"), c.joins("b")
		const edges = 400
		var keys []store.Key
		for i := range 100 {
			keys = append(keys, store.Key{Match: fmt.Sprintf("elp-tig-2011-%03d-10", i), Epoch: "k3f9a2"})
		}
		for e := range edges {
			for _, key := range keys {
				if err := a.match(key).HearEdge(a.Ledger, key, fmt.Sprintf("the-token-of-the-edges/an-edge-%d", e), Report{Now: 1, Round: 1}); err != nil {
					c.Fatal(err)
				}
			}
		}
		passes(3 * time.Second)
		for _, key := range keys {
			b.wants(key, Figures{Now: edges})
		}
	})
}

func FuzzReported(f *testing.F) {
	n := reported{"edges/lima.x", final, 7, 30}
	message := append(append(begin(), "0123456789abcdef"...), n.encode()...)
	f.Add(message[1:])
	f.Add(append(message, n.encode()...)[1:])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, message := range sealed(data) {
			run, all, err := parseReported(message)
			if !readable(t, err) {
				continue
			}
			again := append(begin(), run...)
			for _, n := range all {
				again = append(again, n.encode()...)
			}
			run2, all2, err := parseReported(seal(again))
			if err != nil || run != run2 || !slices.Equal(all, all2) {
				t.Fatalf("%v %v is read back as %v %v, %v", run, all, run2, all2, err)
			}
		}
	})
}
