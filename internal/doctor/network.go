package doctor

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
		Since: "Then raised by ifconfig eth0 txqueuelen. It counts only for the old queue, pfifo_fast; fq_codel and fq, the default of many distributions, have their own limit (10,240 and 10,000 packets), " +
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
		Remedy: "`net.netfilter.nf_conntrack_max` (320 bytes an entry), and at a start of the host the module loaded before it is set (`/etc/modules-load.d`); or no tracking for the server's ports: a rule with `notrack`.",
		look:   lookAtConntrack,
	},
}
