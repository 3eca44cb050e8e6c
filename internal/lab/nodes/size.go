package nodes

import (
	"fmt"
	"math"
	"time"
)

// Measured is what sizing goes by: what was found on this host, each figure of a try
// that worked. What is 0 is not known.
type Measured struct {
	Nodes      int           `json:"nodes"`       // with which this was measured
	Users      int           `json:"users"`       // on all of them
	Met        string        `json:"met"`         // what was in the way of more: server, descriptors; "": nothing
	CPU        time.Duration `json:"cpu"`         // of the servers for each delivery, kernel and all
	Memory     float64       `json:"memory"`      // bytes resident for each user, beyond those of a node without any
	Idle       float64       `json:"idle"`        // bytes resident of a node without users
	FrameBytes float64       `json:"frame-bytes"` // of an event on the wire
}

// Wanted is what the configuration shall carry.
type Wanted struct {
	Users    int           `json:"users"`
	Within   time.Duration `json:"within"`   // in which the last watcher is to have an event
	Headroom float64       `json:"headroom"` // share of each node that is kept free, 0 to 1
	Spare    int           `json:"spare"`    // nodes that may be lost without anybody being turned away
	Cores    int           `json:"cores"`    // of a node; 0: as many as are needed for Within with PerNode users
	PerNode  int           `json:"per-node"` // users on a node at most; 0: as measured
}

// Configuration is how many nodes, of which size.
type Configuration struct {
	Nodes       int      `json:"nodes"`
	PerNode     int      `json:"per-node"` // users on each, all nodes there
	Worst       int      `json:"worst"`    // users on each, Spare nodes lost
	Cores       int      `json:"cores"`
	Descriptors int      `json:"descriptors"`
	Memory      float64  `json:"memory"`  // bytes: of the process and of the kernel for its sockets
	Network     float64  `json:"network"` // bits a second that a node sends while an event goes out within Within
	Assumptions []string `json:"assumptions"`
}

const (
	// kernelSocket is what the kernel keeps for an idle TCP connection on the server's
	// side: some 2.5 kB of slab (struct sock, file, dentry, inode) and room for a frame
	// in flight. docs/PERFORMANCE.md measured 10 kB for both ends on one machine.
	kernelSocket = 5000
	// userMemory is what a user takes of the process, where that was not measured
	// (docs/PERFORMANCE.md).
	userMemory = 300 // bytes
	// overhead is what Ethernet, IP, TCP and the acknowledgement add to a small frame.
	overhead = 120
	// beside is how many descriptors a node keeps for API, journal and log.
	beside = 200
)

// Size is the configuration for what is wanted, with the assumptions named. The error
// says what was not measured and is needed.
func Size(m Measured, w Wanted) (Configuration, error) {
	if m.Users == 0 || m.Nodes == 0 {
		return Configuration{}, fmt.Errorf("no number of users was found that works, so nothing can be said about %s: expected a search that found one", thousands(w.Users))
	}
	per := w.PerNode
	if per == 0 {
		per = m.Users / m.Nodes
	}
	usable := max(1, int(float64(per)*(1-w.Headroom)))
	need := int(math.Ceil(float64(w.Users) / float64(usable)))
	c := Configuration{Nodes: need + w.Spare}
	c.PerNode = int(math.Ceil(float64(w.Users) / float64(c.Nodes)))
	c.Worst = int(math.Ceil(float64(w.Users) / float64(need)))
	c.Descriptors = c.Worst + beside
	c.Memory = m.Idle + float64(c.Worst)*(m.each()+kernelSocket)
	c.Cores = w.Cores
	if busy := m.CPU.Seconds() * float64(c.Worst); c.Cores == 0 && w.Within > 0 {
		c.Cores = max(1, int(math.Ceil(busy/w.Within.Seconds()/(1-w.Headroom))))
	}
	if w.Within > 0 {
		c.Network = 8 * (m.FrameBytes + overhead) * float64(c.Worst) / w.Within.Seconds()
	}
	c.Assumptions = assumptions(m, w, usable)
	return c, nil
}

// each is the memory of a user.
func (m Measured) each() float64 {
	if m.Memory > 0 {
		return m.Memory
	}
	return userMemory
}

func assumptions(m Measured, w Wanted, usable int) []string {
	a := []string{
		fmt.Sprintf("all %s users watch one match, so each event goes to all of them", thousands(w.Users)),
		fmt.Sprintf("a node carries %s: measured were %s on %s%s, and %.0f%% of each is kept free", thousands(usable), thousands(m.Users), Count(m.Nodes), met(m), 100*w.Headroom),
		fmt.Sprintf("%s may be lost, and the others take their users, who come back no faster than they came in the tries", Count(w.Spare)),
		fmt.Sprintf("the kernel needs %d bytes for a connection, and the network %d bytes beside each event's %.0f", kernelSocket, overhead, m.FrameBytes),
	}
	if w.Within > 0 && m.CPU > 0 {
		a = append(a, fmt.Sprintf("a delivery costs %.1f µs of CPU, as measured over loopback, where the receiver's part of TCP is in it; the last watcher is to have an event within %v", m.CPU.Seconds()*1e6, w.Within))
	}
	if w.PerNode > 0 {
		a[1] = fmt.Sprintf("a node carries %s: %s are given, not measured (measured were %s on %s%s), and %.0f%% of each is kept free", thousands(usable), thousands(w.PerNode), thousands(m.Users), Count(m.Nodes), met(m), 100*w.Headroom)
	}
	if m.CPU == 0 && w.Cores == 0 {
		a = append(a, "one core is enough: the CPU of a delivery was not measured")
	}
	if m.Memory == 0 {
		a = append(a, fmt.Sprintf("a user takes %d bytes of the process: that was not measured here", userMemory))
	}
	a = append(a, fmt.Sprintf("there is one event at most within %v", w.Within), "users come by the protocols of the tries, and without TLS")
	return append(a, "cores are as fast as those of the machine that this was measured on, and nothing else runs on them")
}

func met(m Measured) string {
	if m.Met == "" {
		return " (and more were not tried)"
	}
	return " (in the way of more: " + m.Met + ")"
}

// Words are the configuration for a person.
func (c Configuration) Words(w Wanted) (lines []string) {
	lines = append(lines,
		fmt.Sprintf("For %s users: %d nodes, each with %s, %s of memory, %s descriptors, %s to the network.", thousands(w.Users),
			c.Nodes, counted(c.Cores, "core"), bytesOf(c.Memory), thousands(c.Descriptors), bitsOf(c.Network)),
		fmt.Sprintf("Each has %s users, and %s while %d %s away.", thousands(c.PerNode), thousands(c.Worst), w.Spare, areAway(w.Spare)),
		"Assumed:")
	for _, a := range c.Assumptions {
		lines = append(lines, "- "+a)
	}
	return lines
}

func areAway(n int) string {
	if n == 1 {
		return "node is"
	}
	return "nodes are"
}

func bytesOf(b float64) string {
	if b < 1e9 {
		return fmt.Sprintf("%.0f MB", math.Ceil(b/1e6))
	}
	return fmt.Sprintf("%.1f GB", b/1e9)
}

func bitsOf(b float64) string {
	if b < 1e9 {
		return fmt.Sprintf("%.0f Mbit/s", math.Ceil(b/1e6))
	}
	return fmt.Sprintf("%.1f Gbit/s", b/1e9)
}
