package suspects

import (
	"fmt"
	"maps"
	"strings"

	"matchstream/internal/lab"
)

const elsewhere = "more machines: matchstream lab agent on each, and --agents here"

func ownPorts(c *trial) (text, remedy string) {
	n := c.Figures["own.ports"]
	if n == 0 {
		return "", ""
	}
	return fmt.Sprintf("The lab had no port left to call from, %.0f times.", n),
		"sysctl -w net.ipv4.ip_local_port_range='1024 65535'; more source addresses (--source), or " + elsewhere
}

func ownDescriptors(c *trial) (text, remedy string) {
	n := c.Figures["own.descriptors"]
	if n == 0 {
		return "", ""
	}
	return fmt.Sprintf("The lab had no descriptor left, %.0f times.", n), "ulimit -n 1048576 before the lab starts; or " + elsewhere
}

func ownMemory(c *trial) (text, remedy string) {
	n := c.Figures["own.memory"]
	if n == 0 {
		return "", ""
	}
	return fmt.Sprintf("The lab's kernel had no memory left for a connection, %.0f times.", n), elsewhere
}

func ownFailure(c *trial) (text, remedy string) {
	n := c.Figures["own.failure"]
	if n == 0 {
		return "", ""
	}
	return fmt.Sprintf("The lab itself failed, %.0f times.", n), "what it was is among the findings"
}

// ownLate: what failed would have held, had the lab not been late itself.
func ownLate(c *trial) (text, remedy string) {
	if len(c.late)+len(c.wrong) == 0 || len(c.wrong) > 0 && !c.wrongByStall() {
		return "", ""
	}
	if c.lateByServer() {
		return "", ""
	}
	var without []string
	for _, x := range c.late {
		f := maps.Clone(c.Figures)
		if !c.measured(x) || x.Op[0] == '>' {
			return "", ""
		}
		f[x.Name] = max(0, f[x.Name]-c.lateness(x.Name))
		if x.Check(f) != nil {
			return "", ""
		}
		without = append(without, fmt.Sprintf("%s was %s, and may have been %s without that", x.Name, lab.Show(x.Name, c.Figures[x.Name]), lab.Show(x.Name, f[x.Name])))
	}
	text = fmt.Sprintf("The lab itself was late, by up to %s", lab.Show("max", c.stall()))
	if len(without) > 0 {
		text += ": " + strings.Join(without, "; ")
	}
	text += "."
	if c.Host != nil && full(c.Host.Busy, c.Host.Cores, 0.9) {
		text += " The CPU of its machine was full: " + c.shares() + "."
	}
	return text, c.remedy("fewer users for each machine: " + elsewhere)
}

// wrongByStall: a lab that stood still that long has seen silence and slowness where
// there was none, and nothing else is wrong.
func (c *trial) wrongByStall() bool {
	for _, x := range c.wrong {
		first, _, _ := strings.Cut(x.Name, ".")
		if first != "errors" && first != "http" && first != "canary" && first != "incomplete" && first != "users" && first != "deliveries" {
			return false
		}
	}
	return c.stall() >= c.Patience/2 && c.errors() <= c.count(lab.TimedOut, lab.Missing, lab.NotEnded, lab.NoStop)
}

// stall is how long the lab has stood still at worst.
func (c *trial) stall() (worst float64) {
	for _, name := range []string{"lateness.max", "timers.max", "timers.operator.max", "timers.canary.max", "http.timers.max"} {
		worst = max(worst, c.Figures[name])
	}
	return worst
}

// lateness is how much of a figure the lab may have added itself. Of a mean or a
// quantile it is that of the lab's own; of what hangs on the last of many it is the worst.
func (c *trial) lateness(name string) float64 {
	family, quantile := name, name[strings.LastIndexByte(name, '.')+1:]
	family, _, _ = strings.Cut(family, ".")
	own := func(of, quantile string) float64 { return c.Figures[of+"."+quantile] }
	switch family {
	case "complete":
		return own("lateness", "max") + own("timers.operator", "max")
	case "latency", "first":
		return own("lateness", quantile) + own("timers.operator", quantile)
	case "connect", "enter":
		return max(own("lateness", quantile), own("timers", quantile))
	case "http":
		return max(own("http.timers", quantile), own("timers.canary", quantile))
	case "canary":
		return c.canaryLate(name, quantile)
	}
	return 0
}

// canaryLate is how much of a canary's figure the lab may have added: what the canary
// itself was late during its waits, and, with an event, what the operator was.
func (c *trial) canaryLate(name, quantile string) float64 {
	if name == "canary."+quantile {
		// Of all waits: as late as with the part of which the most is left without that.
		left := 0.0
		for _, part := range []string{"http", "enter", "event"} {
			part = "canary." + part + "." + quantile
			left = max(left, c.Figures[part]-c.canaryLate(part, quantile))
		}
		return max(0, c.Figures[name]-left)
	}
	part := strings.TrimSuffix(name, "."+quantile)
	least, known := c.Figures[part+".least."+quantile]
	if !known {
		return 0
	}
	late := c.Figures[name] - least
	if part == "canary.event" {
		late += c.Figures["timers.operator."+quantile]
	}
	return late
}

// waits is how many seconds a second the lab's threads may wait for a core, all together.
const waits = 1

// ownCPU: the lab's machine was full, and the server is on another.
func ownCPU(c *trial) (text, remedy string) {
	if c.Same || !c.slow() {
		return "", ""
	}
	switch {
	case c.hostFull():
		return "The CPU of the lab's machine was full" + c.whenFull() + ": " + c.shares() + ".", c.remedy(elsewhere)
	case full(c.Generator.CPU, c.Generator.Cores, 0.9):
		return fmt.Sprintf("The lab used %.2f of the %.0f cores that it may use.", c.Generator.CPU, c.Generator.Cores), elsewhere
	case c.Generator.Delay >= waits:
		return fmt.Sprintf("The lab's threads were ready to run and waited for a core, %.2f s a second.", c.Generator.Delay), elsewhere
	}
	return "", ""
}
