package node

import (
	"matchstream/internal/api"
)

// checkinPort is the TCP port with the fewest watchers; those of equal load
// take turns.
func (n *Node) checkinPort() int {
	doors := n.listeners.tcp
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

// notReady says why this node takes no clients; nil if it does.
func (n *Node) notReady() []string {
	reasons := n.live.Trouble()
	if out := n.outOfCluster(); out != "" {
		reasons = append(reasons, out)
	}
	if n.draining.Load() {
		reasons = append(reasons, "the node is draining")
	}
	return reasons
}

// info is what GET /1/nodes says of this node.
func (n *Node) info() api.NodeInfo {
	info := api.NodeInfo{Name: n.name(), Host: n.config.Advertise, HTTP: port(n.listeners.http.Addr()),
		Watchers: n.watchers(), Version: n.config.Version, Draining: n.draining.Load()}
	for _, d := range n.listeners.tcp {
		info.TCP = append(info.TCP, port(d.at))
	}
	return info
}

// watchers connected now, over all protocols.
func (n *Node) watchers() int64 {
	return int64(n.gate.TCP.Active() + n.gate.SSE.Active() + n.gate.WebSocket.Active())
}
