package node

import "matchstream/internal/vitals"

// AdminConnections are how many there may be to the admin address.
const AdminConnections = adminConnections

// AdminSlots are how many have had one, and how many have one now.
func (n *Node) AdminSlots() (taken, now int) {
	return int(n.adminSlots.taken.Load()), len(n.adminSlots.free)
}

// Chart is what the page of the node shows.
func (n *Node) Chart() *vitals.Chart { return n.vitals }

// Troubles are what can be wrong with a node.
var Troubles = troubles

// NewChart is another one, which nobody has started.
func (n *Node) NewChart() *vitals.Chart { return n.chart() }
