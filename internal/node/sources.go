package node

import (
	"math"
	"runtime/debug"
	"sync"
	"time"

	"matchstream/internal/poll"
	"matchstream/internal/pump"
	v "matchstream/internal/vitals"
)

// memoryLimit is what the Go runtime keeps to; 0: there is none.
func memoryLimit() float64 {
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		return float64(limit)
	}
	return 0
}

// deliveryCounts of both pumps.
func (n *Node) deliveryCounts(to *v.Counts) {
	n.portable.DeliveryCounts((*[pump.Buckets]uint64)(to))
	if n.epoll != nil {
		n.epoll.DeliveryCounts((*[pump.Buckets]uint64)(to))
	}
}

// descriptors in use. Where the kernel does not say, they are what is counted:
// a few less than there are.
func (n *Node) descriptors() float64 {
	if inUse := poll.InUse(); inUse > 0 {
		return float64(inUse)
	}
	return float64(n.connections() + listening(n.config))
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// usedFresh is for how long the store's size is taken as known: who asks must
// not make us look at all its files each time.
const usedFresh = 15 * time.Second

// usedBy is how much space a store takes, as of the last time that somebody
// looked.
func usedBy(s onDisk, clock func() time.Time) func() int64 {
	var mu sync.Mutex
	var at time.Time
	var used int64
	return func() int64 {
		mu.Lock()
		defer mu.Unlock()
		if now := clock(); at.IsZero() || now.Sub(at) >= usedFresh {
			at, used = now, s.Used()
		}
		return used
	}
}
