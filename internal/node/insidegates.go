package node

import (
	"matchstream/internal/inside"
	"matchstream/internal/pump"
)

func (n *Node) insideGates(in pump.Inside) inside.Gates {
	g := inside.Gates{Doors: []inside.Door{}, Connections: int64(n.connections()), Starved: n.starved(), Yielded: n.yielded(), Refused: map[string]uint64{}}
	g.Accepted = n.slots.taken.Load()
	if n.epoll != nil {
		g.Accepted = n.epoll.Accepted()
	}
	if n.limits.Descriptors > 0 {
		g.Limit = int64(n.limits.connections())
	}
	add := func(protocol, at string, watchers int64, refused map[string]uint64) {
		d := in.Doors[at]
		g.Doors = append(g.Doors, inside.Door{Protocol: protocol, Address: at, Watchers: watchers, Greeting: d.Greeting, Pondering: d.Pondering, Refused: refused})
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
