package node

// AdminConnections are how many there may be to the admin address.
const AdminConnections = adminConnections

// AdminSlots are how many have had one, and how many have one now.
func (n *Node) AdminSlots() (taken, now int) {
	return int(n.adminSlots.taken.Load()), len(n.adminSlots.free)
}
