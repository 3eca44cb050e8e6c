package peers

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A node with an empty folder must not begin before it knows that its name has
// promised nothing: raft counts on terms, votes and records that last. So it first
// starts a server without JetStream, under a name that nobody counts, and asks.
//
// Where there is a leader, it knows all names: an unknown one joins, a known one has
// lost its disk and is refused. Where there is none, and nobody who ever took part,
// it is the first start of all: it waits until each of --cluster-peers is there and
// new, so that no majority can form that leaves out one with a history (place.go).

// again is how long after an answer that settles nothing one asks again.
const again = 250 * time.Millisecond

// scout returns when this node may begin.
func (p plan) scout(ctx context.Context) error {
	p.name = p.node + "-scout-" + strings.ToLower(rand.Text()[:8])
	p.stage, p.dir, p.health = stageScout, "", newHealth()
	r, err := startServer(p)
	if err != nil {
		return err
	}
	defer r.stop()
	told := reminder{log: p.log}
	for {
		all, err := r.hellos(ctx)
		if err != nil {
			return err
		}
		ready, waits, err := p.judge(r.server.ID(), all, lookupWithin(ctx))
		if ready || err != nil {
			return err
		}
		told.say(waits)
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w while it %s", context.Cause(ctx), waits)
		case <-time.After(again):
		}
	}
}

// judge what the nodes say to one that is new, whose own server's id is ours.
func (p plan) judge(ours string, all []hello, lookup lookup) (ready bool, waits string, err error) {
	nodes, members := []string{p.node}, []string(nil)
	var others []hello
	for _, h := range all {
		switch {
		case h.Server == ours:
			continue
		case h.Node == p.node:
			return false, "", fmt.Errorf("another process runs as node %s: each node needs a name of its own (--node)", p.node)
		case h.Leads && slices.Contains(h.Members, peerID(p.node)):
			return false, "", lost(p.node, "its folder is empty")
		case h.Leads:
			if err := outFor(p.node, all); err != nil {
				return false, "", err
			}
			return true, "", nil
		case h.Stage == stageMember:
			members = append(members, h.Node)
		}
		if !slices.Contains(nodes, h.Node) {
			nodes = append(nodes, h.Node)
			others = append(others, h)
		}
	}
	slices.Sort(nodes)
	if len(members) > 0 {
		return false, fmt.Sprintf("waits for a majority of the cluster, of which are there: %s", strings.Join(members, ", ")), nil
	}
	places, err := p.place(others, lookup)
	switch {
	case err != nil:
		return false, "", err
	case places.missing == 0:
		return true, "", nil
	}
	waits = fmt.Sprintf("waits for %d more of %s: at the first start all must be there; there are: %s",
		places.missing, strings.Join(places.free, ", "), strings.Join(nodes, ", "))
	if len(places.strangers) > 0 {
		waits += fmt.Sprintf("; of these the list --cluster-peers does not have %s: give the same list to all nodes", strings.Join(places.strangers, ", "))
	}
	if lost := unfound(places.free, lookup); len(lost) > 0 {
		waits += fmt.Sprintf("; no address is found for %s: are these hosts' names right, and does this machine's name server know them?", strings.Join(lost, ", "))
	}
	return false, waits, nil
}
