package e2e

import (
	"context"
	"strings"
	"testing"
)

// TestListsWithoutEachOther: a node joins that the third of a cluster has not in its
// list, nor it that one. They hear of each other by the others, and when only the way
// between the two was cut, they find each other again.
func TestListsWithoutEachOther(t *testing.T) {
	t.Parallel()
	if !apart(t) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	net := newLAN(t, 4)
	c := ownCluster(t, 4)
	at := func(i int) string { return net.among(i) + ":6222" }
	for i, p := range c.nodes {
		list := []string{at(0), at(1), at(max(2, i))}
		p.clock, p.wrap = 0, net.within(i)
		p.addresses, p.admin = addresses{http: net.outside(i) + ":8888", tcp: net.outside(i) + ":9999"}, net.outside(i)+":8889"
		p.args = append(p.args, "--cluster-listen", at(i), "--cluster-peers", strings.Join(list, ","), "--log-level", "debug")
	}
	last := c.nodes[3]
	c.nodes = c.nodes[:3]
	c.start(t, &trial{ctx: ctx})
	last.start(t, ctx)
	third := c.nodes[2]
	sees := func(p *process, other string, yes bool) {
		t.Helper()
		for {
			a, err := p.operator().ask("GET", "/1/nodes", "")
			if err == nil && strings.Contains(a.body, `"`+other+`"`) == yes {
				return
			}
			if ctx.Err() != nil {
				t.Fatalf("a node sees %s: expected that this is %v: %s %v", other, yes, a.body, err)
			}
			pause()
		}
	}
	sees(third, c.names[3], true)
	sees(last, c.names[2], true)

	tries := func() int { // by whichever of the two it is that makes the routes
		return strings.Count(third.stderr.String(), "dial tcp "+at(3)) + strings.Count(last.stderr.String(), "dial tcp "+at(2))
	}
	before := tries()
	net.part(t, 2, 3)
	sees(third, c.names[3], false)
	for tries() == before || net.connected(t, 2, 3) || net.connected(t, 3, 2) {
		if ctx.Err() != nil {
			t.Fatal("the routes are not given up, or nobody tries to make them again")
		}
		pause()
	}
	net.join(t, 2, 3)
	sees(third, c.names[3], true)
	sees(last, c.names[2], true)
}
