package inside

import "time"

// Matches are those that the node has.
type Matches struct {
	Open   int     `json:"open"`
	Over   int     `json:"over"`
	AtRest int     `json:"at_rest"`
	Away   int     `json:"away"`
	Sort   string  `json:"sort"`            // lag, memory, rate, watchers
	List   []Match `json:"list"`            // the first of those in memory, in that order
	Match  *Detail `json:"match,omitempty"` // the one that was asked for
}

// Match is one. Who stands behind is known of the epoll pump's watchers.
type Match struct {
	ID     string     `json:"id"`
	State  string     `json:"state"` // open, over, at_rest, away
	Period string     `json:"period,omitempty"`
	Events int64      `json:"events"`
	Last   *time.Time `json:"last_event"` // UTC; null: there is none, or it is not known
	TCP    int64      `json:"tcp"`        // watchers, as the next two
	SSE    int64      `json:"sse"`
	WS     int64      `json:"ws"`
	Rate   float64    `json:"deliveries_per_second"` // events of the last minute, times who watches now
	Memory int64      `json:"memory"`                // bytes that it takes, about
	Full   int        `json:"full"`                  // watchers without room, of those that were looked at
	Slowest
}

// Watchers of it.
func (m Match) Watchers() int64 { return m.TCP + m.SSE + m.WS }

// Detail is all of a match.
type Detail struct {
	Match
	Lanes []Lane  `json:"lanes"`
	Last  []Event `json:"last_events"` // of a match in memory, the last one first
}

// Lane is a match in one wire format.
type Lane struct {
	Format   string `json:"format"` // tcp, tcp_ids, sse, ws
	Watchers int64  `json:"watchers"`
	Frames   int    `json:"frames"`
	Bytes    int64  `json:"bytes"`
	Base     uint64 `json:"base"`          // offset of its first byte
	Oldest   uint64 `json:"oldest_cursor"` // offset where the slowest watcher stands
	Full     int    `json:"full"`          // watchers without room
	Slowest
}

// Event of a match.
type Event struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"` // UTC
	Kind   string    `json:"kind"`
	Minute string    `json:"minute,omitempty"`
}
