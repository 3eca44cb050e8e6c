package node

// AdminConnections are how many there may be to the admin address.
const AdminConnections = adminConnections

// AdminSlots are how many had one, and how many had to wait.
func (n *Node) AdminSlots() (taken, starved uint64) {
	s := n.listeners.admin.(*capped).slots
	return s.taken.Load(), s.starved.Load()
}
