package cluster

import (
	"cmp"
	"slices"
	"time"
)

// Node is a node as this one knows it.
type Node struct {
	Name, Run, Version string
	Host               string // where clients elsewhere reach it; "": not known
	HTTP               int
	URL                string // of the API there, with its scheme; "": not known
	TCP                []int
	TLS                []int // of the line protocol over TLS
	Watchers           int64
	Limit              int64 // of watchers; 0: none is known
	Draining           bool
	Self               bool          // it is this one
	Lagging            bool          // others have heard of events which it has not
	Gone               time.Duration // for how long it has been silent, if it is gone; else 0
	Left               bool          // it is gone, and has said so
}

// Alive says whether it is there.
func (n *Node) Alive() bool { return n.Gone == 0 }

// Nodes are this one and all that are alive, by name.
func (m *Members) Nodes() []Node {
	return slices.DeleteFunc(m.All(), func(n Node) bool { return !n.Alive() })
}

// All are the Nodes, and those who went in the last ten minutes; by name.
func (m *Members) All() []Node {
	o, load := m.options, m.options.Load()
	self := Node{Name: o.Name, Run: m.run, Version: o.Version, Host: o.Host, HTTP: o.HTTP, URL: o.URL, TCP: o.TCP, TLS: o.TLS,
		Watchers: load.Watchers, Limit: load.Limit, Draining: load.Draining, Self: true}
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	due := m.mu.marks.due(now)
	self.Lagging = load.Heard < due
	all := []Node{self}
	for _, k := range m.mu.known {
		if k.replaced {
			continue
		}
		b, alive := k.said, k.alive(now)
		n := Node{Name: b.Name, Run: b.Run, Version: b.Version, Host: b.Host, HTTP: b.HTTP, URL: b.URL, TCP: b.TCP, TLS: b.TLS,
			Watchers: b.Watchers, Limit: b.Limit, Draining: b.Draining, Lagging: alive && b.Heard < due, Left: b.Leaving}
		if !alive {
			n.Gone = max(now.Sub(k.heard), 1)
		}
		all = append(all, n)
	}
	slices.SortFunc(all, func(a, b Node) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Gone, b.Gone), cmp.Compare(a.Run, b.Run))
	})
	return all
}

// Heard says how long ago a run was heard, and whether it is alive. It takes a
// leaf lock for a moment.
func (m *Members) Heard(run string) (ago time.Duration, alive bool) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.mu.known[run]
	if k == nil {
		return 0, false
	}
	return now.Sub(k.heard), k.alive(now)
}

// Others is how many other nodes are alive; joined rises with each that comes,
// or comes back.
func (m *Members) Others() (alive int, joined uint64) {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.mu.known {
		if k.alive(now) {
			alive++
		}
	}
	return alive, m.mu.joined
}

// Lagging says whether others have heard of events which this node has not.
func (m *Members) Lagging() bool {
	own, now := m.options.Load().Heard, time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	return own < m.mu.marks.due(now)
}

// Twin says whether another node that is alive has the name of this one.
func (m *Members) Twin() bool {
	now := time.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.mu.twin.IsZero() && now.Sub(m.mu.twin) < Gone
}
