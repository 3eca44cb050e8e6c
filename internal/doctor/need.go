package doctor

import "math/bits"

// What a number of watchers takes. The figures are those that were measured, or the
// kernel's own; each says where it is from.

const (
	// userBytes of the process for a watcher: up to 290 (README, Limits).
	userBytes = 290
	// tlsBytes likewise, by TLS: two goroutines and TLS' buffers (README, Limits).
	tlsBytes = 11_000
	// baseBytes of the process without watchers (docs/DEPLOY.md, Sizes).
	baseBytes = 50_000_000
	// socketBytes of the kernel for a connection's end: both ends together take 10.0 kB
	// (docs/PERFORMANCE.md, a million watchers). The slabs agree: a TCP socket of 2.4 to
	// 2.6 kB, its inode, file, dentry, and what epoll keeps.
	socketBytes = 5_000
	// slowPart of the watchers, one in so many, take nothing for a while; each has
	// slowPages of memory waiting: 900 of 18,000 had 14 MB (docs/PERFORMANCE.md, the slow).
	slowPart  = 20
	slowPages = 4
	// acceptsEach loop does in a second: 65,600 on two (docs/PERFORMANCE.md, connect to
	// status).
	acceptsEach = 32_800
	// usualBacklog let 18,000 who came at once in, none refused (docs/PERFORMANCE.md).
	usualBacklog = 4096
	// asked is the backlog that the server gives listen(2); the kernel cuts it to somaxconn.
	asked = 65_535
	// sendBuffer is what the server sets for each connection (SO_SNDBUF).
	sendBuffer = 64 << 10
	// threads that the server may come to need: one for each processor, and one for each
	// of the files that are synced at the same time; far more than were ever seen.
	threads = 256
)

// As the node keeps descriptors back: one in keptPart, but from keptMin to keptMax; for
// each port, and for the pump, one for each loop, and one more for each port; and those of
// the admin address.
const (
	keptPart         = 32
	keptMin          = 64
	keptMax          = 1024
	adminConnections = 16
)

// descriptors that the server needs for the watchers.
func (p *patient) descriptors() int64 {
	ports := int64(len(p.Ports))
	n := int64(p.Watchers) + (ports+1)*p.loops() + ports + adminConnections
	return n + min(max((n-1)/(keptPart-1), keptMin), keptMax) // one in keptPart of them all
}

// processBytes are those of the process itself.
func (p *patient) processBytes() int64 {
	each := int64(userBytes)
	if p.TLS {
		each += tlsBytes
	}
	return baseBytes + int64(p.Watchers)*each
}

// tcpPages of memory that wait in sockets at most: after an event one of each watcher,
// since a socket with anything in it is counted by pages, and those of the slow.
func (p *patient) tcpPages() int64 {
	w := int64(p.Watchers)
	return w + (w+slowPart-1)/slowPart*slowPages
}

// kernelBytes for the sockets and what waits in them.
func (p *patient) kernelBytes() int64 {
	return int64(p.Watchers)*socketBytes + p.tcpPages()*p.Page
}

// takes is how many connections the loops take in a second.
func (p *patient) takes() int64 { return acceptsEach * p.busy() }

// backlog of one listener, of which a port has one for each loop: if all come within one
// second, those who have come and whom no loop has got to yet.
func (p *patient) backlog() int64 {
	left := (int64(p.Watchers) - p.takes()) / p.loops()
	if left <= usualBacklog {
		return usualBacklog
	}
	return min(int64(1)<<bits.Len64(uint64(left-1)), asked)
}
