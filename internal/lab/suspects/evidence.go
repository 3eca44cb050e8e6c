// Package suspects says what was in the way of a try that failed: the server, the host,
// or the lab itself.
//
// Watch looks at all three while a try runs, about once a second. What it has seen is
// Evidence; Judge makes a lab.Limit of that, by rules in a table, and knows nothing else.
// The rules stand in an order that suspects the lab first: only what the lab cannot
// have done itself is said of the server. Where nothing was in the way as far as can be
// seen, it says so, and guesses nothing.
package suspects

import "matchstream/internal/lab"

// Evidence is what was seen of one try. Numbers of CPU are cores: 1.5 is one and a half.
type Evidence struct {
	Expected []lab.Expected
	Figures  lab.Figures
	Implied  []string // what nobody has to ask for and does not hold, with the value
	Users    int      // who were to come; 0: no streams
	Patience float64  // seconds that the lab waits for anything, at least
	Events   int      // that were played
	Play     float64  // seconds from the first event, or request, to the last

	Same  bool // the server is on this machine; of several at least one
	Apart bool // a part of the lab is on other machines

	Generator Generator
	Host      *Host     // this machine; nil: cannot be seen
	Servers   []*Server // each node that can be seen; one, but for a lab of several nodes
	Unseen    int       // nodes beside them, of which nothing could be seen

	CannotTell []string
}

// Generator is the lab itself; how late it was is among the figures (lateness.max,
// timers.max).
type Generator struct {
	CPU   float64 // mean while events, or requests, were played
	Cores float64 // that it may use; 0: not known, since it is on several machines
	Delay float64 // seconds a second in which its threads were ready to run and did not
}

// Host is a machine.
type Host struct {
	Cores      float64
	Busy, Peak float64 // cores that did something: mean while events were played, busiest second
	Steal      float64 // that another virtual machine had meanwhile, mean

	Memory, MemoryFree float64 // bytes; the least that was available

	Overflows, Drops float64 // connections that found a listener's queue full, or were dropped there for any reason
	NoMemory         float64 // connections aborted for want of memory for TCP

	TCPPages, MostTCPPages   float64 // memory of TCP's buffers, in pages; 0: not known
	Conntrack, MostConntrack float64 // connections that the firewall remembers; 0: not known
}

// Server is a process that is tried.
type Server struct {
	Name      string // which node it is; said where there are several
	From      string // where this is known from: http://127.0.0.1:8889/metrics, /proc/1234
	Elsewhere bool   // it is not on this machine
	Canary    bool   // the canary is one of its watchers, and two while it joins

	CPU, Peak  float64 // mean while events were played, busiest second
	Processors float64 // that it may use; 0: not known

	Memory, MemoryLimit          float64 // bytes resident, at most; 0: no limit is known
	Descriptors, MostDescriptors float64 // open, at most; 0: not known

	Connections         float64 // at most
	Watchers, Fit, Kept float64 // at most; how many fit, 0: no limit is known; descriptors that they cannot have
	Before              float64 // watchers that there were before the lab came

	Refused          map[string]float64 // since the try began, by reason
	Starved, Yielded float64

	Append    float64 // seconds: p99 from a write to the disk's answer
	Restarted bool    // it is another process than when the try began
	Unread    int     // how often nothing could be read of it
}

// Put puts what is known of servers and host into a try's figures. Of several nodes,
// server.cores, server.cpu, server.watchers and server.connections are sums; server.memory
// and server.descriptors are those of the node that had most of it, as a limit is each
// node's. There are no sums where a node could not be seen.
func (e *Evidence) Put(f lab.Figures) {
	f["generator.cores"] = e.Generator.CPU
	for _, s := range e.Servers {
		f["server.memory"] = max(f["server.memory"], s.Memory)
		f["server.descriptors"] = max(f["server.descriptors"], s.Descriptors)
		if e.Unseen > 0 {
			continue
		}
		f["server.cores"] += s.CPU
		f["server.cpu"] += s.CPU * e.Play
		f["server.watchers"] += s.Watchers
		f["server.connections"] += s.Connections
	}
	if h := e.Host; h != nil {
		f["host.cores"], f["host.steal"] = h.Busy, h.Steal
		f["host.memory-free"] = h.MemoryFree
	}
}
