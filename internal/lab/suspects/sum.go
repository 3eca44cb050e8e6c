package suspects

import "matchstream/internal/lab"

// Sum is what was seen, as evidence, to which its owner adds what else he knows. The
// generator's CPU is that of this process.
func (w *Watch) Sum() Evidence {
	e := Evidence{CannotTell: w.cannot}
	if len(w.looks) == 0 {
		return e
	}
	from, to := w.played()
	e.Play = to.when.Sub(from.when).Seconds()
	e.Generator.CPU, _ = w.rates(func(l look) (point, bool) { return l.point(l.own) })
	e.Host = w.sumHost()
	for i := range w.nodes {
		if s := w.sumServer(i); s != nil {
			e.Servers = append(e.Servers, s)
		} else {
			e.Unseen++
		}
	}
	return e
}

func (w *Watch) sumHost() *Host {
	_, end := w.between() // what is counted when users go is not what was in their way
	first, last := w.looks[0].host, w.looks[end].host
	if first == nil || last == nil {
		return nil
	}
	h := &Host{
		Cores: last.cores, Memory: last.memory, MemoryFree: last.free,
		Overflows: last.overflows - first.overflows, Drops: last.drops - first.drops, NoMemory: last.noMemory - first.noMemory,
		MostTCPPages: last.mostTCPPages, MostConntrack: last.mostConntrack,
	}
	h.Busy, h.Peak = w.rates(func(l look) (point, bool) { return l.ofHost(func(h *hostLook) float64 { return h.busy }) })
	h.Steal, _ = w.rates(func(l look) (point, bool) { return l.ofHost(func(h *hostLook) float64 { return h.steal }) })
	for _, l := range w.looks {
		if l.host != nil {
			h.MemoryFree = min(h.MemoryFree, l.host.free)
			h.TCPPages = max(h.TCPPages, l.host.tcpPages)
			h.Conntrack = max(h.Conntrack, l.host.conntrack)
		}
	}
	return h
}

// sumServer is what was seen of a node; nil: nothing.
func (w *Watch) sumServer(place int) *Server {
	node := w.where.Nodes[place]
	s := &Server{Name: node.Name, Elsewhere: node.Elsewhere, Canary: node.Canary, Unread: w.nodes[place].unread, Refused: map[string]float64{}, From: name(node.Metrics)}
	if s.From == "" {
		s.From = "its process"
	}
	var first, last *serverLook
	_, end := w.between()
	var played *serverLook // the last until then
	for i, l := range w.looks {
		if l.servers[place] == nil {
			continue
		}
		if last = l.servers[place]; first == nil {
			first = last
		}
		if i <= end {
			played = last
		}
		s.Restarted = s.Restarted || last.started != first.started
		s.Memory = max(s.Memory, last.memory)
		s.Descriptors = max(s.Descriptors, last.descriptors)
		s.Watchers = max(s.Watchers, last.watchers)
		s.Connections = max(s.Connections, last.connections)
	}
	if first == nil {
		return nil
	}
	s.Processors, s.MemoryLimit, s.MostDescriptors = last.processors, last.memoryLimit, last.mostDescriptors
	s.Fit, s.Kept = last.fit, last.kept
	if w.looks[0].servers[place] != nil {
		s.Before = first.watchers
	}
	if s.Restarted {
		return s // what it has counted began anew
	}
	if played == nil {
		played = last
	}
	// Who is turned away is an error until the end: the canary comes and goes until then.
	for reason, n := range last.refused {
		s.Refused[reason] = n - first.refused[reason]
	}
	s.Starved, s.Yielded = last.starved-first.starved, last.yielded-first.yielded
	if since := played.appends.Since(first.appends); since.Count > 0 {
		s.Append = since.Quantile(0.99)
	}
	s.CPU, s.Peak = w.rates(func(l look) (point, bool) { return l.ofServer(place, func(s *serverLook) float64 { return s.cpu }) })
	return s
}

// Last is the second before the last look: what is worth a line of a record.
func (w *Watch) Last() lab.Figures {
	f := lab.Figures{}
	n := len(w.looks)
	if n < 2 {
		return f
	}
	one := &Watch{where: w.where, looks: w.looks[n-2:], nodes: w.nodes}
	e := one.Sum()
	e.Put(f)
	delete(f, "server.cpu") // of all of a try
	return f
}
