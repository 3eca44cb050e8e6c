package lab

import "time"

// Protocol is a way to watch.
type Protocol string

const (
	TCP       Protocol = "tcp" // lines
	SSE       Protocol = "sse"
	WebSocket Protocol = "ws"
)

// Share is a part of a crowd.
type Share struct {
	Via    Protocol `json:"via"`
	Weight int      `json:"weight"` // relative to the others
}

// Arrival is how a crowd comes.
type Arrival string

const (
	Steady  Arrival = "steady"  // evenly over Plan.Over; 0: as fast as Plan.AtOnce lets them
	KickOff Arrival = "kickoff" // most in a short time: thin at first, thick towards the end of Plan.Over
	Waves   Arrival = "waves"   // in groups, with pauses
)

// Plan is what a crowd, or a part of one, is to do. It goes as JSON to every process
// that carries a part. The zero value of what is optional means what is said there.
type Plan struct {
	Seed   uint64 `json:"seed"`    // of all chance: the same seed, the same behaviour
	Users  int    `json:"users"`   // how many watch (N)
	First  int    `json:"first"`   // number of the first, so that parts have no names in common
	AtOnce int    `json:"at-once"` // attempts in flight at most, from connect to ready (C)

	Server string   `json:"server"`          // base URL of the API: http://127.0.0.1:8888; "": none, then Lines or a Service's URL
	Lines  []string `json:"lines,omitempty"` // host:port of the line protocol, in turn; none: what checkin says
	Match  string   `json:"match"`
	API    bool     `json:"api"` // each asks for checkin and the list first, on a connection of his own, as an app does
	Via    []Share  `json:"via"`

	Arrive Arrival       `json:"arrive,omitempty"` // "": steady
	Over   time.Duration `json:"over,omitempty"`

	// Behaviours: shares of the users, 0 to 1. Whoever does not do one is a plain watcher.
	Tunnel  float64       `json:"tunnel,omitempty"`  // lose the connection, again and again, and resume
	Slow    float64       `json:"slow,omitempty"`    // read little and seldom
	Leave   float64       `json:"leave,omitempty"`   // leave for good at some time
	Return  float64       `json:"return,omitempty"`  // leave, and come back later as new
	Every   time.Duration `json:"every,omitempty"`   // mean time between the deeds of one who does them; 0: 10 s
	Stalled int           `json:"stalled,omitempty"` // so many more, who read nothing once ready; they count nowhere else

	Sources  []string      `json:"sources,omitempty"`  // addresses to call from, in turn; none: as the kernel chooses, and on loopback more when ports run short
	Patience time.Duration `json:"patience,omitempty"` // with a connect, and with each answer; 0: 10 s
	Ahead    time.Duration `json:"ahead,omitempty"`    // how far this machine's clock is ahead of that of the one who marks events

	To []string `json:"to,omitempty"` // all that may be called, as of ParseAllowed; none: any. An agent's, whatever it was sent

	Service *Service `json:"service,omitempty"` // nil: a MatchStream
}

// Service is how to watch something that is no MatchStream: any service of lines, of
// Server-Sent Events or of WebSocket messages. In Hello, Path and Headers {i} is the
// watcher's number, {match} the plan's match.
type Service struct {
	Hello   string   `json:"hello,omitempty"`   // lines: what is sent first
	Ready   string   `json:"ready,omitempty"`   // bytes after which a watcher is ready; "": lines, when Hello is sent, and then what is due within Patience is not owed to him; else when the answer's head is there
	End     string   `json:"end,omitempty"`     // lines: what ends a frame; "": "\n"
	Path    string   `json:"path,omitempty"`    // SSE, WebSocket: of the stream: /sub/{match}
	Headers []string `json:"headers,omitempty"` // SSE, WebSocket: "Name: value"
}
