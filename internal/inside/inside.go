// Package inside is the words of GET /node/inside: how a node stands at one moment, as the node
// writes it and who looks at nodes reads it. Counters are since the node's start, so that who
// asks twice knows the rates; times are in seconds, sizes in bytes. docs/METRICS.md tells of the
// parts.
package inside

import "time"

// Snapshot is the answer.
type Snapshot struct {
	Node     string    `json:"node"`
	Version  string    `json:"version"`
	At       time.Time `json:"at"` // UTC
	Up       float64   `json:"up_seconds"`
	Draining bool      `json:"draining"`
	Troubles []Trouble `json:"troubles"` // the gravest first
	Watchers Watchers  `json:"watchers"`
	Loops    []Loop    `json:"loops"` // none: the pump is the portable one
	Portable int       `json:"portable_watchers"`
	Matches  Matches   `json:"matches"`
	Store    Store     `json:"store"`
	Gates    Gates     `json:"gates"`
	Audience Audience  `json:"audience"`
	Go       Go        `json:"go"`
	Process  Process   `json:"process"`
}

// Trouble is something that the node knows to be wrong with it, by the name that its words have.
type Trouble struct {
	Name  string `json:"name"`
	Grave bool   `json:"grave"`
	Since int64  `json:"for_seconds"`
}

// Watchers over all protocols, and what has been sent to them.
type Watchers struct {
	TCP        int64    `json:"tcp"`
	SSE        int64    `json:"sse"`
	WS         int64    `json:"ws"`
	Limit      int64    `json:"limit"` // 0: none is known
	Joins      uint64   `json:"joins"`
	Deliveries uint64   `json:"deliveries"`
	Bytes      uint64   `json:"bytes"`
	Last       *float64 `json:"last_watcher_seconds"` // 99% of the last minute's events were with their last watcher within; null: there were none
}

// All of them.
func (w Watchers) All() int64 { return w.TCP + w.SSE + w.WS }

// Slowest is the watcher who stands farthest behind.
type Slowest struct {
	Events int64   `json:"behind_events"`
	Bytes  uint64  `json:"behind_bytes"`
	Still  float64 `json:"still_seconds"` // since he has last taken something
}
