package doctor

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

var networkChecks = []Check{
	{
		Code:   "ip_local_port_range",
		Why:    "Who connects from this host needs a port for each connection to one address and port: a proxy in front, or simulated watchers. The server itself needs none for its watchers.",
		Remedy: "`net.ipv4.ip_local_port_range = 1024 65535` on the host of the proxy; or more addresses to connect from or to.",
		Since: "Then often raised on the server, where it does nothing. The default, 32768 to 60999 (61000 until Linux 4.2), gives 28,232 ports; that of the proxy, or of the load's generator, " +
			"is where it counts.",
		look: lookAtPorts,
	},
	{
		Code:   "ip_local_reserved_ports",
		Why:    "Where the server's ports are in the range that connections take theirs from, one that goes out may have just that port when the server starts again, which then fails.",
		Remedy: "`net.ipv4.ip_local_reserved_ports`: the server's ports beside those that are there.",
		look:   lookAtReserved,
	},
	{
		Code: "netdev_max_backlog",
		Why: "Packets that have come in and wait for a processor, for each of them; what is more is dropped, and sent again later. Drivers of today's network cards take theirs from the card's own " +
			"queue (NAPI); this one is for loopback, tunnels, containers and RPS.",
		Remedy: "`net.core.netdev_max_backlog`, if packets were dropped.",
		Since:  "Then raised to 10,000 and more. 1,000 is the default still; since drivers poll, most packets do not pass it. Whether it is too small is counted: /proc/net/softnet_stat, second column.",
		look:   lookAtNetdev,
	},
	{
		Code:   "txqueuelen",
		Why:    "An event goes to all at once: as many packets as watchers wait for the network card. What does not fit into its queue is dropped, and sent again later.",
		Remedy: "`ip link set dev eth0 txqueuelen 1000`, or a queue with a size of its own: `net.core.default_qdisc = fq_codel`.",
		Since: "Then raised by ifconfig eth0 txqueuelen. It counts only for the old queue, pfifo_fast; fq_codel and fq, the default of most distributions, have their own limit (10,240 and 10,000 packets), " +
			"and TCP holds back what a card has not yet sent (TCP small queues, Linux 3.6).",
		look: lookAtTxqueuelen,
	},
	{
		Code:   "tcp_tw_recycle",
		Why:    "It refused clients behind one address (NAT) whose clocks differ: most phones.",
		Remedy: "`net.ipv4.tcp_tw_recycle = 0`, or a kernel of this decade.",
		Since:  "Then on many lists. Removed in Linux 4.12. (tcp_tw_reuse is for who connects, not for a server.)",
		look: func(p *patient) []Finding {
			v, err := p.networkNumber("net.ipv4.tcp_tw_recycle")
			if absent(err) {
				if _, err := p.networkNumber("net.ipv4.tcp_syncookies"); err != nil {
					return cannotTell(err)
				}
				return fine("the kernel has it no more", "")
			}
			if err != nil {
				return cannotTell(err)
			}
			if v == 0 {
				return fine("0 (off)", "0")
			}
			return p.raise(Failure, count(v), "0", Setting{"net.ipv4.tcp_tw_recycle", "0", "it refuses clients behind NAT"})
		},
	},
	{
		Code: "conntrack",
		Why: "Where a firewall keeps track of connections, each has an entry, for two minutes after its end, too. When the table is full, packets of new ones are dropped without a word. Twice the " +
			"watchers: when all come back at once the old entries are still there.",
		Remedy: "`net.netfilter.nf_conntrack_max` (320 bytes an entry); or no tracking for the server's ports: a rule with `notrack`.",
		look:   lookAtConntrack,
	},
}

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
	return one(Finding{Severity: Note, Measured: measured, Needed: needed,
		Remedy: append([]string{"# where a proxy, or simulated watchers, are on this host:"}, p.setting(Setting{"net.ipv4.ip_local_port_range", "1024 65535", ""})...)})
}

