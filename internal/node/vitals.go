package node

import (
	"math"
	"runtime"

	"matchstream/internal/logging"
	"matchstream/internal/poll"
	"matchstream/internal/pump"
	v "matchstream/internal/vitals"
)

// recent is over how many seconds quantiles are told.
const recent = 60

// chart registers what the page of the node shows, in its order. A row more is
// a Series more here, and its word in internal/words ("node.<name>").
func (n *Node) chart() *v.Chart {
	c := v.New()
	delivery := v.Recent(recent, n.deliveryCounts).Quantiles(0.99, 0.5)
	n.chartNow(c, delivery[0])
	n.chartWatchers(c)
	n.chartDelivery(c, delivery[1])
	n.chartStore(c)
	n.chartDoors(c)
	n.chartCloses(c)
	n.chartProcess(c)
	n.chartRisks(c)
	n.chartReplaced(c)
	n.chartReplicas(c)
	c.Watch(troubles()...)
	return c
}

// protocol is one that watchers come by.
type protocol struct {
	name string // as in the metrics
	*pump.Counts
}

func (n *Node) protocols() []protocol {
	return []protocol{{"tcp", &n.gate.TCP}, {"sse", &n.gate.SSE}, {"ws", &n.gate.WebSocket}}
}

// over all protocols.
func (n *Node) over(of func(*pump.Counts) uint64) func() uint64 {
	return func() (sum uint64) {
		for _, p := range n.protocols() {
			sum += of(p.Counts)
		}
		return sum
	}
}

func (n *Node) chartNow(c *v.Chart, last v.Reader) {
	c.Add(
		v.Series{Name: "watchers", Panel: "now", Note: v.Limit, Of: func() float64 { return float64(n.limits.Watchers) },
			Read: v.Gauge(func() float64 { return float64(n.watchers()) })},
		v.Series{Name: "deliveries", Panel: "now", Unit: v.Rate, Read: v.PerSecond(n.over((*pump.Counts).Deliveries))},
		v.Series{Name: "last_watcher", Panel: "now", Unit: v.Duration, Read: last},
		v.Series{Name: "cpu", Panel: "now", Unit: v.Cores, Note: v.Limit, Of: func() float64 { return float64(runtime.GOMAXPROCS(0)) },
			Read: v.Busy(poll.CPU)},
	)
}

func (n *Node) chartWatchers(c *v.Chart) {
	for _, p := range n.protocols() {
		c.Add(v.Series{Name: "watchers_" + p.name, Panel: "watchers", Read: v.Gauge(func() float64 { return float64(p.Active()) })})
	}
	c.Add(v.Series{Name: "joins", Panel: "watchers", Unit: v.Rate, Read: v.PerSecond(n.over((*pump.Counts).Opened))})
}

func (n *Node) chartCloses(c *v.Chart) {
	for why := pump.Ended; why < pump.Reasons; why++ {
		c.Add(v.Series{Name: "close_" + why.String(), Panel: "closes", Unit: v.Rate, Note: v.Total,
			Read: v.PerSecond(n.over(func(p *pump.Counts) uint64 { return p.Closed(why) }))})
	}
}

func (n *Node) chartDelivery(c *v.Chart, half v.Reader) {
	c.Add(v.Series{Name: "last_watcher_half", Panel: "delivery", Unit: v.Duration, Read: half})
	if n.epoll != nil {
		fanout := v.Recent(recent, func(to *v.Counts) { n.epoll.FanoutCounts((*[pump.Buckets]uint64)(to)) }).Quantiles(0.99, 0.5)
		var slowest pump.Straggler
		c.Add(
			v.Series{Name: "fanout", Panel: "delivery", Unit: v.Duration, Read: fanout[0]},
			v.Series{Name: "fanout_half", Panel: "delivery", Unit: v.Duration, Read: fanout[1]},
			v.Series{Name: "slowest_still", Panel: "delivery", Unit: v.Duration, Read: v.Gauge(func() float64 {
				slowest = n.epoll.Slowest()
				return slowest.Still.Seconds()
			})},
			v.Series{Name: "slowest_events", Panel: "delivery", Read: v.Gauge(func() float64 { return float64(slowest.Events) })},
			v.Series{Name: "slowest_bytes", Panel: "delivery", Unit: v.Bytes, Read: v.Gauge(func() float64 { return float64(slowest.Bytes) })},
		)
	}
	c.Add(
		v.Series{Name: "would_block", Panel: "delivery", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(n.over((*pump.Counts).WouldBlocks))},
		v.Series{Name: "refreshes", Panel: "delivery", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(n.over((*pump.Counts).Refreshes))},
		v.Series{Name: "sent", Panel: "delivery", Unit: v.Stream, Read: v.PerSecond(n.over((*pump.Counts).Bytes))},
	)
}

