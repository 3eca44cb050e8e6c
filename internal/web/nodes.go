package web

import (
	"net"
	"strconv"
	"time"

	"matchstream/internal/vitals"
)

// OtherNode is a node as the page of a node lists it.
type OtherNode struct {
	Name, Version string
	Host          string // "": not known
	HTTP          int    // 0: not known
	Watchers      int64
	Limit         int64         // 0: none is known
	Here          bool          // it is the one whose page this is
	Draining      bool          // its watchers are sent away
	Lagging       bool          // it has not heard of events that others have
	Gone          time.Duration // for how long nothing was heard of it; 0: it is there
	Left          bool          // it is gone, as it has said
}

// nodeRow is one of them in words.
type nodeRow struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Watchers string `json:"watchers"`
	Limit    string `json:"limit"` // "of …"; "": none is known
	State    string `json:"state"`
	Mark     string `json:"mark"` // of the state, for its look: well, lagging, draining, gone
	Address  string `json:"address"`
}

func (r reader) nodes(all func() []OtherNode) []nodeRow {
	rows := []nodeRow{}
	if all == nil {
		return rows
	}
	for _, n := range all() {
		row := nodeRow{Name: n.Name, Version: n.Version, Address: n.Host, Watchers: r.number(float64(n.Watchers), vitals.Count)}
		if n.Limit > 0 {
			row.Limit = r.Say("node.of", "value", r.number(float64(n.Limit), vitals.Count))
		}
		if n.Host != "" && n.HTTP > 0 {
			row.Address = net.JoinHostPort(n.Host, strconv.Itoa(n.HTTP))
		}
		if n.Gone > 0 {
			row.Watchers, row.Limit = none, ""
		}
		row.Mark, row.State = r.nodeState(n)
		rows = append(rows, row)
	}
	return rows
}

func (r reader) nodeState(n OtherNode) (mark, text string) {
	since := r.span(n.Gone.Seconds())
	switch {
	case n.Left:
		return "gone", r.Say("node.node_left", "time", since)
	case n.Gone > 0:
		return "gone", r.Say("node.node_gone", "time", since)
	case n.Draining:
		return "draining", r.Say("node.node_draining")
	case n.Lagging:
		return "lagging", r.Say("node.node_lagging")
	case n.Here:
		return "well", r.Say("node.node_here")
	}
	return "well", r.Say("node.node_well")
}
