package node

import (
	"time"

	"matchstream/internal/live"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// insideMatches are those that this node has.
type insideMatches struct {
	Open   int           `json:"open"`
	Over   int           `json:"over"`
	AtRest int           `json:"at_rest"`
	Away   int           `json:"away"`
	Sort   live.Order    `json:"sort"`
	List   []insideMatch `json:"list"` // the first of those in memory, in that order
	Match  *insideDetail `json:"match,omitempty"`
}

// insideMatch is one. Who stands behind is known of the epoll pump's watchers.
type insideMatch struct {
	ID     string     `json:"id"`
	State  string     `json:"state"` // open, over, at_rest, away
	Period string     `json:"period,omitempty"`
	Events int64      `json:"events"`
	Last   *time.Time `json:"last_event"` // null: there is none, or it is not known
	TCP    int64      `json:"tcp"`        // watchers, as the next two
	SSE    int64      `json:"sse"`
	WS     int64      `json:"ws"`
	Rate   float64    `json:"deliveries_per_second"` // events of the last minute, times who watches now
	Memory int64      `json:"memory"`                // bytes that it takes, about
	Full   int        `json:"full"`                  // watchers without room, of those that were looked at
	insideSlowest
}

// insideDetail is all of one.
type insideDetail struct {
	insideMatch
	Lanes []insideLane  `json:"lanes"`
	Last  []insideEvent `json:"last_events"` // of a match in memory, the last one first
}

// insideLane is a match in one wire format.
type insideLane struct {
	Format   string `json:"format"`
	Watchers int64  `json:"watchers"`
	Frames   int    `json:"frames"`
	Bytes    int    `json:"bytes"`
	Base     uint64 `json:"base"`          // offset of its first byte
	Oldest   uint64 `json:"oldest_cursor"` // where the slowest watcher stands
	Full     int    `json:"full"`
	insideSlowest
}

type insideEvent struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Minute string    `json:"minute,omitempty"`
}

// lastShown are how many events are told of a match in detail.
const lastShown = 10

// formats are what lanes are called.
var formats = [wire.Formats]string{wire.TCP: "tcp", wire.TCPIDs: "tcp_ids", wire.SSE: "sse", wire.WebSocket: "ws"}

// insideMatches looks at the matches; false: the one that is asked for is not known.
func (n *Node) insideMatches(q insideQuery, lags pump.Lags) (insideMatches, bool) {
	c := n.live.Census()
	all := insideMatches{Open: c.Open, Over: c.Over, AtRest: c.AtRest, Away: c.Away, Sort: q.by, List: []insideMatch{}}
	for _, m := range n.live.Insides(q.by, q.limit, lags.Events) {
		all.List = append(all.List, insideMatchOf(m, lags))
	}
	if q.match == "" {
		return all, true
	}
	m, ok := n.live.InsideOf(q.match)
	if !ok {
		return all, false
	}
	d := &insideDetail{insideMatch: insideMatchOf(m, lags), Lanes: []insideLane{}, Last: []insideEvent{}}
	for f, l := range m.Lanes {
		if l.Lane == nil {
			continue
		}
		lag := lags.Of(l.Lane)
		d.Lanes = append(d.Lanes, insideLane{Format: formats[f], Watchers: l.Watchers, Frames: l.Frames, Bytes: l.Bytes, Base: l.Base,
			Oldest: l.Base + uint64(l.Bytes) - min(lag.Slowest.Bytes, uint64(l.Bytes)), Full: lag.Full, insideSlowest: slowest(lag.Slowest)})
	}
	for _, e := range n.live.LastEvents(q.match, lastShown) {
		d.Last = append(d.Last, insideEvent{ID: e.ID, At: time.UnixMilli(e.At).UTC(), Kind: e.Kind, Minute: e.Minute})
	}
	all.Match = d
	return all, true
}

func insideMatchOf(m live.Inside, lags pump.Lags) insideMatch {
	one := insideMatch{ID: m.ID, State: m.State, Period: string(m.Period), Events: m.Events, Rate: m.Rate(), Memory: m.Memory,
		TCP: m.Lanes[wire.TCP].Watchers + m.Lanes[wire.TCPIDs].Watchers, SSE: m.Lanes[wire.SSE].Watchers, WS: m.Lanes[wire.WebSocket].Watchers}
	if !m.Last.IsZero() {
		at := m.Last.UTC()
		one.Last = &at
	}
	var lag pump.Lag
	for _, l := range m.Lanes {
		if l.Lane != nil {
			lag.Add(lags.Of(l.Lane))
		}
	}
	one.Full, one.insideSlowest = lag.Full, slowest(lag.Slowest)
	return one
}