func lookAtReserved(p *patient) []Finding {
	v, err := p.networkNumbers("net.ipv4.ip_local_port_range", 2)
	if err != nil {
		return cannotTell(err)
	}
	text, err := p.text(sysctl("net.ipv4.ip_local_reserved_ports"))
	if err != nil {
		return cannotTell(err)
	}
	var open []string
	for _, port := range p.Ports {
		if int64(port) >= v[0] && int64(port) <= v[1] && !reserved(text, port) {
			open = append(open, strconv.Itoa(port))
		}
	}
	if len(open) == 0 {
		return fine(fmt.Sprintf("no port of the server is among %d to %d, or it is reserved", v[0], v[1]), "")
	}
	both := strings.Trim(text+","+strings.Join(open, ","), ",")
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

func lookAtNetdev(p *patient) []Finding {
	v, err := p.networkNumber("net.core.netdev_max_backlog")
	if err != nil {
		return cannotTell(err)
	}
	dropped, err := p.softnet()
	if err != nil {
		return cannotTell(fmt.Errorf("it is %s, and whether that was too small: %w", count(v), err))
	}
	measured, needed := fmt.Sprintf("%s; %s packets dropped so far", count(v), count(dropped)), "1,000, and no packet dropped"
	switch {
	case v < 1000:
		return p.raise(Warning, measured, needed, Setting{"net.core.netdev_max_backlog", "1000", "packets that wait for a processor"})
	case dropped > 0:
		return p.raise(Warning, measured, needed, Setting{"net.core.netdev_max_backlog", fmt.Sprint(2 * v), "packets that wait for a processor: some were dropped"})
	}
	return fine(measured, needed)
}

// softnet is how many packets were dropped for want of room behind the drivers.
func (p *patient) softnet() (int64, error) {
	path := p.own("net/softnet_stat")
	text, err := p.text(path)
	if err != nil {
		return 0, err
	}
	n, err := parseSoftnet(text)
	if err != nil {
		return 0, &unreadable{path, err.Error(), err}
	}
	return n, nil
}

func lookAtTxqueuelen(p *patient) []Finding {
	if p.elsewhere != nil {
		return cannotTell(p.elsewhere)
	}
	devices, err := fs.Glob(p.Files, "sys/class/net/*/device") // those that are no mere software
	if err != nil || len(devices) == 0 {
		return cannotTell(fmt.Errorf("there is no network card to be seen in /sys/class/net (in a container or behind a bridge it is the host's)"))
	}
	slices.Sort(devices)
	queue, err := p.text(sysctl("net.core.default_qdisc"))
	if err != nil {
		queue = "unknown"
	}
	var all, short, remedy []string
	for _, d := range devices {
		name := path.Base(path.Dir(d))
		n, err := p.number(path.Join(path.Dir(d), "tx_queue_len"))
		if err != nil {
			return cannotTell(err)
		}
		all = append(all, name+" "+count(n))
		if n < 1000 {
			short = append(short, name)
			remedy = append(remedy, "sudo ip link set dev "+name+" txqueuelen 1000")
		}
	}
	measured := strings.Join(all, ", ") + "; default_qdisc " + queue
	needed := "1,000, where the queue is pfifo_fast"
	if len(short) == 0 || queue == "fq_codel" || queue == "fq" || queue == "cake" {
		return fine(measured, needed)
	}
	return one(Finding{Severity: Warning, Measured: measured, Needed: needed, Remedy: remedy})
}

func lookAtConntrack(p *patient) []Finding {
	most, err := p.networkNumber("net.netfilter.nf_conntrack_max")
	if absent(err) {
		if _, err := p.networkNumber("net.core.somaxconn"); err != nil {
			return cannotTell(err)
		}
		if p.container {
			return cannotTell(fmt.Errorf("the container does not track connections; whether its host does is to be asked there"))
		}
		return fine("connections are not tracked", "")
	}
	if err != nil {
		return cannotTell(err)
	}
	now, err := p.networkNumber("net.netfilter.nf_conntrack_count")
	if err != nil {
		return cannotTell(err)
	}
	need := 2*int64(p.Watchers) + now
	measured := fmt.Sprintf("%s, of which %s are in use", count(most), count(now))
	needed := fmt.Sprintf("%s: two for each watcher, and those in use now", count(need))
	if most >= need {
		return fine(measured, needed)
	}
	s := Warning
	if most < now+int64(p.Watchers) {
		s = Failure
	}
	return p.raise(s, measured, needed, Setting{"net.netfilter.nf_conntrack_max", fmt.Sprint(need), "entries of the table of connections (it holds once nf_conntrack is loaded)"})
}
