package node

import (
	"net"
	"time"

	"matchstream/internal/store"
	"matchstream/internal/vitals"
)

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

// Over is a configuration of a node over a store, which it closes.
func Over(c Config, s store.Store) Config {
	c.store = s
	return c
}

// SayDraining is what the node says of itself; it ends nobody's stream.
func (n *Node) SayDraining(yes bool) {
	n.draining.Store(yes)
	n.members.Changed()
}

// SayReplaced is what the node says of itself when another store is in the place of its
// own; it does not stop.
func (n *Node) SayReplaced() {
	now := time.Now()
	n.replaced.Store(&now)
	n.SayDraining(true)
}

// CheckInsideQuery says what is wrong with a query of GET /node/inside, and which field.
func CheckInsideQuery(text string) (limit int, field string, err error) {
	q, field, err := parseInside(text)
	return q.limit, field, err
}

// Outward is where this machine's packets to elsewhere come from.
var Outward = outward

// Reach is where a node is, by what it is told and where it listens.
func Reach(advertise, tcp, http string) (string, int) {
	at := func(address string) net.Addr {
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			panic(err)
		}
		return a
	}
	told, err := parseAdvertise(advertise)
	if err != nil {
		panic(err)
	}
	return reach(told, at(tcp), at(http))
}
