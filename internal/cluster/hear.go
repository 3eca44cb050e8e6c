package cluster

import (
	"cmp"
	"time"
)

// member is another node, as it was heard.
type member struct {
	said     beat
	heard    time.Time
	beats    int
	replaced bool // another run has its name; only said anew is it there still
	missed   bool // it has been noticed that it is gone
}

func (k *member) alive(now time.Time) bool {
	return !k.said.Leaving && !k.replaced && now.Sub(k.heard) < Gone
}

// mostNodes are listened to.
const mostNodes = 1000

// hear a heartbeat.
func (m *Members) hear(message []byte) {
	b, err := parseBeat(message)
	if err != nil {
		m.Counts.Refused.Add(1)
		m.log.Warn("a message of another node is not understood", "cause", err)
		return
	}
	if b.Run == m.run {
		return
	}
	m.Counts.Heard.Add(1)
	now := time.Now()
	m.mu.Lock()
	k := m.mu.known[b.Run]
	switch {
	case k != nil && b.Seq <= k.said.Seq, k == nil && b.Leaving:
		m.mu.Unlock()
		return // said before, or by one whom nobody knew
	case k == nil && len(m.mu.known) >= mostNodes:
		m.mu.Unlock()
		m.Counts.Refused.Add(1)
		return
	case k == nil:
		for _, other := range m.mu.known {
			other.replaced = other.replaced || other.said.Name == b.Name
		}
		k = new(member)
		m.mu.known[b.Run] = k
	}
	joins := !k.alive(now) && !b.Leaving
	k.said, k.heard, k.replaced, k.missed = b, now, false, k.missed && !joins
	k.beats++
	if joins {
		m.mu.joined++
	}
	twin := b.Name == m.options.Name && k.beats > 1 && !b.Leaving
	first := twin && now.Sub(m.mu.twin) >= Gone
	if twin {
		m.mu.twin = now
	}
	m.mu.Unlock()
	m.tell(b, joins, first)
}

// tell the log, and a newcomer that this node is here.
func (m *Members) tell(b beat, joins, twin bool) {
	switch {
	case joins:
		m.log.Info("a node is here", "name", b.Name, "address", b.Host, "version", b.Version)
		m.Changed()
	case b.Leaving:
		m.log.Info("a node leaves", "name", b.Name, "address", b.Host)
	}
	if twin {
		m.log.Error("another node has the name of this one", "name", b.Name, "address", cmp.Or(b.Host, "unknown"),
			"do", "give each node a name of its own (--node), and start them anew")
	}
}
