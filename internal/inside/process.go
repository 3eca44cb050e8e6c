package inside

import "time"

// Store is the store, and what waits for it.
type Store struct {
	Kind      string     `json:"kind"`             // embedded, cluster, edge, or the scheme of --store
	InFlight  int64      `json:"appends_inflight"` // that the store has not answered yet
	Queue     int64      `json:"queue"`            // changes that wait for one before them, of the same match
	Appends   uint64     `json:"appends"`          // since the start
	Conflicts uint64     `json:"conflicts"`
	Last      *time.Time `json:"last_append"` // by this node, UTC; null: none yet
	Append    *float64   `json:"append_seconds"`
	Stale     float64    `json:"stale_seconds"` // for how long it has not answered; 0: it does
	Writable  *bool      `json:"writable"`      // null: of a store that is elsewhere, as the next two
	Bytes     *int64     `json:"bytes"`
	Free      *int64     `json:"free_bytes"`
}

// Audience is what of the audience waits to be written behind.
type Audience struct {
	Matches int     `json:"matches"`      // whose audience is to be written
	Users   int     `json:"users"`        // parts of the users, of 256
	News    int     `json:"news"`         // matches of which other nodes are to be told
	Late    float64 `json:"late_seconds"` // for how long the first has been due
}

// Go is what Go's runtime knows of itself.
type Go struct {
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

// Process is what the kernel knows of the process.
type Process struct {
	Resident    uint64  `json:"resident"` // bytes; 0: not known
	Descriptors int64   `json:"descriptors"`
	Limit       int64   `json:"descriptors_limit"` // 0: not known
	CPU         float64 `json:"cpu_seconds"`
}