func (n *Node) chartStore(c *v.Chart) {
	counts, appended := &n.live.Counts, v.Recent(recent, n.appended.Add).Quantiles(0.99, 0.5)
	c.Add(
		v.Series{Name: "store_stale", Panel: "store", Unit: v.Duration, Read: v.Gauge(func() float64 { return n.live.Stale().Seconds() })},
		v.Series{Name: "appends", Panel: "store", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(counts.Appends.Load)},
		v.Series{Name: "append", Panel: "store", Unit: v.Duration, Read: appended[0]},
		v.Series{Name: "append_half", Panel: "store", Unit: v.Duration, Read: appended[1]},
		v.Series{Name: "append_refusals", Panel: "store", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(counts.Refusals.Load)},
		v.Series{Name: "append_conflicts", Panel: "store", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(counts.Conflicts.Load)},
		v.Series{Name: "matches_open", Panel: "store", Read: v.Slowly(15, func() float64 { c := n.live.Census(); return float64(c.Open + c.AtRest) })},
		v.Series{Name: "damaged", Panel: "store", Read: v.Slowly(15, func() float64 { return float64(n.live.Damaged()) })},
	)
	s, ok := n.store.(onDisk)
	if !ok { // what is wrong with a disk is not known here: no rule holds
		c.Add(
			v.Series{Name: "store_writable", Read: v.Gauge(func() float64 { return 1 })},
			v.Series{Name: "store_free", Read: v.Gauge(func() float64 { return math.MaxInt64 })},
		)
	} else {
		c.Add(
			v.Series{Name: "store_writable", Panel: "store", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(s.Writable()) })},
			v.Series{Name: "store_bytes", Panel: "store", Unit: v.Bytes, Read: v.Gauge(func() float64 { return float64(n.used()) })},
			v.Series{Name: "store_free", Panel: "store", Unit: v.Bytes, Read: v.Gauge(func() float64 { return float64(s.Free()) })},
		)
	}
}

func (n *Node) chartDoors(c *v.Chart) {
	refused := &n.gate.Refused
	c.Add(
		v.Series{Name: "connections", Panel: "doors", Read: v.Gauge(func() float64 { return float64(n.connections()) })},
		v.Series{Name: "descriptors", Panel: "doors", Note: v.Limit, Of: func() float64 { return float64(n.limits.Descriptors) },
			Read: v.Gauge(n.descriptors)},
		v.Series{Name: "refused_full", Panel: "doors", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(refused.Full.Load)},
		v.Series{Name: "refused_address", Panel: "doors", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(refused.FullForIP.Load)},
		v.Series{Name: "refused_handshake", Panel: "doors", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(refused.Handshake.Load)},
		v.Series{Name: "yielded", Panel: "doors", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(n.yielded)},
		v.Series{Name: "starved", Panel: "doors", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(n.starved)},
	)
}

func (n *Node) chartProcess(c *v.Chart) {
	r := v.NewRuntime()
	c.Add(
		v.Series{Name: "memory", Panel: "process", Unit: v.Bytes, Note: v.Limit, Of: memoryLimit, Read: r.Memory},
		v.Series{Name: "heap", Panel: "process", Unit: v.Bytes, Read: r.Heap},
		v.Series{Name: "resident", Panel: "process", Unit: v.Bytes, Read: v.Gauge(func() float64 { return float64(poll.Resident()) })},
		v.Series{Name: "goroutines", Panel: "process", Read: r.Goroutines},
		v.Series{Name: "gc_pause", Panel: "process", Unit: v.Duration, Read: r.Pause},
		v.Series{Name: "panics", Panel: "process", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(n.allPanics)},
		v.Series{Name: "log_lost", Panel: "process", Unit: v.Rate, Note: v.Total, Read: v.PerSecond(func() uint64 {
			_, _, lost := logging.Counts(n.config.Log)
			return lost
		})},
		v.Series{Name: "certificate_broken", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.certs != nil && n.certs.Broken()) })},
		v.Series{Name: "certificates_missing", Read: v.Gauge(func() float64 { return float64(len(n.uncertified())) })},
		v.Series{Name: "certificate_old", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.certificateOld()) })},
		v.Series{Name: "draining", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.draining.Load()) })},
		v.Series{Name: "same_name", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.members.Twin()) })},
		v.Series{Name: "lagging", Unit: v.Switch, Read: v.Gauge(func() float64 { return one(n.members.Lagging()) })},
	)
}
