package doctor

import (
	"fmt"

	"matchstream/internal/need"
)

var bufferChecks = []Check{
	{
		Code: "tcp_mem",
		Why: "Memory of all TCP sockets of the host together, in pages: from the second number on the kernel makes buffers smaller, at the third it refuses memory and ends connections " +
			"(TCPAbortOnMemory). After an event each watcher has a frame on its way, which is a page, and who takes nothing has some.",
		Remedy: "`net.ipv4.tcp_mem`, three numbers of pages.",
		Since: "Then raised by hand to values that go round to this day (in pages, though they are often taken for bytes). The kernel computes it at boot from memory: 4.7, 6.2 and 9.4 % of it. " +
			"Only a host with little memory for many watchers needs more.",
		look: lookAtTCPMem,
	},
	{
		Code: "tcp_wmem",
		Why: "What a socket may send: smallest, first and largest buffer. The server sets its own (64 KiB), so that first and largest do not matter; the smallest is what a socket has even when " +
			"memory is short.",
		Remedy: "`net.ipv4.tcp_wmem = 4096 16384 4194304`, the kernel's own.",
		Since:  "Then raised so that one connection could be fast. The kernel has long found the size by itself (4,096, 16,384, up to 4 MiB), and a server of many small frames wants it small.",
		look: func(p *patient) []Finding {
			return p.buffers("net.ipv4.tcp_wmem", "4096 16384 4194304")
		},
	},
	{
		Code: "tcp_rmem",
		Why: "What a socket may hold of what its client sends. It is not set aside, but a client may fill it, and watchers send a line: what is more than the default only gives " +
			"whoever means harm more to fill.",
		Remedy: "`net.ipv4.tcp_rmem = 4096 131072 6291456`, the kernel's own.",
		Since:  "Then 4,096, 87,380, 4 MiB, and raised by hand. The default is 131,072 since Linux 4.20, and the largest, 6 MiB, is 32 MiB in the newest: found by itself, for each connection.",
		look: func(p *patient) []Finding {
			return p.buffers("net.ipv4.tcp_rmem", "4096 131072 6291456")
		},
	},
	{
		Code:   "wmem_max",
		Why:    "The server asks for a send buffer of 64 KiB for each connection, and the kernel gives no more than this. With less a client that falls behind is further behind sooner.",
		Remedy: "`net.core.wmem_max = 212992`, the kernel's own.",
		Since:  "Then raised to 16 MiB together with rmem_max. It bounds only what a program asks for itself (SO_SNDBUF), not what the kernel finds; 212,992 is the default, 4 MiB in the newest kernels.",
		look: func(p *patient) []Finding {
			v, err := p.networkNumber("net.core.wmem_max")
			if err != nil {
				return cannotTell(err)
			}
			needed := count(sendBuffer) + ": what the server sets for each connection"
			if v >= sendBuffer {
				return fine(count(v), needed)
			}
			return p.raise(Warning, count(v), needed, Setting{"net.core.wmem_max", "212992", "the server asks for send buffers of 64 KiB"})
		},
	},
	{
		Code:   "rmem_max",
		Why:    "It bounds the receive buffers that a program asks for (SO_RCVBUF). The server asks for none.",
		Remedy: "None: any value is good.",
		Since:  "Then raised together with tcp_rmem, of which it has been independent all along. It needs no attention here.",
		look: func(p *patient) []Finding {
			v, err := p.networkNumber("net.core.rmem_max")
			if err != nil {
				return cannotTell(err)
			}
			return fine(count(v), "anything: the server asks for no receive buffer")
		},
	},
}

func lookAtTCPMem(p *patient) []Finding {
	v, err := p.networkNumbers("net.ipv4.tcp_mem", 3)
	if err != nil {
		return cannotTell(err)
	}
	takes := p.tcpPages()
	measured := fmt.Sprintf("%s / %s / %s pages (%s at most)", count(v[0]), count(v[1]), count(v[2]), size(times(v[2], p.Page)))
	needed := fmt.Sprintf("%s pages (%s) below the second: a page for each watcher, and %d for one in %d who takes nothing", count(takes), size(times(takes, p.Page)), need.SlowPages, need.SlowPart)
	var evidence []string
	if used, err := p.tcpPagesNow(); err == nil {
		evidence = append(evidence, "in use now: "+count(used)+" pages")
	}
	if v[1] >= takes {
		return fine(measured, needed, evidence...)
	}
	s := Warning
	if v[2] < takes {
		s = Failure
	}
	if host := p.hostMemory(); host > 0 && times(takes, p.Page) > host/2 {
		return one(Finding{Severity: s, Measured: measured, Needed: needed, Evidence: append(evidence, "the host has "+size(host)+": half of it for TCP is the most that is reasonable"),
			Remedy: []string{"# more memory, or more nodes: no setting makes this fit"}})
	}
	// As the kernel does it: three quarters of the second, and one and a half of it; but not
	// more than half of the host's memory.
	most := takes / 4 * 6
	if host := p.hostMemory(); host > 0 {
		most = min(most, host/2/p.Page)
	}
	return p.raise(s, measured, needed, Setting{"net.ipv4.tcp_mem", fmt.Sprintf("%d %d %d", takes/4*3, takes, most), "pages of memory for all TCP sockets together"}, evidence...)
}

// tcpPagesNow is how many pages of memory TCP has in use.
func (p *patient) tcpPagesNow() (int64, error) {
	path := p.own("net/sockstat")
	text, err := p.text(path)
	if err != nil {
		return 0, err
	}
	return parseSockstat(text)
}

// times multiplies what may be without limit.
func times(n, by int64) int64 {
	if n > unlimited/by {
		return unlimited
	}
	return n * by
}

// aMegabyte is the most that the first size of a buffer should have.
const aMegabyte = 1 << 20

// buffers looks at the smallest, the first and the largest size of a buffer.
func (p *patient) buffers(name, usual string) []Finding {
	v, err := p.networkNumbers(name, 3)
	if err != nil {
		return cannotTell(err)
	}
	measured := fmt.Sprintf("%s / %s / %s bytes", count(v[0]), count(v[1]), count(v[2]))
	needed := "smallest 4,096 or more, first up to 1,048,576, largest no less: as the kernel has them"
	if v[0] >= 4096 && v[1] >= v[0] && v[1] <= aMegabyte && v[2] >= v[1] {
		return fine(measured, needed)
	}
	return p.raise(Warning, measured, needed, Setting{name, usual, "sizes as the kernel has them"})
}
