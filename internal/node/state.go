package node

import (
	"fmt"
	"time"
)

// checkinPort is the plain TCP port with the fewest watchers; those of equal load
// take turns. 0: there is none, or none for newcomers.
func (n *Node) checkinPort() int { return n.emptiest(n.plainPorts()) }

// checkinTLS is the same of the ports over TLS.
func (n *Node) checkinTLS() int { return n.emptiest(n.securePorts()) }

func (n *Node) emptiest(doors []*tcpPort) int {
	if len(doors) == 0 || n.draining.Load() {
		return 0
	}
	start := int(n.turn.Add(1) % uint64(len(doors)))
	best := doors[start]
	for i := range doors {
		if d := doors[(start+i)%len(doors)]; d.Watchers() < best.Watchers() {
			best = d
		}
	}
	return port(best.at)
}

// stale says for how long the store has not answered; "": it does.
func (n *Node) stale() string {
	stale := n.live.Stale()
	if stale == 0 {
		return ""
	}
	return fmt.Sprintf("the store has not answered for %v: what is known here may be behind", stale.Round(time.Second))
}

// notReady says why this node takes no clients; nil if it does.
func (n *Node) notReady() []string {
	reasons := n.live.Trouble()
	// Not so at an edge: its neighbours have the same origin, and who is told to go
	// elsewhere would find no other.
	if stale := n.stale(); stale != "" && n.edge == nil {
		reasons = append(reasons, stale)
	}
	if out := n.outOfCluster(); out != "" {
		reasons = append(reasons, out)
	}
	switch {
	case !n.Replaced().IsZero():
		reasons = append(reasons, "another store is in the place of the one before: the node stops, and begins anew on that one")
	case n.draining.Load():
		reasons = append(reasons, "the node is draining")
	}
	return reasons
}

// watchers connected now, over all protocols.
func (n *Node) watchers() int64 {
	return int64(n.gate.TCP.Active() + n.gate.SSE.Active() + n.gate.WebSocket.Active())
}
