package node

import (
	"cmp"

	"matchstream/internal/pump"
)

// insideLoop is one loop of the epoll pump. One that has not answered in time tells
// only what is known without it.
type insideLoop struct {
	Loop        int     `json:"loop"` // from 1
	Answered    bool    `json:"answered"`
	Took        float64 `json:"mail_seconds"` // how long the question lay in its mail
	Mail        int     `json:"mail"`         // letters that lay there before it
	Connections int     `json:"connections"`
	Hall        int     `json:"hall"`  // of them, those that do not watch yet, or no more
	Lanes       int     `json:"lanes"` // that somebody watches
	Busy        float64 `json:"busy_seconds"`
	Walks       uint64  `json:"walks"`
	Walked      float64 `json:"walk_seconds"`
	LastWalk    float64 `json:"last_walk_seconds"`
	Full        int     `json:"full"` // watchers noted since the kernel had no room for them
	insideSlowest
}

// insideSlowest is the watcher who stands farthest behind.
type insideSlowest struct {
	Events int64   `json:"behind_events"`
	Bytes  uint64  `json:"behind_bytes"`
	Still  float64 `json:"still_seconds"` // since he has last taken something
}

func slowest(s pump.Straggler) insideSlowest {
	return insideSlowest{Events: s.Events, Bytes: s.Bytes, Still: s.Still.Seconds()}
}

func insideLoops(in pump.Inside) []insideLoop {
	all := []insideLoop{}
	for _, l := range in.Loops {
		all = append(all, insideLoop{Loop: l.Loop, Answered: l.Answered, Took: l.Took.Seconds(), Mail: l.Mail, Connections: l.Connections,
			Hall: l.Hall, Lanes: l.Lanes, Busy: l.Busy.Seconds(), Walks: l.Walks, Walked: l.Walked.Seconds(), LastWalk: l.LastWalk.Seconds(),
			Full: l.Full, insideSlowest: slowest(l.Slowest)})
	}
	return all
}

// insideGates are the doors, and who was turned away at any of them.
type insideGates struct {
	Doors       []insideDoor      `json:"doors"`
	Connections int               `json:"connections"`
	Limit       int               `json:"limit"`    // 0: none is known
	Accepted    uint64            `json:"accepted"` // since the start, as are the next three
	Starved     uint64            `json:"starved"`
	Yielded     uint64            `json:"yielded"`
	Refused     map[string]uint64 `json:"refused"` // by reason
}

// insideDoor is one port.
type insideDoor struct {
	Protocol  string `json:"protocol"` // tcp, tls (the line protocol over TLS), http, https
	Address   string `json:"address"`
	Watchers  int64  `json:"watchers"`  // who came in by it
	Greeting  int    `json:"greeting"`  // connected, and have not said what they want
	Pondering int    `json:"pondering"` // they have, and it is looked for
}

func (n *Node) insideGates(in pump.Inside) insideGates {
	refused := &n.gate.Refused
	g := insideGates{Doors: []insideDoor{}, Connections: n.connections(), Starved: n.starved(), Yielded: n.yielded(),
		Refused: map[string]uint64{"full": refused.Full.Load(), "draining": refused.Draining.Load(), "full_for_address": refused.FullForIP.Load(),
			"handshake": refused.Handshake.Load(), "proxy": refused.Proxy.Load()}}
	g.Accepted = n.slots.taken.Load()
	if n.epoll != nil {
		g.Accepted = n.epoll.Accepted()
	}
	if n.limits.Descriptors > 0 {
		g.Limit = n.limits.connections()
	}
	add := func(protocol, at string, watchers int64) {
		d := in.Doors[at]
		g.Doors = append(g.Doors, insideDoor{Protocol: protocol, Address: at, Watchers: watchers, Greeting: d.Greeting, Pondering: d.Pondering})
	}
	for _, p := range n.listeners.tcp {
		protocol := "tcp"
		if p.secure {
			protocol = "tls"
		}
		add(protocol, p.at.String(), p.Watchers())
	}
	add(cmp.Or(n.Scheme(), "http"), n.listeners.http.Addr().String(), int64(n.gate.SSE.Active()+n.gate.WebSocket.Active()))
	return g
}
