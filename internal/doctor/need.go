package doctor

import (
	"math/bits"

	"matchstream/internal/need"
)

// What a number of watchers takes of what only a server at its start is asked for; the
// rest is in internal/need.

const (
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

// descriptors that the server needs for the watchers.
func (p *patient) descriptors() int64 {
	return need.Descriptors(int64(p.Watchers), int64(len(p.Ports)), p.loops())
}

// processBytes are those of the process itself.
func (p *patient) processBytes() int64 { return need.Process(int64(p.Watchers), p.TLS) }

// tcpPages of memory that wait in sockets at most.
func (p *patient) tcpPages() int64 { return need.Pages(int64(p.Watchers)) }

// kernelBytes for the sockets and what waits in them.
func (p *patient) kernelBytes() int64 { return need.Kernel(int64(p.Watchers), p.Page) }

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
