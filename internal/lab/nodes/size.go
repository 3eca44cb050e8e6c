package nodes

import (
	"errors"
	"fmt"
	"math"
	"time"

	"matchstream/internal/need"
)

// Measured is what sizing goes by: what was found on this host, each figure of a try
// that worked. What is 0 is not known.
type Measured struct {
	Nodes         int           `json:"nodes"`              // with which this was measured
	Users         int           `json:"users"`              // on all of them
	Met           string        `json:"met"`                // what was in the way of more: server, descriptors; "": nothing
	CPU           time.Duration `json:"cpu"`                // of the servers for each delivery, kernel and all
	Memory        float64       `json:"memory"`             // bytes resident for each user, beyond those of a node without any
	Idle          float64       `json:"idle"`               // bytes resident of a node without users
	DeliveryBytes float64       `json:"bytes-per-delivery"` // read for each event that was delivered; those of statuses and heartbeats are among them
}

// Wanted is what the configuration shall carry.
type Wanted struct {
	Users    int           `json:"users"`
	Within   time.Duration `json:"within"`   // in which the last watcher is to have an event
	Headroom float64       `json:"headroom"` // share of each node that is kept free, 0 to 1
	Spare    int           `json:"spare"`    // nodes that may be lost without anybody being turned away
	Cores    int           `json:"cores"`    // of a node, which then has no more users than so many cores serve Within; 0: as many as are needed
	PerNode  int           `json:"per-node"` // users on a node at most; 0: as measured
	Edges    bool          `json:"edges"`    // they are edges of an origin, and keep descriptors for it
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
	// overhead is what Ethernet, IP, TCP and the acknowledgement add to a small frame.
	overhead = 120
	// ports that a node listens on: of the API and of the line protocol.
	ports = 2
	// page of the kernel's memory, in bytes.
	page = 4096
)

// Size is the configuration for what is wanted, with the assumptions named. The error
// says what was not measured and is needed, or cannot be.
func Size(m Measured, w Wanted) (Configuration, error) {
	if m.Users == 0 || m.Nodes == 0 {
		return Configuration{}, fmt.Errorf("no number of users was found that works, so nothing can be said about %s: expected a search that found one", thousands(w.Users))
	}
	per := w.PerNode
	if per == 0 {
		per = m.Users / m.Nodes
	}
	if w.Cores > 0 && m.CPU > 0 && w.Within > 0 {
		if per = min(per, m.serve(w.Cores, w.Within)); per == 0 {
			return Configuration{}, errors.New("no core delivers a single event in time: expected more --cores, or a longer --within")
		}
	}
	usable := max(1, int(float64(per)*(1-w.Headroom)))
	least := int(math.Ceil(float64(w.Users) / float64(usable)))
	c := Configuration{Nodes: least + w.Spare}
	c.PerNode = int(math.Ceil(float64(w.Users) / float64(c.Nodes)))
	c.Worst = int(math.Ceil(float64(w.Users) / float64(least)))
	c.Cores = w.Cores
	if busy := m.CPU.Seconds() * float64(c.Worst); c.Cores == 0 && w.Within > 0 {
		c.Cores = max(1, int(math.Ceil(busy/w.Within.Seconds()/(1-w.Headroom))))
	}
	descriptors := need.Descriptors
	if w.Edges {
		descriptors = need.EdgeDescriptors
	}
	c.Descriptors = int(descriptors(int64(c.Worst), ports, int64(max(c.Cores, 1))))
	c.Memory = m.process(c.Worst) + float64(need.Kernel(int64(c.Worst), page))
	if w.Within > 0 {
		c.Network = 8 * (m.DeliveryBytes + overhead) * float64(c.Worst) / w.Within.Seconds()
	}
	c.Assumptions = assumptions(m, w, usable)
	return c, nil
}

// process is how many bytes that of a node takes with so many users: what was not measured
// is as package need has it.
func (m Measured) process(users int) float64 {
	all := float64(need.Process(int64(users), false))
	if m.Memory > 0 {
		all += (m.Memory - need.User) * float64(users)
	}
	if m.Idle > 0 {
		all += m.Idle - need.Base
	}
	return all
}

// serve is to how many users so many cores deliver an event in a time.
func (m Measured) serve(cores int, within time.Duration) int {
	return int(float64(cores) * within.Seconds() / m.CPU.Seconds())
}

func assumptions(m Measured, w Wanted, usable int) []string {
	a := []string{
		fmt.Sprintf("all %s users watch one match, so each event goes to all of them", thousands(w.Users)),
		fmt.Sprintf("a node carries %s: measured were %s on %s%s, and %.0f%% of each is kept free", thousands(usable), thousands(m.Users), Count(m.Nodes), met(m), 100*w.Headroom),
		fmt.Sprintf("%s may be lost, and the others take their users, who come back no faster than they came in the tries", Count(w.Spare)),
		fmt.Sprintf("the kernel needs %d bytes for a connection, and a page of %d while an event waits in it (of the slow, one in %d, it has %d)", need.Socket, page, need.SlowPart, need.SlowPages),
		fmt.Sprintf("an event is %.0f bytes for each user, as read in the tries, statuses among them, and the network needs %d beside them", m.DeliveryBytes, overhead),
	}
	if w.Within > 0 && m.CPU > 0 {
		a = append(a, fmt.Sprintf("a delivery costs %.1f µs of CPU, as measured over loopback, where the receiver's part of TCP is in it; the last watcher is to have an event within %v", m.CPU.Seconds()*1e6, w.Within))
	}
	if w.PerNode > 0 {
		a[1] = fmt.Sprintf("a node carries %s: %s are given, not measured (measured were %s on %s%s), and %.0f%% of each is kept free", thousands(usable), thousands(w.PerNode), thousands(m.Users), Count(m.Nodes), met(m), 100*w.Headroom)
	}
	switch {
	case m.CPU == 0 && w.Cores == 0:
		a = append(a, "one core is enough: the CPU of a delivery was not measured")
	case m.CPU == 0:
		a = append(a, fmt.Sprintf("%s of a node are enough: the CPU of a delivery was not measured", counted(w.Cores, "core")))
	case w.Cores > 0 && w.Within > 0:
		a = append(a, fmt.Sprintf("a node has no more than %s, which deliver to %s within %v", counted(w.Cores, "core"), thousands(m.serve(w.Cores, w.Within)), w.Within))
	}
	if m.Memory == 0 {
		a = append(a, fmt.Sprintf("a user takes %d bytes of the process: that was not measured here", need.User))
	}
	if w.Edges {
		a = append(a, "they are edges of one that has the journal, and keep descriptors for it")
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
