package node

import (
	"math"
	"runtime"
	"runtime/metrics"
	"time"

	"matchstream/internal/inside"
	"matchstream/internal/poll"
	"matchstream/internal/store/peers"
)

func (n *Node) insideStore() inside.Store {
	c := &n.live.Counts
	s := inside.Store{Kind: n.storeKind(), InFlight: c.Storing.Load(), Queue: c.Turns.Load(), Appends: c.Appends.Load(), Conflicts: c.Conflicts.Load(),
		Append: n.latest("append"), Stale: n.live.Stale().Seconds()}
	if at := c.Answered.Load(); at != 0 {
		last := time.UnixMilli(at).UTC()
		s.Last = &last
	}
	if disk, ok := n.store.(onDisk); ok {
		writable, used, free := disk.Writable(), n.used(), disk.Free()
		s.Writable, s.Bytes, s.Free = &writable, &used, &free
	}
	return s
}

func (n *Node) storeKind() string {
	if _, ok := n.store.(*peers.Store); ok {
		return "cluster"
	}
	if n.edge != nil {
		return "edge"
	}
	if s := scheme(n.config.Store); s != "" {
		return s
	}
	return "embedded"
}

func (n *Node) insideAudience() inside.Audience {
	matches, users, news, late := n.live.Queued()
	return inside.Audience{Matches: matches, Users: users, News: news, Late: late.Seconds()}
}

// readGo takes some 20 µs.
func readGo() inside.Go {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/goal:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"},
		{Name: "/sched/goroutines:goroutines"}, {Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/gomemlimit:bytes"}, {Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(s)
	whole := func(i int) uint64 {
		if s[i].Value.Kind() != metrics.KindUint64 {
			return 0
		}
		return s[i].Value.Uint64()
	}
	g := inside.Go{Memory: whole(0) - whole(1), Heap: whole(2), Goal: whole(3), Stacks: whole(4), Goroutines: whole(5), Cycles: whole(6), Limit: whole(7),
		Processors: runtime.GOMAXPROCS(0)}
	if g.Limit >= math.MaxInt64 {
		g.Limit = 0
	}
	if v := s[8].Value; v.Kind() == metrics.KindFloat64 {
		g.Collecting = v.Float64()
	}
	return g
}

func (n *Node) insideProcess() inside.Process {
	return inside.Process{Resident: uint64(poll.Resident()), Descriptors: int64(n.descriptors()), Limit: int64(n.limits.Descriptors), CPU: poll.CPU()}
}
