// Package need is what a number of watchers takes of a host. The figures are those that
// were measured, or the kernel's own; each says where it is from.
package need

// What one of them takes, in bytes but for descriptors.
const (
	// User of the process for a watcher: up to 290 (README, Limits).
	User = 290
	// TLS likewise, beside that: two goroutines and TLS' buffers (README, Limits).
	TLS = 11_000
	// Base of the process without watchers (docs/DEPLOY.md, Sizes).
	Base = 50_000_000
	// Socket of the kernel for a connection's end: both ends together take 10.0 kB
	// (docs/PERFORMANCE.md, a million watchers). The slabs agree: a TCP socket of 2.4 to
	// 2.6 kB, its inode, file, dentry, and what epoll keeps.
	Socket = 5_000
	// SlowPart of the watchers, one in so many, take nothing for a while; each has
	// SlowPages of memory waiting: 900 of 18,000 had 14 MB (docs/PERFORMANCE.md, the slow).
	SlowPart  = 20
	SlowPages = 4
)

// As the node keeps descriptors back (internal/node): one in keptPart, but from keptMin to
// keptMax, for API, journal and whatever else; and those of the admin address.
const (
	keptPart         = 32
	keptMin          = 64
	keptMax          = 1024
	adminConnections = 16
	upstreamPart     = 8
	upstreamMin      = 16
)

// Descriptors that a server needs for so many watchers: one for each, and those that it
// keeps, of which each port, and the pump, takes one for each loop, and each port one more.
// ports and loops are 1 or more.
func Descriptors(watchers, ports, loops int64) int64 {
	n := watchers + (ports+1)*loops + ports + adminConnections
	return n + min(max((n-1)/(keptPart-1), keptMin), keptMax) // one in keptPart of them all
}

// EdgeDescriptors is Descriptors of an edge, which keeps others for its streams from the
// origin: one in upstreamPart of all, but upstreamMin at least.
func EdgeDescriptors(watchers, ports, loops int64) int64 {
	n := Descriptors(watchers, ports, loops)
	for { // each round asks for less than an eighth of what the one before did
		more := Descriptors(watchers+max(n/upstreamPart, upstreamMin), ports, loops)
		if more == n {
			return n
		}
		n = more
	}
}

// Process is how many bytes the process itself takes; tls: all come by TLS that it ends.
func Process(watchers int64, tls bool) int64 {
	each := int64(User)
	if tls {
		each += TLS
	}
	return Base + watchers*each
}

// Pages of memory that wait in sockets at most: after an event one of each watcher, since
// a socket with anything in it is counted by pages, and those of the slow.
func Pages(watchers int64) int64 {
	return watchers + (watchers+SlowPart-1)/SlowPart*SlowPages
}

// Kernel is how many bytes the kernel takes for the sockets and what waits in them; page
// is how many bytes a page of memory has.
func Kernel(watchers, page int64) int64 {
	return watchers*Socket + Pages(watchers)*page
}
