package suspects

import (
	"fmt"
	"strings"

	"matchstream/internal/lab"
)

// These say who took the CPU of a machine.

// whileComing: something failed that is of the time in which users come, too, and that the
// mean of the events says nothing about.
func (c *trial) whileComing() bool {
	return c.lateToEnter() || c.Users > 0 && c.Figures["users"] < float64(c.Users) && c.count(lab.TimedOut) > 0
}

// busy is the number of cores to judge by: the mean while events were played; of the
// busiest second where what failed is of any moment.
func (c *trial) busy(mean, peak float64) float64 {
	if c.whileComing() {
		return max(mean, peak)
	}
	return mean
}

// hostFull: this machine was, when something failed that want of CPU explains.
func (c *trial) hostFull() bool {
	h := c.Host
	return h != nil && c.slow() && full(c.burst(c.busy(h.Busy, h.Peak)), h.Cores, nearly)
}

// servers is how much of this machine's CPU all servers on it took; false: that is not
// known, as one of them could not be seen.
func (c *trial) servers() (cores float64, known bool) {
	for _, s := range c.Servers {
		if !s.Elsewhere {
			cores += s.CPU
		}
	}
	return cores, len(c.Servers) > 0 && c.Unseen == 0
}

// labTookMore says whether of a machine that both share the lab took more than the
// servers. Where the servers' share is not known, it is all but the lab's.
func (c *trial) labTookMore() bool {
	if c.Apart {
		return false
	}
	if servers, known := c.servers(); known {
		return c.Generator.CPU > servers
	}
	return c.Generator.CPU > c.Host.Busy/2
}

// lateByServer: the lab was late on a full machine, of which the server took at least as
// much as it did: that is no fault of the lab. Where the server's share is not known, the
// lab is suspected first.
func (c *trial) lateByServer() bool {
	_, known := c.servers()
	return c.Same && known && c.hostFull() && !c.labTookMore()
}

// sharedByLab: the lab took more of the machine than the server, so that the server was not
// tried.
func sharedByLab(c *trial) (text, remedy string) {
	if !c.Same || !c.hostFull() || !c.labTookMore() {
		return "", ""
	}
	return "The host's CPU was full" + c.whenFull() + ", and the lab took more of it than " + c.all() + ": " + c.shares() + ".", c.remedy(elsewhere)
}

// hostCPU: server and lab share a machine that was full.
func hostCPU(c *trial) (text, remedy string) {
	if !c.Same || !c.hostFull() {
		return "", ""
	}
	text = "The host's CPU was full" + c.whenFull() + ": " + c.shares() + "."
	if !c.Apart {
		text += " The lab shares the machine with " + c.all() + ", which alone may carry more."
		return text, c.remedy("the lab on machines of its own: matchstream lab agent on each, and --agents here")
	}
	return text, "more cores, or more nodes (matchstream lab nodes)"
}

// whenFull says when, where it was not all the time that events were played.
func (c *trial) whenFull() string {
	h := c.Host
	switch {
	case h.Busy >= nearly*h.Cores:
		return ""
	case full(c.burst(h.Busy), h.Cores, nearly):
		return " while events were on their way"
	}
	return fmt.Sprintf(" in the busiest second (%.2f cores)", h.Peak)
}

// shares of the CPU, for a sentence: of its 2 cores the server took 1.10, the lab 0.80.
func (c *trial) shares() string {
	parts := []string{}
	servers, known := c.servers()
	if c.Same && known {
		parts = append(parts, fmt.Sprintf("%s took %.2f", c.all(), servers))
	}
	if !c.Apart {
		parts = append(parts, fmt.Sprintf("the lab %.2f", c.Generator.CPU))
	}
	name := "others"
	if c.Same && !known {
		name = c.all() + " and others"
	}
	parts = append(parts, fmt.Sprintf("%s %.2f", name, c.others()))
	return fmt.Sprintf("of its %.0f cores ", c.Host.Cores) + strings.Join(parts, ", ")
}

// others is how many cores somebody else had.
func (c *trial) others() float64 {
	rest := c.Host.Busy
	servers, known := c.servers()
	if c.Same && known {
		rest -= servers
	}
	if !c.Apart {
		rest -= c.Generator.CPU
	}
	return max(0, rest)
}

// remedy of a full machine: another one, or, if most of it went to others, this one alone.
func (c *trial) remedy(other string) string {
	_, known := c.servers()
	if c.Host != nil && c.others() > 0.5*c.Host.Cores && (known || !c.Same) {
		return "a machine that does nothing else: top shows who takes its CPU"
	}
	return other
}
