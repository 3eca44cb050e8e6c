package node

import (
	"maps"
	"runtime"

	"matchstream/internal/logging"
	"matchstream/internal/pump"
	"matchstream/internal/stats"
	"matchstream/internal/wire"
)

// measure registers what this node counts. docs/METRICS.md says what each
// means, and when to worry.
func (n *Node) measure() {
	n.measureWatchers()
	n.measureDoors()
	n.measureCertificate()
	n.measureMatches()
	n.measureStore()
	n.measureLogs()
	n.measureCluster()
	n.measureReplicas()
	n.metrics.Counter("panics_total", "Panics contained.", nil, n.allPanics)
}

func (n *Node) measureWatchers() {
	m := n.metrics
	for _, p := range n.protocols() {
		labels := stats.Labels{"protocol": p.name}
		m.Gauge("watchers", "Watchers connected now.", labels, func() float64 { return float64(p.Active()) })
		m.Counter("joins_total", "Watches begun.", labels, p.Opened)
		m.Counter("deliveries_total", "Events written to watchers.", labels, p.Deliveries)
		m.Counter("sent_bytes_total", "Bytes written to watchers.", labels, p.Bytes)
		m.Counter("writes_total", "Calls that wrote to watchers.", labels, p.Writes)
		m.Counter("would_block_total", "Calls that found less room than they had bytes.", labels, p.WouldBlocks)
		m.Counter("refreshes_total", "Watchers given a fresh status, being too far behind.", labels, p.Refreshes)
		m.Counter("heartbeats_total", "Heartbeats sent.", labels, p.Heartbeats)
		for why := pump.Ended; why < pump.Reasons; why++ {
			m.Counter("closes_total", "Watches ended.", stats.Labels{"protocol": p.name, "reason": why.String()}, func() uint64 { return p.Closed(why) })
		}
	}
	m.Histogram("delivery_seconds", "From an event being handed to the store to its last write: for each loop of the epoll pump and walk, for each watcher of the portable one.", n.delivery)
	if n.epoll != nil {
		m.Histogram("fanout_seconds", "For each loop and walk, from an event's frame being there to its last write.", n.epoll.Fanout)
	}
}

// delivery of both pumps.
func (n *Node) delivery() (upTo map[float64]uint64, count uint64, sum float64) {
	upTo, count, sum = n.portable.Delivery()
	if n.epoll != nil {
		more, c, s := n.epoll.Delivery()
		for bound := range maps.Keys(upTo) {
			upTo[bound] += more[bound]
		}
		count, sum = count+c, sum+s
	}
	return upTo, count, sum
}

func (n *Node) measureDoors() {
	m := n.metrics
	accepted := n.slots.taken.Load
	if n.epoll != nil {
		accepted = n.epoll.Accepted
	}
	m.Gauge("connections", "Connections now, of watchers and of the API.", nil, func() float64 { return float64(n.connections()) })
	m.Counter("accepted_total", "Connections accepted.", nil, accepted)
	m.Counter("starved_total", "Connections that had to wait since no descriptor was left for them.", nil, n.starved)
	m.Counter("yielded_total", "Connections that nobody served, closed since others came and no descriptor was left.", nil, n.yielded)
	m.Gauge("watchers_fit", "Watchers that fit at once; 0: no limit is known.", nil, func() float64 { return float64(n.limits.Watchers) })
	m.Gauge("descriptors_kept", "Descriptors that watchers cannot have: they are for the API, the journal and the log.", nil, func() float64 { return float64(n.limits.Kept) })
	const refused = "Connections turned away at the door."
	m.Counter("refused_total", refused, stats.Labels{"reason": "full"}, n.gate.Refused.Full.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "draining"}, n.gate.Refused.Draining.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "full_for_address"}, n.gate.Refused.FullForIP.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "handshake"}, n.gate.Refused.Handshake.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "proxy"}, n.gate.Refused.Proxy.Load)
}

func (n *Node) measureCertificate() {
	n.metrics.Gauge("certificate_broken", "1 if the next certificate cannot be had, by its files or by its authority, so that the one before holds on.", nil, func() float64 { return one(n.certs != nil && n.certs.Broken()) })
	n.metrics.Gauge("certificates_missing", "Names that there is no certificate for yet: who comes for them is refused.", nil, func() float64 { return float64(len(n.uncertified())) })
	n.metrics.Gauge("certificate_expires_seconds", "When the first of the certificates that are shown expires, in seconds since 1970; 0: there is none.", nil, func() float64 {
		if n.certs == nil || n.certs.Expires().IsZero() {
			return 0
		}
		return float64(n.certs.Expires().Unix())
	})
}

// connections there are now.
func (n *Node) connections() int {
	if n.epoll != nil {
		return n.epoll.Open()
	}
	return len(n.slots.free)
}

