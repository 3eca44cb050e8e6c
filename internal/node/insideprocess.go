package node

import (
	"math"
	"runtime"
	"runtime/metrics"
	"time"

	"matchstream/internal/poll"
	"matchstream/internal/store/peers"
)

// insideStore is the store, and what waits for it.
type insideStore struct {
	Kind      string     `json:"kind"`             // embedded, cluster, edge, or the scheme of --store
	InFlight  int64      `json:"appends_inflight"` // that the store has not answered yet
	Queue     int64      `json:"queue"`            // changes that wait for one before them, of the same match
	Appends   uint64     `json:"appends"`          // since the start
	Conflicts uint64     `json:"conflicts"`
	Last      *time.Time `json:"last_append"` // by this node; null: none yet
	Append    *float64   `json:"append_seconds"`
	Stale     float64    `json:"stale_seconds"` // for how long it has not answered; 0: it does
	Writable  *bool      `json:"writable"`      // null: of a store that is elsewhere, as the next two
	Bytes     *int64     `json:"bytes"`
	Free      *int64     `json:"free_bytes"`
}

func (n *Node) insideStore() insideStore {
	c := &n.live.Counts
	s := insideStore{Kind: n.storeKind(), InFlight: c.Storing.Load(), Queue: c.Turns.Load(), Appends: c.Appends.Load(), Conflicts: c.Conflicts.Load(),
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

// insideAudience is what of the audience waits to be written behind.
type insideAudience struct {
	Matches int     `json:"matches"`      // whose audience is to be written
	Users   int     `json:"users"`        // parts of the users, of 256
	News    int     `json:"news"`         // matches of which other nodes are to be told
	Late    float64 `json:"late_seconds"` // for how long the first has been due
}

func (n *Node) insideAudience() insideAudience {
	matches, users, news, late := n.live.Queued()
	return insideAudience{Matches: matches, Users: users, News: news, Late: late.Seconds()}
}

// insideGo is what Go's runtime knows of itself.
type insideGo struct {
	Memory     uint64  `json:"memory"` // bytes from the system: what GOMEMLIMIT limits
	Limit      uint64  `json:"limit"`  // 0: none
	Heap       uint64  `json:"heap"`   // bytes of objects, dead ones included
	Goal       uint64  `json:"goal"`   // heap at which the next collection ends
	Stacks     uint64  `json:"stacks"`
	Goroutines uint64  `json:"goroutines"`
	Cycles     uint64  `json:"gc_cycles"` // collections since the start
	Collecting float64 `json:"gc_cpu_seconds"`
	Processors int     `json:"processors"`
}

// readGo takes some 20 µs.
func readGo() insideGo {
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
	g := insideGo{Memory: whole(0) - whole(1), Heap: whole(2), Goal: whole(3), Stacks: whole(4), Goroutines: whole(5), Cycles: whole(6), Limit: whole(7),
		Processors: runtime.GOMAXPROCS(0)}
	if g.Limit >= math.MaxInt64 {
		g.Limit = 0
	}
	if v := s[8].Value; v.Kind() == metrics.KindFloat64 {
		g.Collecting = v.Float64()
	}
	return g
}

// insideProcess is what the kernel knows of it.
type insideProcess struct {
	Resident    int     `json:"resident"` // bytes; 0: not known
	Descriptors int     `json:"descriptors"`
	Limit       int     `json:"descriptors_limit"` // 0: not known
	CPU         float64 `json:"cpu_seconds"`
}

func (n *Node) insideProcess() insideProcess {
	return insideProcess{Resident: poll.Resident(), Descriptors: int(n.descriptors()), Limit: n.limits.Descriptors, CPU: poll.CPU()}
}
