package node

import (
	"time"

	"matchstream/internal/inside"
	"matchstream/internal/live"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// lastShown are how many events are told of a match in detail.
const lastShown = 10

// formats are what lanes are called.
var formats = [wire.Formats]string{wire.TCP: "tcp", wire.TCPIDs: "tcp_ids", wire.SSE: "sse", wire.WebSocket: "ws"}

// insideMatches looks at the matches; false: the one that is asked for is not known.
func (n *Node) insideMatches(q insideQuery, lags pump.Lags) (inside.Matches, bool) {
	c := n.live.Census()
	all := inside.Matches{Open: c.Open, Over: c.Over, AtRest: c.AtRest, Away: c.Away, Sort: string(q.by), List: []inside.Match{}}
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
	d := &inside.Detail{Match: insideMatchOf(m, lags), Lanes: []inside.Lane{}, Last: []inside.Event{}}
	for f, l := range m.Lanes {
		if l.Lane == nil {
			continue
		}
		lag := lags.Of(l.Lane)
		d.Lanes = append(d.Lanes, inside.Lane{Format: formats[f], Watchers: l.Watchers, Frames: l.Frames, Bytes: int64(l.Bytes), Base: l.Base,
			Oldest: l.Base + uint64(l.Bytes) - min(lag.Slowest.Bytes, uint64(l.Bytes)), Full: lag.Full, Slowest: slowest(lag.Slowest)})
	}
	for _, e := range n.live.LastEvents(q.match, lastShown) {
		d.Last = append(d.Last, inside.Event{ID: e.ID, At: time.UnixMilli(e.At).UTC(), Kind: e.Kind, Minute: e.Minute})
	}
	all.Match = d
	return all, true
}

func insideMatchOf(m live.Inside, lags pump.Lags) inside.Match {
	one := inside.Match{ID: m.ID, State: m.State, Period: string(m.Period), Events: m.Events, Rate: m.Rate(), Memory: m.Memory,
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
	one.Full, one.Slowest = lag.Full, slowest(lag.Slowest)
	return one
}
