package node

import "matchstream/internal/pump"

// insideGates are the doors, and who was turned away.
type insideGates struct {
	Doors       []insideDoor      `json:"doors"`
	Connections int               `json:"connections"`
	Limit       int               `json:"limit"`    // 0: none is known
	Accepted    uint64            `json:"accepted"` // since the start, as are the next three
	Starved     uint64            `json:"starved"`
	Yielded     uint64            `json:"yielded"`
	Refused     map[string]uint64 `json:"refused"` // at all doors, by reason
}

// insideDoor is one port.
type insideDoor struct {
	Protocol  string            `json:"protocol"` // tcp, tls (the line protocol over TLS), http, https
	Address   string            `json:"address"`
	Watchers  int64             `json:"watchers"`  // who came in by it
	Greeting  int               `json:"greeting"`  // connected, and have not said what they want
	Pondering int               `json:"pondering"` // they have, and it is looked for
	Refused   map[string]uint64 `json:"refused"`   // since the start, by reason
}

func (n *Node) insideGates(in pump.Inside) insideGates {
	g := insideGates{Doors: []insideDoor{}, Connections: n.connections(), Starved: n.starved(), Yielded: n.yielded(), Refused: map[string]uint64{}}
	g.Accepted = n.slots.taken.Load()
	if n.epoll != nil {
		g.Accepted = n.epoll.Accepted()
	}
	if n.limits.Descriptors > 0 {
		g.Limit = n.limits.connections()
	}
	add := func(protocol, at string, watchers int64, refused map[string]uint64) {
		d := in.Doors[at]
		g.Doors = append(g.Doors, insideDoor{Protocol: protocol, Address: at, Watchers: watchers, Greeting: d.Greeting, Pondering: d.Pondering, Refused: refused})
		for reason, times := range refused {
			g.Refused[reason] += times
		}
	}
	for _, p := range n.listeners.tcp {
		protocol := "tcp"
		if p.secure {
			protocol = "tls"
		}
		add(protocol, p.at.String(), p.Watchers(), p.Refused.ByReason())
	}
	others := n.gate.Refused.ByReason() // those at the doors of the line protocol are among them
	for reason, all := range others {
		others[reason] = all - min(all, g.Refused[reason])
	}
	add(n.Scheme(), n.listeners.http.Addr().String(), int64(n.gate.SSE.Active()+n.gate.WebSocket.Active()), others)
	return g
}
