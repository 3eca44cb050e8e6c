package node

import (
	"runtime"

	"matchstream/internal/poll"
)

// Limits of a node: how many watchers fit.
type Limits struct {
	// Descriptors is how many files and connections this process may have;
	// 0: not known here.
	Descriptors int
	// Kept of them are for the API, the journal, the log and the listeners.
	Kept int
	// reserve of those kept is for connections that are no watchers'.
	reserve int
	// Watchers at once; 0: no limit is known.
	Watchers int
	// Configured: it is --max-connections that limits the watchers.
	Configured bool
}

// Some descriptors are kept back: half of them for connections of the API,
// above all the operator's, and half for the journal's files and all else.
const (
	keptPart = 32 // one in so many, but
	keptMin  = 64
	keptMax  = 1024
)

// limits finds out how many watchers fit under the process' limit, and under
// the configured one.
func limits(c Config) Limits {
	configured := c.MaxConnections // 0: none
	l := Limits{Watchers: configured, Configured: configured > 0}
	l.Descriptors = poll.Descriptors()
	if l.Descriptors == 0 {
		return l
	}
	kept := min(max(l.Descriptors/keptPart, keptMin), keptMax)
	l.Kept, l.reserve = kept+listening(c)+adminConnections+upstream(c, l.Descriptors), kept/2
	if fit := max(1, l.Descriptors-l.Kept); configured == 0 || fit < configured {
		l.Watchers, l.Configured = fit, false
	}
	return l
}

// connections that the pump may have: the watchers', and half of what is kept.
func (l Limits) connections() int { return max(1, l.Descriptors-l.Kept+l.reserve) }

// slots are the connections that the listeners of the portable pump may have;
// 0: no limit is known.
func (l Limits) slots() int {
	if l.Descriptors == 0 {
		return 0
	}
	return l.connections()
}

// adminConnections are how many there may be at once to the admin address: a
// few scrapers and people, not all descriptors there are.
const adminConnections = 16

// listening is how many descriptors the doors take: for each port, and for
// the pump itself, one for each of its loops; and for each port one connection
// that waits for its turn (capped.Accept).
func listening(c Config) int {
	ports := 2 // HTTP and admin
	for _, tcp := range []string{c.TCP, c.TCPOverTLS} {
		if _, first, last, err := Ports(tcp); err == nil {
			ports += last - first + 1
		}
	}
	return (ports+1)*runtime.GOMAXPROCS(0) + ports
}

// Limits of this node.
func (n *Node) Limits() Limits { return n.limits }
