package doctor

import (
	"fmt"
	"strconv"
	"strings"
)

func lookAtPorts(p *patient) []Finding {
	v, err := p.networkNumbers("net.ipv4.ip_local_port_range", 2)
	if err != nil {
		return cannotTell(err)
	}
	n := v[1] - v[0] + 1
	measured := fmt.Sprintf("%d to %d: %s ports", v[0], v[1], count(max(0, n)))
	needed := fmt.Sprintf("nothing for the server; %s to each of its addresses and ports for a proxy that is on this host", count(int64(p.Watchers)))
	switch {
	case n < 1000:
		return p.raise(Warning, measured, "1,000 or more: nodes and stores are connected to, too", Setting{"net.ipv4.ip_local_port_range", "32768 60999", "ports of connections that go out"})
	case n >= int64(p.Watchers):
		return fine(measured, needed)
	}
	remedy := []string{"# where a proxy, or simulated watchers, are on this host:"}
	switch text, err := p.text(sysctl("net.ipv4.ip_local_reserved_ports")); {
	case err != nil || p.portsErr != nil: // nobody is to take the server's ports
		remedy = append(remedy, "# reserve the ports of all that listens here first (ss -ltn), in net.ipv4.ip_local_reserved_ports; then:")
	default:
		if list := withReserved(text, p.inRange(text, 1024, 65535)); list != text {
			remedy = append(remedy, p.setting(Setting{"net.ipv4.ip_local_reserved_ports", list, ""})...)
		}
	}
	return one(Finding{Severity: Note, Measured: measured, Needed: needed,
		Remedy: append(remedy, p.setting(Setting{"net.ipv4.ip_local_port_range", "1024 65535", ""})...)})
}

// inRange are those of the server's ports that connections may take, from first to last.
func (p *patient) inRange(list string, first, last int64) (open []string) {
	for _, port := range p.Ports {
		if int64(port) >= first && int64(port) <= last && !reserved(list, port) {
			open = append(open, strconv.Itoa(port))
		}
	}
	return open
}

// withReserved adds ports to a list of them.
func withReserved(list string, more []string) string {
	return strings.Trim(list+","+strings.Join(more, ","), ",")
}

func lookAtReserved(p *patient) []Finding {
	if p.portsErr != nil {
		return cannotTell(fmt.Errorf("the ports of the process are not known (--ports): %w", p.portsErr))
	}
	v, err := p.networkNumbers("net.ipv4.ip_local_port_range", 2)
	if err != nil {
		return cannotTell(err)
	}
	text, err := p.text(sysctl("net.ipv4.ip_local_reserved_ports"))
	if err != nil {
		return cannotTell(err)
	}
	open := p.inRange(text, v[0], v[1])
	if len(open) == 0 {
		return fine(fmt.Sprintf("no port of the server is among %d to %d, or it is reserved", v[0], v[1]), "")
	}
	both := withReserved(text, open)
	return p.raise(Warning, fmt.Sprintf("%s among %d to %d, not reserved", strings.Join(open, ", "), v[0], v[1]), "the server's ports are nobody else's",
		Setting{"net.ipv4.ip_local_reserved_ports", both, "no connection that goes out takes the server's ports"})
}

// reserved tells whether a port is in a list like "8888,9000-9003".
func reserved(list string, port int) bool {
	for part := range strings.SplitSeq(list, ",") {
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		a, err := strconv.Atoi(strings.TrimSpace(first))
		b, too := strconv.Atoi(strings.TrimSpace(last))
		if err == nil && too == nil && a <= port && port <= b {
			return true
		}
	}
	return false
}
