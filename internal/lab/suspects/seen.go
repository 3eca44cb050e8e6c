package suspects

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// seen is the evidence in sentences, whatever the judgement: what speaks against it, too.
func (c *trial) seen() (all []string) {
	add := func(format string, a ...any) { all = append(all, fmt.Sprintf(format, a...)) }
	for _, failed := range append(lab.Unmet(c.Expected, c.Figures), c.Implied...) {
		add("not as expected: %s", failed)
	}
	c.seenLab(add)
	if h := c.Host; h != nil {
		where := "host of the lab"
		if c.Same {
			where = "host"
		}
		add("%s: %.2f of %.0f cores busy (%.2f in the busiest second), %.2f stolen, %s of %s available", where, h.Busy, h.Cores, h.Peak, h.Steal, bytes(h.MemoryFree), bytes(h.Memory))
		if h.Overflows+h.Drops+h.NoMemory > 0 {
			add("%s: queues of listeners full %.0f times, %.0f connections dropped there, %.0f aborted for want of memory", where, h.Overflows, h.Drops, h.NoMemory)
		}
	}
	for _, s := range c.Servers {
		c.seenServer(s, add)
	}
	for _, what := range c.CannotTell {
		add("cannot tell: %s", what)
	}
	return all
}

func (c *trial) seenLab(add func(string, ...any)) {
	text := fmt.Sprintf("lab: %.2f cores", c.Generator.CPU)
	if c.Generator.Cores > 0 {
		text += fmt.Sprintf(" of %.0f", c.Generator.Cores)
	}
	for _, one := range [][2]string{{"lateness.p99", "readers late by %s"}, {"timers.p99", "timers late by %s"}, {"http.timers.p99", "requests sent late by %s"}, {"timers.operator.max", "events sent late by up to %s"}, {"timers.canary.p99", "the canary late itself by %s"}} {
		if v, known := c.Figures[one[0]]; known {
			text += ", " + fmt.Sprintf(one[1], lab.Show(one[0], v))
			if strings.HasSuffix(one[0], "p99") {
				text += " (p99)"
			}
		}
	}
	if c.Generator.Delay > 0 {
		text += fmt.Sprintf(", its threads waited %.2f s a second for a core", c.Generator.Delay)
	}
	add("%s", text)
}

func (c *trial) seenServer(s *Server, add func(string, ...any)) {
	who := "server"
	if c.several() {
		who = s.Name
	}
	text := fmt.Sprintf("%.2f cores (%.2f in the busiest second)", s.CPU, s.Peak)
	if s.Processors > 0 {
		text += fmt.Sprintf(" of %.0f", s.Processors)
	}
	text += ", " + bytes(s.Memory) + " resident"
	if s.MemoryLimit > 0 {
		text += " of " + bytes(s.MemoryLimit)
	}
	if s.Descriptors > 0 {
		text += fmt.Sprintf(", %.0f descriptors of %.0f", s.Descriptors, s.MostDescriptors)
	}
	if s.Watchers > 0 {
		text += fmt.Sprintf(", %.0f watchers", s.Watchers)
	}
	if s.Append > 0 {
		text += fmt.Sprintf(", %.1f ms to sync (p99)", 1000*s.Append)
	}
	if c.several() { // a line for each
		for _, reason := range slices.Sorted(maps.Keys(s.Refused)) {
			if s.Refused[reason] > 0 {
				text += fmt.Sprintf(", %.0f turned away as %s", s.Refused[reason], reason)
			}
		}
		if s.Unread > 0 {
			text += fmt.Sprintf("; nothing could be read from %s, %d times", s.From, s.Unread)
		}
		add("%s: %s", who, text)
		return
	}
	add("%s: %s", who, text)
	for _, reason := range slices.Sorted(maps.Keys(s.Refused)) {
		if s.Refused[reason] > 0 {
			add("server: turned away as %s: %.0f", reason, s.Refused[reason])
		}
	}
	if s.Unread > 0 {
		add("server: nothing could be read from %s, %d times", s.From, s.Unread)
	}
}
