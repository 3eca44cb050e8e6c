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

	Same  bool // the server is on this machine
	Apart bool // a part of the lab is on other machines

	Generator Generator
	Host      *Host   // this machine; nil: cannot be seen
	Server    *Server // nil: cannot be seen

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

// Server is the process that is tried.
type Server struct {
	From string // where this is known from: http://127.0.0.1:8889/metrics, /proc/1234

	CPU, Peak  float64 // mean while events were played, busiest second
	Processors float64 // that it may use; 0: not known

	Memory, MemoryLimit          float64 // bytes resident, at most; 0: no limit is known
	Descriptors, MostDescriptors float64 // open, at most; 0: not known

	Connections         float64 // at most
	Watchers, Fit, Kept float64 // at most; how many fit, 0: no limit is known; descriptors that they cannot have

	Refused          map[string]float64 // since the try began, by reason
	Starved, Yielded float64

	Append    float64 // seconds: p99 from a write to the disk's answer
	Restarted bool    // it is another process than when the try began
	Unread    int     // how often nothing could be read of it
}

// Put puts what is known of server and host into a try's figures.
func (e *Evidence) Put(f lab.Figures) {
	f["generator.cores"] = e.Generator.CPU
	if s := e.Server; s != nil {
		f["server.cores"], f["server.cpu"] = s.CPU, s.CPU*e.Play
		f["server.memory"], f["server.descriptors"] = s.Memory, s.Descriptors
		f["server.watchers"], f["server.connections"] = s.Watchers, s.Connections
	}
	if h := e.Host; h != nil {
		f["host.cores"], f["host.steal"] = h.Busy, h.Steal
		f["host.memory-free"] = h.MemoryFree
	}
}
