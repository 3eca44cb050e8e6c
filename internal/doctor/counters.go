package doctor

// counterChecks are what the kernel has counted since the host started (those of
// /proc/net/netstat: in this network namespace, of all programs in it). They do not say
// when it was, nor whose trouble; but it was. They warn and do not fail: none of them goes
// back once the cause is mended.
var counterChecks = []Check{
	fromNetstat("ListenOverflows", Warning, "Connections that were made and found the listener's queue full.",
		"Raise `net.core.somaxconn` and start the server anew; if that does not end it, its loops have no processor.", "sysctl net.core.somaxconn; nstat -az TcpExtListenOverflows"),
	fromNetstat("ListenDrops", Warning, "Connections that a listener lost for whatever reason: a full queue, or no memory.",
		"As for ListenOverflows; where this counts more, it is memory.", "nstat -az TcpExtListenDrops TcpExtListenOverflows"),
	fromNetstat("TCPReqQFullDrop", Warning, "Clients who were not answered, as a queue of half-made connections was full and SYN cookies were off.",
		"`net.ipv4.tcp_syncookies = 1`, and a larger `net.core.somaxconn`.", "sudo sysctl -w net.ipv4.tcp_syncookies=1"),
	fromNetstat("TCPReqQFullDoCookies", Warning, "Clients who were answered by a cookie, as a queue of half-made connections was full: an attack, or a kick-off and too small a queue.",
		"Raise `net.core.somaxconn`.", "sysctl net.core.somaxconn; nstat -az TcpExtTCPReqQFullDoCookies"),
	fromNetstat("TCPAbortOnMemory", Warning, "Connections that the kernel ended because TCP had no memory left (or because too many were closed at once, tcp_max_orphans).",
		"Raise `net.ipv4.tcp_mem`, or `net.ipv4.tcp_max_orphans`: the kernel's log says which.", "sudo dmesg | grep -i 'TCP: out of memory\\|too many orphaned'"),
	fromNetstat("TCPMemoryPressures", Warning, "Times that TCP had more memory than the second number of tcp_mem, and made buffers smaller.",
		"Raise `net.ipv4.tcp_mem`.", "sysctl net.ipv4.tcp_mem; cat /proc/net/sockstat"),
	fromNetstat("RcvPruned", Warning, "Packets thrown away because a socket's receive buffer was full and there was no memory for more.",
		"Raise `net.ipv4.tcp_mem`; look for a program that does not read.", "ss -tnmOH state established | grep -v 'skmem:(r0,' | head"),
	fromNetstat("TCPBacklogDrop", Warning, "Packets thrown away because a program was busy with the socket they were for, and too many waited.",
		"More processor for the server.", "nstat -az TcpExtTCPBacklogDrop"),
	fromNetstat("TCPTimeWaitOverflow", Note, "Closed connections that were forgotten at once, as more than tcp_max_tw_buckets were waiting. It does a server no harm.",
		"None, or raise `net.ipv4.tcp_max_tw_buckets`.", ""),
	{
		Code: "conntrack-dropped", Why: "Packets that were dropped because the table of connections was full: clients who came and were not answered.",
		Remedy: "Raise `net.netfilter.nf_conntrack_max` (see conntrack).",
		look:   lookAtConntrackDrops,
	},
	{
		Code: "oom-kill", Why: "Processes that the kernel has ended because the control group had no memory left.",
		Remedy: "More memory for the control group (see memory).",
		look: func(p *patient) []Finding {
			return p.ofGroup("memory", map[bool]string{true: "memory.events", false: "memory.oom_control"}, "oom_kill", Warning, "processes ended", "sudo dmesg | grep -i 'oom-kill'")
		},
	},
	{
		Code: "throttled", Why: "Times that all of the control group was stopped because it had used up its quota of processor. Each lasts up to a tenth of a second, and all watchers wait.",
		Remedy: "A larger quota, or none (see GOMAXPROCS).",
		look: func(p *patient) []Finding {
			return p.ofGroup("cpu", map[bool]string{true: "cpu.stat", false: "cpu.stat"}, "nr_throttled", Warning, "times", "systemd-cgtop -1 --order=cpu")
		},
	},
}

// fromNetstat is the check of a counter of /proc/net/netstat.
func fromNetstat(name string, s Severity, why, remedy, line string) Check {
	return Check{Code: name, Why: why, Remedy: remedy, look: func(p *patient) []Finding {
		all, err := p.counters()
		if err != nil {
			return cannotTell(err)
		}
		n, ok := all[name]
		if !ok {
			return cannotTell(&unreadable{p.own("net/netstat"), "has no " + name + ": this kernel does not count it", nil})
		}
		return counted(n, s, "so far", line)
	}}
}

// counters of the process' network.
func (p *patient) counters() (map[string]int64, error) {
	file := p.own("net/netstat")
	text, err := p.text(file)
	if err != nil {
		return nil, err
	}
	all, err := parseCounters(text)
	if err != nil {
		return nil, &unreadable{file, err.Error(), err}
	}
	return all, nil
}

// counted is the finding of what should be 0.
func counted(n int64, s Severity, of, line string) []Finding {
	measured := count(n) + " " + of
	if n == 0 {
		return fine(measured, "0")
	}
	f := Finding{Severity: s, Measured: measured, Needed: "0"}
	if line != "" {
		f.Remedy = []string{line}
	}
	return one(f)
}

// ofGroup is a counter of the process' control group; of the processor's, of all above it,
// too, since a quota of any of them stops it.
func (p *patient) ofGroup(controller string, files map[bool]string, name string, s Severity, of, line string) []Finding {
	g, ok, err := p.group(controller)
	if err != nil {
		return cannotTell(err)
	}
	if !ok {
		return fine("in no control group", "0")
	}
	all := g.files(files[g.v2])
	own := all[0]
	if controller == "memory" {
		all = all[:1] // those above count what befell others
	}
	sum, known := int64(0), false
	for _, file := range all {
		text, err := p.text(file)
		if absent(err) && (file != own || g.below == "/") {
			continue // the group of all has no limit, so no such file
		}
		if err != nil {
			return cannotTell(err)
		}
		pairs := parsePairs(text)
		n, ok := pairs[name]
		if _, used := pairs["usage_usec"]; !ok && !used {
			return cannotTell(&unreadable{file, "has no " + name, nil})
		}
		known = true
		sum += n // not there beside usage_usec: the group can have no quota
	}
	if !known {
		return fine("the control group of all, which has no limit", "0")
	}
	return counted(sum, s, of+" so far", line)
}
