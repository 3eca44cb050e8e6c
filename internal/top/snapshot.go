package top

import "time"

// Snapshot is how a node stood at one moment: the answer of GET /node/inside. Counters
// are since the node's start. docs/METRICS.md says what each part is.
type Snapshot struct {
	Node     string    `json:"node"`
	Version  string    `json:"version"`
	At       time.Time `json:"at"`
	Up       float64   `json:"up_seconds"`
	Draining bool      `json:"draining"`
	Troubles []Trouble `json:"troubles"`
	Watchers Watchers  `json:"watchers"`
	Loops    []Loop    `json:"loops"`
	Portable int       `json:"portable_watchers"`
	Matches  Matches   `json:"matches"`
	Store    Store     `json:"store"`
	Gates    Gates     `json:"gates"`
	Audience Audience  `json:"audience"`
	Go       Go        `json:"go"`
	Process  Process   `json:"process"`

	unknown string // a match that was asked for, and that the node does not know
}

// Trouble is something that the node knows to be wrong with it.
type Trouble struct {
	Name  string `json:"name"`
	Grave bool   `json:"grave"`
	Since int64  `json:"for_seconds"`
}

// Watchers over all protocols.
type Watchers struct {
	TCP        int64    `json:"tcp"`
	SSE        int64    `json:"sse"`
	WS         int64    `json:"ws"`
	Limit      int64    `json:"limit"` // 0: none is known
	Joins      uint64   `json:"joins"`
	Deliveries uint64   `json:"deliveries"`
	Bytes      uint64   `json:"bytes"`
	Last       *float64 `json:"last_watcher_seconds"`
}

// All of them.
func (w Watchers) All() int64 { return w.TCP + w.SSE + w.WS }

// Slowest is the watcher who stands farthest behind.
type Slowest struct {
	Events int64   `json:"behind_events"`
	Bytes  uint64  `json:"behind_bytes"`
	Still  float64 `json:"still_seconds"`
}

// Loop is one loop of the epoll pump.
type Loop struct {
	Loop        int     `json:"loop"`
	Answered    bool    `json:"answered"`
	Took        float64 `json:"mail_seconds"`
	Mail        int     `json:"mail"`
	Connections int     `json:"connections"`
	Hall        int     `json:"hall"`
	Lanes       int     `json:"lanes"`
	Busy        float64 `json:"busy_seconds"`
	Walks       uint64  `json:"walks"`
	Walked      float64 `json:"walk_seconds"`
	LastWalk    float64 `json:"last_walk_seconds"`
	Full        int     `json:"full"`
	Slowest
}

// Matches of a node.
type Matches struct {
	Open   int     `json:"open"`
	Over   int     `json:"over"`
	AtRest int     `json:"at_rest"`
	Away   int     `json:"away"`
	Sort   Sort    `json:"sort"`
	List   []Match `json:"list"`
	Match  *Detail `json:"match"`
}

// Match is one.
type Match struct {
	ID     string     `json:"id"`
	State  string     `json:"state"`
	Period string     `json:"period"`
	Events int64      `json:"events"`
	Last   *time.Time `json:"last_event"`
	TCP    int64      `json:"tcp"`
	SSE    int64      `json:"sse"`
	WS     int64      `json:"ws"`
	Rate   float64    `json:"deliveries_per_second"`
	Memory int64      `json:"memory"`
	Full   int        `json:"full"`
	Slowest
}

// Watchers of it.
func (m Match) Watchers() int64 { return m.TCP + m.SSE + m.WS }

// Detail is all of a match.
type Detail struct {
	Match
	Lanes []Lane  `json:"lanes"`
	Last  []Event `json:"last_events"`
}

// Lane is a match in one wire format.
type Lane struct {
	Format   string `json:"format"`
	Watchers int64  `json:"watchers"`
	Frames   int    `json:"frames"`
	Bytes    int64  `json:"bytes"`
	Base     uint64 `json:"base"`
	Oldest   uint64 `json:"oldest_cursor"`
	Full     int    `json:"full"`
	Slowest
}

// Event of a match.
type Event struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	Minute string    `json:"minute"`
}

// Store of a node.
type Store struct {
	Kind      string     `json:"kind"`
	InFlight  int64      `json:"appends_inflight"`
	Queue     int64      `json:"queue"`
	Appends   uint64     `json:"appends"`
	Conflicts uint64     `json:"conflicts"`
	Last      *time.Time `json:"last_append"`
	Append    *float64   `json:"append_seconds"`
	Stale     float64    `json:"stale_seconds"`
	Writable  *bool      `json:"writable"`
	Bytes     *int64     `json:"bytes"`
	Free      *int64     `json:"free_bytes"`
}

// Gates are a node's doors.
type Gates struct {
	Doors       []Door            `json:"doors"`
	Connections int64             `json:"connections"`
	Limit       int64             `json:"limit"`
	Accepted    uint64            `json:"accepted"`
	Starved     uint64            `json:"starved"`
	Yielded     uint64            `json:"yielded"`
	Refused     map[string]uint64 `json:"refused"`
}

// Door is one port.
type Door struct {
	Protocol  string            `json:"protocol"`
	Address   string            `json:"address"`
	Watchers  int64             `json:"watchers"`
	Greeting  int               `json:"greeting"`
	Pondering int               `json:"pondering"`
	Refused   map[string]uint64 `json:"refused"`
}

// Audience is what of it waits to be written behind.
type Audience struct {
	Matches int     `json:"matches"`
	Users   int     `json:"users"`
	News    int     `json:"news"`
	Late    float64 `json:"late_seconds"`
}

// Go is what the runtime knows of itself.
type Go struct {
	Memory     uint64  `json:"memory"`
	Limit      uint64  `json:"limit"`
	Heap       uint64  `json:"heap"`
	Goal       uint64  `json:"goal"`
	Stacks     uint64  `json:"stacks"`
	Goroutines uint64  `json:"goroutines"`
	Cycles     uint64  `json:"gc_cycles"`
	Collecting float64 `json:"gc_cpu_seconds"`
	Processors int     `json:"processors"`
}

// Process is what the kernel knows of it.
type Process struct {
	Resident    uint64  `json:"resident"`
	Descriptors int64   `json:"descriptors"`
	Limit       int64   `json:"descriptors_limit"`
	CPU         float64 `json:"cpu_seconds"`
}
