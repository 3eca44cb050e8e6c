package node

import "matchstream/internal/poll"

// Limits of a node: how many watchers fit.
type Limits struct {
	// Descriptors is how many files and connections this process may have;
	// 0: not known here.
	Descriptors int
	// Kept of them are for the API, the journal and the log.
	Kept int
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
// the configured one (0: none).
func limits(configured int) Limits {
	l := Limits{Watchers: configured, Configured: configured > 0}
	l.Descriptors = poll.Descriptors()
	if l.Descriptors == 0 {
		return l
	}
	l.Kept = min(max(l.Descriptors/keptPart, keptMin), keptMax)
	if fit := max(1, l.Descriptors-l.Kept); configured == 0 || fit < configured {
		l.Watchers, l.Configured = fit, false
	}
	return l
}

// connections that the pump may have: the watchers', and half of what is kept.
func (l Limits) connections() int { return max(1, l.Descriptors-l.Kept/2) }

// Limits of this node.
func (n *Node) Limits() Limits { return n.limits }
