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

// labTookMore says whether of a machine that both share the lab took more than the
// server. Where the server's share is not known, it is all but the lab's.
func (c *trial) labTookMore() bool {
	if c.Apart {
		return false
	}
	if c.Server != nil {
		return c.Generator.CPU > c.Server.CPU
	}
	return c.Generator.CPU > c.Host.Busy/2
}

// lateByServer: the lab was late on a full machine, of which the server took at least as
// much as it did: that is no fault of the lab. Where the server's share is not known, the
// lab is suspected first.
func (c *trial) lateByServer() bool {
	return c.Same && c.Server != nil && c.hostFull() && !c.labTookMore()
}

// sharedByLab: the lab took more of the machine than the server, so that the server was not
// tried.
func sharedByLab(c *trial) (text, remedy string) {
	if !c.Same || !c.hostFull() || !c.labTookMore() {
		return "", ""
	}
	return "The host's CPU was full" + c.whenFull() + ", and the lab took more of it than the server: " + c.shares() + ".", c.remedy(elsewhere)
}

// hostCPU: server and lab share a machine that was full.
func hostCPU(c *trial) (text, remedy string) {
	if !c.Same || !c.hostFull() {
		return "", ""
	}
	text = "The host's CPU was full" + c.whenFull() + ": " + c.shares() + "."
	if !c.Apart {
		text += " The lab shares the machine with the server, which alone may carry more."
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
	if c.Same && c.Server != nil {
		parts = append(parts, fmt.Sprintf("the server took %.2f", c.Server.CPU))
	}
	if !c.Apart {
		parts = append(parts, fmt.Sprintf("the lab %.2f", c.Generator.CPU))
	}
	name := "others"
	if c.Same && c.Server == nil {
		name = "the server and others"
	}
	parts = append(parts, fmt.Sprintf("%s %.2f", name, c.others()))
	return fmt.Sprintf("of its %.0f cores ", c.Host.Cores) + strings.Join(parts, ", ")
}

// others is how many cores somebody else had.
func (c *trial) others() float64 {
	rest := c.Host.Busy
	if c.Same && c.Server != nil {
		rest -= c.Server.CPU
	}
	if !c.Apart {
		rest -= c.Generator.CPU
	}
	return max(0, rest)
}

// remedy of a full machine: another one, or, if most of it went to others, this one alone.
func (c *trial) remedy(other string) string {
	if c.Host != nil && c.others() > 0.5*c.Host.Cores && (c.Server != nil || !c.Same) {
		return "a machine that does nothing else: top shows who takes its CPU"
	}
	return other
}
