package node

import (
	"errors"
	"fmt"
	"strings"

	"matchstream/internal/store"
	"matchstream/internal/store/peers"
	v "matchstream/internal/vitals"
)

// replicated is a store that is on the disks of several nodes.
type replicated interface {
	Replicas() peers.Replicas
	Trouble() error
}

// replicas of this node's events; none are missing where they are in one place only.
func (n *Node) replicas() peers.Replicas {
	if s, ok := n.store.(replicated); ok {
		return s.Replicas()
	}
	return peers.Replicas{}
}

// removed says whether the others have taken this node out of its cluster.
func (n *Node) removed() bool {
	s, ok := n.store.(replicated)
	return ok && errors.Is(s.Trouble(), store.ErrRemoved)
}

func (n *Node) measureReplicas() {
	n.metrics.Gauge("cluster_replicas_missing", "Nodes of its cluster that should have each event and are away, or that there are not; 0 without a cluster.", nil,
		func() float64 { return float64(n.replicas().Missing()) })
}

func (n *Node) chartReplicas(c *v.Chart) {
	c.Add(
		v.Series{Name: "replicas_missing", Read: v.Gauge(func() float64 { return float64(n.replicas().Missing()) })},
		v.Series{Name: "replicas", Of: func() float64 { return float64(n.replicas().Want) },
			Read: v.Gauge(func() float64 { return float64(n.replicas().Online) })},
		v.Series{Name: "removed", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.removed()) })},
	)
}

// tooFew says that events are on fewer nodes than they should be; "": they are not.
func (n *Node) tooFew() string {
	r := n.replicas()
	if r.Missing() == 0 || n.removed() {
		return ""
	}
	away := "no other node has taken the place of one that was removed"
	if len(r.Away) > 0 {
		away = "away: " + strings.Join(r.Away, ", ")
	}
	return fmt.Sprintf("Events are on %d of the %d nodes that should have them (%s): when more go, no event can be taken. matchstream admin cluster status shows it.", r.Online, r.Want, away)
}
