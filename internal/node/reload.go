package node

// Reload does what SIGHUP asks for: it looks again at what lies outside of the
// node and may have been changed or replaced. What cannot be had goes on as it
// was, and is logged. It waits for no write.
func (n *Node) Reload() {
	if err := n.access.Reopen(); err != nil {
		n.log.Error("not reloaded", "cause", err)
	}
}
