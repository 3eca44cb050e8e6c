package node

import (
	"context"
	"time"

	v "matchstream/internal/vitals"
)

// storeReplaced ends the node: no position in the store, no revision and no epoch that it
// knows means anything any more. Clients come back with their positions, to whoever
// knows the new store, and are told there whether their history is still the one.
// It may come while the node starts: then it is ended once it has, and a start that
// fails ends what there is by itself.
func (n *Node) storeReplaced() {
	at := n.config.Clock()
	n.replaced.CompareAndSwap(nil, &at)
	go func() {
		<-n.started
		if !n.failed {
			n.Shutdown(context.Background()) //nolint:errcheck // whoever waits for Done asks again
		}
	}()
}

// Replaced is when another store was found in the place of the one that the node was
// started on: it stops then, and once it is Done may be started again, with
// Config.Replaced. Zero: it was not.
func (n *Node) Replaced() time.Time {
	if at := n.replaced.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// wasReplaced is a warning for as long as the process runs: that the log has said it
// once is soon forgotten, and what is missing is missed later. "": there is none.
func (n *Node) wasReplaced() string {
	if n.config.Replaced.IsZero() {
		return ""
	}
	return "Another store was found in the place of the one before at " + n.config.Replaced.UTC().Format(time.RFC3339) +
		": what that had and this one has not is gone. See why (was the store's server restarted, emptied, or another put in its place?), and bring back what is missing from a backup."
}

// chartReplaced has what the page says of it: while the node stops, and when it has begun anew.
func (n *Node) chartReplaced(c *v.Chart) {
	c.Add(
		v.Series{Name: "store_replaced", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(!n.Replaced().IsZero()) })},
		v.Series{Name: "store_was_replaced", Unit: v.Duration, Read: v.Gauge(func() float64 {
			if n.config.Replaced.IsZero() {
				return 0
			}
			return max(1, n.config.Clock().Sub(n.config.Replaced).Seconds())
		})},
	)
}
