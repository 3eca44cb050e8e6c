// Package node is the whole server put together from its configuration:
// start order, drain, stop.
package node

import (
	"log/slog"
	"time"

	"matchstream/internal/live"
)

// MaxUsers is the most that Config.Users may be.
const MaxUsers = live.MaxUsers

// Config is what a node is made from; cli fills it in and documents it.
type Config struct {
	Data             string        // folder of everything that lasts
	Store            string        // "embedded", or the address of an origin
	EdgeWrites       string        // of an edge: "refuse" or "forward"
	EdgeToken        string        // by which an edge tells its origin of its audience; "": it does not
	HTTP             string        // address of the API, the pages and the SSE and WebSocket streams
	TCP              string        // address of the line protocol: ":9999", a range ":9100-9103"
	Admin            string        // address of the node's page, metrics and profiles
	Advertise        string        // host that clients are told; "": the one they asked
	Tokens           string        // file of tokens; "": none
	OperatorToken    string        // a token with scope operator; "": none
	HandshakeTimeout time.Duration // a client's first line or request head
	SendTimeout      time.Duration // bytes waiting and no progress
	Pump             string        // "auto", "epoll" (Linux) or "goroutine"
	Heartbeat        time.Duration // comment or ping on a quiet stream
	Lag              int           // events behind before a fresh status; 0: never
	MaxConnections   int           // watchers at once; 0: no limit
	MaxPerIP         int           // connections at once from one address; 0: no limit
	Users            int           // visits are remembered of so many users, to MaxUsers; 0: of nobody
	Drain            time.Duration // over which streams are ended
	DrainDelay       time.Duration // between readyz 503 and the drain
	Keep             time.Duration // of matches after their end; 0: for ever
	AccessLog        string        // file of the access log; "-": standard output, "": none
	NextFreePort     bool          // a taken port is replaced by the next free one
	Version          string        // of the program

	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default()
}
