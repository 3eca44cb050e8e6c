package lab

import "time"

// These are the lines of a run's record (lab/record), in the order in which they come.
// Durations are nanoseconds in JSON, times RFC 3339.

// Begin is the first: what was asked for.
type Begin struct {
	Stage    string    `json:"stage"` // simulate, http, bound, nodes, compare
	When     time.Time `json:"when"`
	Args     []string  `json:"args"`
	Settings Settings  `json:"settings"`
	Expected []string  `json:"expected,omitempty"`
}

// Settings are what a run ran under.
type Settings struct {
	Version    string            `json:"version"` // of this program
	Commit     string            `json:"commit,omitempty"`
	Go         string            `json:"go"`
	Host       map[string]string `json:"host"`    // kernel, cpu, cpus, memory
	Sysctls    map[string]string `json:"sysctls"` // net.core.somaxconn: 4096
	Limits     map[string]string `json:"limits"`  // nofile: 20000/20000
	Env        map[string]string `json:"env"`     // GOGC, GOMEMLIMIT, GOMAXPROCS, where set
	Server     map[string]string `json:"server"`  // what it says of itself: version, revision, processors, flags
	CannotTell []string          `json:"cannot-tell,omitempty"`
}

// Second is how it stands, about once a second.
type Second struct {
	At      float64            `json:"at"` // seconds since Begin
	Step    int                `json:"step,omitempty"`
	Figures map[string]float64 `json:"figures"` // of this second, by the names of figures.go
}

// Step is one try.
type Step struct {
	Number  int      `json:"number"`          // from 1
	At      float64  `json:"at"`              // seconds since Begin, when it began
	Took    float64  `json:"took"`            // seconds
	Search  string   `json:"search"`          // http, streams, both
	Nodes   int      `json:"nodes,omitempty"` // stage 5: with how many
	Users   int      `json:"users"`           // N
	AtOnce  int      `json:"at-once"`         // C
	OK      bool     `json:"ok"`
	Failed  []string `json:"failed,omitempty"` // what was expected and did not hold, with the value
	Figures Figures  `json:"figures"`
	Limit   *Limit   `json:"limit,omitempty"` // where it did not hold: what was in the way
	Kept    []string `json:"kept,omitempty"`  // files of the record: metrics, profiles
}

// Limit is what a try has met.
type Limit struct {
	Of       string   `json:"of"`       // server, host, generator, unknown
	What     string   `json:"what"`     // cpu, memory, descriptors, backlog, ports, refused, late, …
	Text     string   `json:"text"`     // a sentence
	Evidence []string `json:"evidence"` // what was measured
	Remedy   string   `json:"remedy,omitempty"`
}

// Found is what a search has come to.
type Found struct {
	Search  string `json:"search"`
	Nodes   int    `json:"nodes,omitempty"`
	Users   int    `json:"users"`   // the most that worked; 0: none did
	AtOnce  int    `json:"at-once"` // with so many at once
	Failing int    `json:"failing"` // the fewest that did not; 0: not found, as far as was looked
	Limit   *Limit `json:"limit,omitempty"`
}

// End is the last line; a record without one was cut off.
type End struct {
	At          float64  `json:"at"`
	Interrupted bool     `json:"interrupted"`
	Failed      []string `json:"failed,omitempty"` // what was expected and did not hold
	Verdict     string   `json:"verdict"`          // a sentence
}
