package suspects

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"matchstream/internal/lab"
)

// These go by what server or kernel have counted while it happened.

func restarted(c *trial, s *Server) (text, remedy string) {
	if !s.Restarted {
		return "", ""
	}
	return c.the(s) + " has started anew while it was tried: it ended, or was ended.", "its log and the kernel's (journalctl -k | grep -i oom) say why"
}

// remedies of what a server of ours refuses, by the reason that it counts.
var remedies = map[string]string{
	"full":             "serve --max-connections, if that is set; else more descriptors: ulimit -n, LimitNOFILE= of the systemd unit",
	"full_for_address": "serve --max-connections-per-ip, which the lab's few addresses meet long before people do; or more source addresses (--source)",
	"draining":         "matchstream admin undrain",
	"handshake":        "serve --handshake-timeout, or fewer at once",
	"proxy":            "serve --trust-proxy does not name the lab's address",
}

func refusedByLimit(c *trial, s *Server) (text, remedy string) {
	if !c.turnedAway() {
		return "", ""
	}
	var reasons []string
	most := ""
	for _, reason := range slices.Sorted(maps.Keys(s.Refused)) {
		if n := s.Refused[reason]; n > 0 {
			reasons = append(reasons, fmt.Sprintf("%.0f as %s", n, reason))
			if most == "" || n > s.Refused[most] {
				most = reason
			}
		}
	}
	// Full for want of descriptors is told as that.
	if most == "" || most == "full" && s.byDescriptors() {
		return "", ""
	}
	text = c.the(s) + " has turned away who came: " + strings.Join(reasons, ", ")
	if most == "full" && s.Fit > 0 {
		text += fmt.Sprintf(" (it takes %.0f watchers%s)", s.Fit, s.others())
	}
	return text + ".", remedies[most]
}

// others are those of a server's watchers who are no users of the lab, behind their
// number; "": nobody.
func (s *Server) others() (text string) {
	if s.Canary {
		text = ", up to two of them the canary"
	}
	if s.Before > 0 {
		text += fmt.Sprintf(", %.0f there before the lab", s.Before)
	}
	return text
}

// byDescriptors: what the server lets in is what its descriptors allow.
func (s *Server) byDescriptors() bool {
	return s.MostDescriptors > 0 && s.Fit > 0 && s.Fit+s.Kept >= 0.9*s.MostDescriptors
}

func descriptors(c *trial, s *Server) (text, remedy string) {
	if !c.turnedAway() {
		return "", ""
	}
	switch {
	case s.Starved > 0:
		text = fmt.Sprintf("%s had no descriptor left for who came, %.0f times; it had %.0f of at most %.0f.", c.the(s), s.Starved, s.Descriptors, s.MostDescriptors)
	case s.Refused["full"] > 0 && s.byDescriptors():
		text = fmt.Sprintf("%s was full: of its %.0f descriptors %.0f are for watchers%s.", c.the(s), s.MostDescriptors, s.Fit, s.others())
	case full(s.Descriptors, s.MostDescriptors, 0.97):
		text = fmt.Sprintf("%s had %.0f descriptors, of at most %.0f.", c.the(s), s.Descriptors, s.MostDescriptors)
	default:
		return "", ""
	}
	return text, "ulimit -n 1048576 before the server starts; LimitNOFILE=1048576 in its systemd unit"
}

func backlog(c *trial) (text, remedy string) {
	h := c.Host
	if h == nil || !c.Same || h.Overflows+h.Drops == 0 || c.count(lab.Refused, lab.TimedOut) == 0 && !c.lateToEnter() {
		return "", ""
	}
	return fmt.Sprintf("Connections came faster than the server took them: its queue was full %.0f times, and %.0f were dropped there (each comes again a second later or more).", h.Overflows, h.Drops),
		"sysctl -w net.core.somaxconn=65535 net.ipv4.tcp_max_syn_backlog=65535, and start the server anew; or fewer at once"
}

// lateToEnter: coming in is among what took too long.
func (c *trial) lateToEnter() bool {
	return slices.ContainsFunc(c.late, func(x lab.Expected) bool {
		first, _, _ := strings.Cut(x.Name, ".")
		return first == "connect" || first == "enter" || first == "http" || first == "canary" && c.comingIn(x)
	})
}

// comingIn: it is a join or a request of the canary that breaks the value, not an event.
func (c *trial) comingIn(x lab.Expected) bool {
	_, rest, _ := strings.Cut(x.Name, ".")
	if part, quantile, is := strings.Cut(rest, "."); is {
		return part != "event" && quantile != ""
	}
	for _, part := range []string{"enter", "http"} {
		x.Name = "canary." + part + "." + rest
		if _, measured := c.Figures[x.Name]; measured && x.Check(c.Figures) != nil {
			return true
		}
	}
	return false
}

func tcpMemory(c *trial) (text, remedy string) {
	h := c.Host
	if h == nil || c.errors() == 0 && len(c.late) == 0 || h.NoMemory == 0 && !full(h.TCPPages, h.MostTCPPages, 0.95) {
		return "", ""
	}
	return fmt.Sprintf("The kernel had no memory left for TCP: %.0f pages of at most %.0f, %.0f connections aborted.", h.TCPPages, h.MostTCPPages, h.NoMemory),
		"net.ipv4.tcp_mem higher, or less for each connection: net.ipv4.tcp_rmem, tcp_wmem"
}

func conntrack(c *trial) (text, remedy string) {
	h := c.Host
	if h == nil || !full(h.Conntrack, h.MostConntrack, 0.98) {
		return "", ""
	}
	return fmt.Sprintf("The firewall's table of connections was full: %.0f of %.0f.", h.Conntrack, h.MostConntrack), "sysctl -w net.netfilter.nf_conntrack_max=1048576, or no tracking of these ports"
}
