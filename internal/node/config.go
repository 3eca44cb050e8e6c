// Package node is the whole server put together from its configuration:
// start order, drain, stop.
package node

import (
	"log/slog"
	"time"

	"matchstream/internal/cluster"
	"matchstream/internal/live"
	"matchstream/internal/proxy"
	"matchstream/internal/store"
)

// MaxUsers is the most that Config.Users may be.
const MaxUsers = live.MaxUsers

// CheckName says what is wrong with a node's name.
func CheckName(name string) error { return cluster.CheckName(name) }

// Config is what a node is made from; cli fills it in and documents it.
type Config struct {
	Data             string         // folder of everything that lasts
	Store            string         // "embedded", or the URL of one outside: nats://host:4222, redis://host, https://origin
	StoreOptions     StoreOptions   // for one outside
	EdgeWrites       string         // of an edge: "refuse" or "forward"
	EdgeToken        string         // by which an edge tells its origin of its audience; "": it does not
	Cluster          ClusterOptions // of the embedded store, with those of other nodes
	HTTP             string         // address of the API, the pages and the SSE and WebSocket streams
	TCP              string         // address of the line protocol: ":9999", a range ":9100-9103"
	TCPOverTLS       string         // address or range of the line protocol over TLS; "": none
	Certificate, Key string         // files in PEM, by which HTTP is HTTPS; "": it is not
	ACME             ACMEOptions    // the same, by certificates of an authority
	Admin            string         // address of the node's page, metrics and profiles
	TrustProxy       proxy.Networks // where there are proxies that say for whom they come; nil: nowhere
	Name             string         // of the node, see CheckName; "": the host's
	Advertise        string         // where clients are told that it is, see CheckAdvertise; "": the host they asked
	Tokens           string         // file of tokens; "": none
	OperatorToken    string         // a token with scope operator; "": none
	HandshakeTimeout time.Duration  // a client's first line or request head
	SendTimeout      time.Duration  // bytes waiting and no progress
	Pump             string         // "auto", "epoll" (Linux) or "goroutine"
	Heartbeat        time.Duration  // comment or ping on a quiet stream
	Lag              int            // events behind before a fresh status; 0: never
	MaxConnections   int            // watchers at once; 0: no limit
	MaxPerIP         int            // connections at once from one address; 0: no limit
	Users            int            // visits are remembered of so many users, to MaxUsers; 0: of nobody
	MaxAge           time.Duration  // a stream is ended before it is older, to be taken up again; 0: never
	Drain            time.Duration  // over which streams are ended
	DrainDelay       time.Duration  // between readyz 503 and the drain
	Keep             time.Duration  // of matches after their end; 0: for ever
	AccessLog        string         // file of the access log; "-": standard output, "": none
	NextFreePort     bool           // a taken port is replaced by the next free one
	Version          string         // of the program
	Replaced         time.Time      // of the node before in this process, see Node.Replaced; zero: there was none, or it was not

	store store.Store // of tests: what else would be opened

	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default()
}
