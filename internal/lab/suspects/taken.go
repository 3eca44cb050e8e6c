package suspects

import (
	"fmt"
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// These go by what was full, or nearly.

const nearly = 0.9

// burst is how many cores were busy while events were on their way, where so many were
// busy on the average. Work comes in bursts: a server whose processors stand still
// between two events is slow for want of CPU all the same. Where requests are made at the
// same time, it cannot be told what was spent on events.
func (c *trial) burst(mean float64) float64 {
	if c.Events == 0 || c.Play == 0 || c.Figures["http.requests"] > 0 || !slices.ContainsFunc(c.late, ofEvents) {
		return mean
	}
	// The share of the time in which one was on its way. Where that is small, what is
	// done at other times counts too much for a guess.
	under := min(1, float64(c.Events)*c.Figures["complete.mean"]/c.Play)
	if under < 0.25 {
		return mean
	}
	return mean / under
}

// ofEvents: a figure of how long events took.
func ofEvents(x lab.Expected) bool {
	first, _, _ := strings.Cut(x.Name, ".")
	return first == "complete" || first == "latency" || first == "first"
}

func hostMemory(c *trial) (text, remedy string) {
	h := c.Host
	if h == nil || h.Memory == 0 || h.MemoryFree > 0.03*h.Memory {
		return "", ""
	}
	return fmt.Sprintf("The host's memory was used up: %s available of %s.", bytes(h.MemoryFree), bytes(h.Memory)), "more memory; matchstream doctor --watchers N says how much that many need"
}

func steal(c *trial) (text, remedy string) {
	h := c.Host
	if h == nil || !c.slow() || h.Steal < 0.1*h.Cores {
		return "", ""
	}
	return fmt.Sprintf("Other virtual machines had the host's CPU: %.2f of %.0f cores were stolen.", h.Steal, h.Cores), "a machine that shares its CPU with nobody, or another time"
}

func serverCPU(c *trial, s *Server) (text, remedy string) {
	if !c.slow() || !full(c.burst(c.busy(s.CPU, s.Peak)), s.Processors, nearly) {
		return "", ""
	}
	text = fmt.Sprintf("%s's CPU was full: it used %.2f of the %.0f processors that it may use", c.the(s), s.CPU, s.Processors)
	switch {
	case s.CPU >= nearly*s.Processors:
	case full(c.burst(s.CPU), s.Processors, nearly):
		text += ", all of them while events were on their way"
	default:
		text += fmt.Sprintf(", %.2f in the busiest second", s.Peak)
	}
	return text + ".", "more cores (or GOMAXPROCS, CPUQuota= of its systemd unit, if that is less than there are), or more nodes (matchstream lab nodes)"
}

func serverMemory(c *trial, s *Server) (text, remedy string) {
	if !full(s.Memory, s.MemoryLimit, 0.95) {
		return "", ""
	}
	return fmt.Sprintf("%s's memory was at its limit: %s of %s.", c.the(s), bytes(s.Memory), bytes(s.MemoryLimit)), "GOMEMLIMIT, or the memory limit of its container or unit, higher"
}

// disk: an event is shown to nobody before it is synced.
func disk(c *trial, s *Server) (text, remedy string) {
	if s.Append == 0 {
		return "", ""
	}
	for _, x := range c.late {
		if ofEvents(x) && s.Append >= x.Value/2 && s.Append >= c.Figures[x.Name]/2 {
			return fmt.Sprintf("%s's disk was slow: it took %.0f ms to sync an event (p99).", c.the(s), 1000*s.Append), "a disk that syncs faster for --data"
		}
	}
	return "", ""
}

// bytes for a person.
func bytes(n float64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", n/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", n/1e6)
	}
	return fmt.Sprintf("%.0f kB", n/1e3)
}