func (n *Node) starved() uint64 {
	if n.epoll != nil {
		return n.epoll.Starved()
	}
	return n.slots.starved.Load()
}

func (n *Node) yielded() uint64 {
	if n.epoll != nil {
		return n.gate.Yielded() + n.epoll.Yielded()
	}
	return n.gate.Yielded()
}

func (n *Node) allPanics() uint64 { return n.live.Counts.Panics.Load() + n.panics.Load() }

func (n *Node) measureMatches() {
	m, c := n.metrics, &n.live.Counts
	m.Counter("appends_total", "Events stored by this node.", nil, c.Appends.Load)
	m.Counter("append_repeats_total", "Requests answered by their idempotency key.", nil, c.Repeats.Load)
	m.Counter("append_conflicts_total", "Appends that another was faster than.", nil, c.Conflicts.Load)
	m.Counter("append_refusals_total", "Requests that the rules refused.", nil, c.Refusals.Load)
	m.Counter("folds_total", "Events folded.", nil, c.Folds.Load)
	m.Counter("expired_total", "Matches deleted since they ended longer ago than --keep.", nil, c.Expired.Load)
	m.Counter("expire_failures_total", "Such deletions that failed; they are tried again a day later.", nil, c.Overdue.Load)
	m.Gauge("damaged_matches", "Matches whose journal or entry in the catalogue cannot be read whole.", nil, func() float64 { return float64(n.live.Damaged()) })
	m.Gauges("matches", "Matches: in memory and open, in memory and over, at rest (compressed), or in the store alone.", "state", func() map[string]float64 {
		c := n.live.Census()
		return map[string]float64{"open": float64(c.Open), "over": float64(c.Over), "at_rest": float64(c.AtRest), "away": float64(c.Away)}
	})
	m.Gauges("lanes", "Matches encoded for watchers, by wire format.", "format", func() map[string]float64 {
		c := n.live.Census()
		return map[string]float64{"tcp": float64(c.Lanes[wire.TCP]), "tcp_ids": float64(c.Lanes[wire.TCPIDs]),
			"sse": float64(c.Lanes[wire.SSE]), "ws": float64(c.Lanes[wire.WebSocket])}
	})
}

func (n *Node) measureStore() {
	n.metrics.Gauge("store_stale_seconds", "For how long the store has not answered; 0: it does.", nil, func() float64 { return n.live.Stale().Seconds() })
	s, ok := n.store.(onDisk)
	if !ok {
		return
	}
	n.metrics.Gauge("store_writable", "1 if the store takes records, 0 if it is full or cannot be written.", nil, func() float64 { return one(s.Writable()) })
	n.metrics.Gauge("store_bytes", "Space that the data folder takes.", nil, func() float64 { return float64(n.used()) })
	n.metrics.Gauge("store_free_bytes", "Space that is free on its file system.", nil, func() float64 { return float64(s.Free()) })
}

func (n *Node) measureCluster() {
	m, c := n.metrics, &n.members.Counts
	m.Gauge("nodes", "Nodes that are alive, as far as this one knows; it is among them.", nil, func() float64 {
		others, _ := n.members.Others()
		return float64(others + 1)
	})
	m.Gauge("node_lagging", "1 if other nodes have heard of events which this one has not.", nil, func() float64 { return one(n.members.Lagging()) })
	m.Gauge("node_same_name", "1 if another node that is alive has the name of this one.", nil, func() float64 { return one(n.members.Twin()) })
	m.Counter("node_heartbeats_sent_total", "Times that this node has told the others that it is there.", nil, c.Sent.Load)
	m.Counter("node_heartbeats_heard_total", "Times that other nodes have told so.", nil, c.Heard.Load)
	m.Counter("node_messages_refused_total", "Messages between nodes that could not be understood, or were too many.", nil, c.Refused.Load)
}

func (n *Node) measureLogs() {
	m := n.metrics
	if n.access.On() {
		m.Counter("access_log_lines_total", "Lines written to the access log.", nil, n.access.Lines)
		m.Counter("access_log_lost_total", "Lines of the access log that there was no room for: it could not be written as fast as they came.", nil, n.access.Lost)
	}
	count := func(of func(written, repeated, dropped uint64) uint64) func() uint64 {
		return func() uint64 { return of(logging.Counts(n.config.Log)) }
	}
	m.Counter("log_lines_total", "Lines written to the log.", nil, count(func(n, _, _ uint64) uint64 { return n }))
	m.Counter("log_repeats_total", "Lines that were only counted, being like many others at the same time.", nil, count(func(_, n, _ uint64) uint64 { return n }))
	m.Counter("log_lost_total", "Lines of the log that there was no room for: nobody took them as fast as they came.", nil, count(func(_, _, n uint64) uint64 { return n }))
	m.Gauge("processors", "Processors that the server uses.", nil, func() float64 { return float64(runtime.GOMAXPROCS(0)) })
}
