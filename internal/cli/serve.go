package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/alecthomas/kong"

	"matchstream/internal/logging"
	"matchstream/internal/node"
)

// serveCommand describes every setting of the server: flag, default, help, and
// (by the tag setting) its variable of the environment and its key in the
// configuration file.
type serveCommand struct {
	Data  string `setting:"" default:"./matchstream-data" help:"Folder of everything that lasts."`
	Store string `setting:"" default:"embedded" help:"Where matches are kept: embedded, in the data folder; or nats://user:password@host:4222,host:4222 (tls://…), a NATS cluster with JetStream; or redis://user:password@host:6379/0?prefix=name (rediss://…), a Redis or Valkey server, 7 or newer; or https://origin, another MatchStream: then this node is an edge, which shows what the origin has. With a password, give it by $MATCHSTREAM_STORE: ps shows flags."`

	Replicas   int    `setting:"" default:"0" help:"How many servers of a NATS cluster, or nodes of --cluster-peers, keep each record; 0: as they do, and for a new store 3 in a cluster, 1 on a single server."`
	StoreCreds string `setting:"" placeholder:"FILE" help:"Credentials of a NATS user (JWT and key, as nsc writes them)."`
	StoreCA    string `setting:"" name:"store-ca" placeholder:"FILE" help:"Who has signed the certificates of the store's servers, or of the origin, PEM; else those whom the system trusts."`
	StoreCert  string `setting:"" placeholder:"FILE" help:"Certificate that they are shown, PEM."`
	StoreKey   string `setting:"" placeholder:"FILE" help:"Its key, PEM."`

	Node            string `setting:"" placeholder:"NAME" help:"Name of this node among others; with --cluster-peers a-z, 0-9 and -, its own for ever, as its data folder is. Else the host's."`
	ClusterPeers    string `setting:"" placeholder:"A:6222,B:6222,C:6222" help:"Addresses of the nodes that are a cluster of their own, three or more, with this one or without: each event is on the disks of a majority before it is acknowledged. Its first start waits for all."`
	ClusterListen   string `setting:"" default:":6222" help:"Address for the other nodes of the cluster."`
	ClusterSecret   string `setting:"" placeholder:"FILE" help:"The cluster's secret, the same on all nodes: a line of 32 characters or more (openssl rand -base64 32). The nodes know each other by it, and encrypt with keys that come of it."`
	ClusterInsecure bool   `setting:"" help:"Do not encrypt between the nodes, for a network that nobody else is in."`

	HTTP      string `setting:"" name:"http" default:":8888" help:"Address of the API, the pages and the streams."`
	TCP       string `setting:"" name:"tcp" default:":9999" help:"Address of the line protocol; a range (:9100-9103) opens them all."`
	Admin     string `setting:"" default:"127.0.0.1:8889" help:"Address of the node's page, metrics and profiles; on any but the loopback all but metrics needs a token of scope admin."`
	Advertise string `setting:"" placeholder:"HOST" help:"Host that clients are told to connect to; else the one they asked. With a port (host:80) where they reach the API at another than that of --http, or as a URL (https://host) where something before this node speaks TLS."`

	TLSCert string `setting:"" name:"tls-cert" placeholder:"FILE" help:"Certificate in PEM, with those above it: --http is HTTPS then. Read anew when it changes, and at SIGHUP."`
	TLSKey  string `setting:"" name:"tls-key" placeholder:"FILE" help:"Its key, in PEM."`

	TLSNames  string `setting:"" name:"tls-names" placeholder:"HOST,HOST" help:"Instead of --tls-cert: hosts that certificates are had for, and renewed, from an authority (ACME), to whose terms you agree by that. It looks at their port 443, which has to lead to --http."`
	TLSEmail  string `setting:"" name:"tls-email" placeholder:"ADDRESS" help:"Where the authority may write to."`
	TLSCA     string `setting:"" name:"tls-ca" placeholder:"URL" help:"ACME directory of the authority; else Let's Encrypt's."`
	TLSCARoot string `setting:"" name:"tls-ca-root" placeholder:"FILE" help:"Who has signed the authority's own certificate, PEM; else those whom the system trusts."`
	TLSDir    string `setting:"" name:"tls-dir" placeholder:"FOLDER" help:"Where certificates and keys are kept, which nodes of the same names share; else certs in --data."`

	TCPTLS string `setting:"" name:"tcp-tls" placeholder:"ADDRESS" help:"Address, or range, of the line protocol over TLS, beside --tcp, which stays plain."`

	TrustProxy string `setting:"" placeholder:"CIDR" help:"Networks, with commas, of proxies that say for whom they come: by a PROXY protocol header (v1, v2) on both ports, or X-Forwarded-For on the HTTP port. Who says neither is refused there (but for /healthz and /readyz); from elsewhere neither is believed."`

	Tokens string `setting:"" placeholder:"FILE" help:"File of tokens, a line each; see: matchstream admin token new."`

	EdgeToken  string `setting:"" placeholder:"FILE" help:"File with the token, of scope edge, by which an edge tells its origin of its audience (https only, but on this machine itself); without one it tells nothing."`
	EdgeWrites string `setting:"" default:"refuse" help:"What an edge does with operators' requests: refuse, or forward to its origin (https only, but on this machine itself)."`

	Keep span `setting:"" default:"0" placeholder:"TIME" help:"How long a match is kept after its end (720h, 30d), then it is deleted for good; 0: for ever."`

	Pump string `setting:"" default:"auto" help:"What writes to plain connections: epoll (Linux), goroutine (portable, one for each watcher), or auto."`

	HandshakeTimeout    time.Duration `setting:"" default:"60s" help:"How long a client may take for its first line or request."`
	SendTimeout         time.Duration `setting:"" default:"32s" help:"How long bytes may wait for a client that takes none before it is closed."`
	Heartbeat           time.Duration `setting:"" default:"15s" help:"How often a quiet stream is given a sign of life."`
	Lag                 int           `setting:"" default:"1000" help:"How many events behind a watcher is given a fresh status; 0: never."`
	MaxConnections      int           `setting:"" default:"0" help:"Watchers at once; 0: no limit."`
	MaxConnectionsPerIP int           `setting:"" name:"max-connections-per-ip" default:"0" help:"Connections at once from one address, of any kind; 0: no limit."`
	Users               int           `setting:"" default:"1000000" help:"How many users' visits are remembered; the longest unseen goes first. 0: nobody's, and those of earlier starts are forgotten."`

	LogLevel   string        `setting:"" default:"info" help:"debug, info, warn or error, for all or for single rooms: warn,pump=debug (rooms: access, api, cluster, edge, gate, http, live, node, pump, store, web)."`
	LogFormat  string        `setting:"" default:"text" help:"text or json; with json what is said at the start is a line of the log, too."`
	AccessLog  string        `setting:"" placeholder:"FILE" help:"File that a line of JSON is added to for each request and each connection at its end, or - for the standard output. SIGHUP opens it anew."`
	MaxAge     time.Duration `setting:"" default:"0s" help:"How old a stream may get before it is told to come back, perhaps to another node: evens out the load of many nodes, little by little (1h); 0: as old as it likes."`
	Drain      time.Duration `setting:"" default:"5s" help:"Over how long streams are ended when the server stops, or is drained."`
	DrainDelay time.Duration `setting:"" default:"0s" help:"How long the server says that it is not ready before it stops taking connections."`

	Config      string `placeholder:"FILE" help:"YAML file of settings: the flags' names without -- ($MATCHSTREAM_CONFIG)."`
	PrintConfig bool   `help:"Print each setting in force and where it comes from, as a file for --config, and end."`
}

// collectAt is by how many hundredths the heap may grow between collections,
// unless GOGC says otherwise. Go's own 100 leaves a third more memory in use:
// with ten thousand matches at rest a quarter of all. A delivery leaves no
// garbage, so only events pay for it (docs/PERFORMANCE.md).
const collectAt = 50

// Help stands above the flags.
func (serveCommand) Help() string {
	return "Each setting comes from its flag, else from the environment, else from the file given by --config, else it is the default. " +
		"Operators need a token: --tokens, or " + operatorTokenVariable + " (at least 20 characters; no flag, since ps shows flags). " +
		"With neither, one is made at the first start and put into the data folder. " +
		"SIGTERM and SIGINT end the server gently, a second one at once."
}

// Examples end the help.
func (serveCommand) Examples() string {
	return `matchstream serve
matchstream serve --data /var/lib/matchstream --http :80 --tcp :9100-9103
MATCHSTREAM_LAG=500 matchstream serve --config matchstream.yaml --print-config
curl http://localhost:8888/1/matches`
}

// BeforeResolve reads the configuration file, before kong asks for values.
func (serveCommand) BeforeResolve(ctx *kong.Context, from *sources) error {
	return from.read(ctx, ctx.Selected().Flags)
}

// Run runs the server until a signal or a failure ends it.
func (c *serveCommand) Run(ctx context.Context, w *world, parsed *kong.Context, from *sources) error {
	config, err := c.config(func(name string) string { return from.where(parsed, name) })
	if err != nil {
		return usageError{err}
	}
	levels, _ := logging.ParseLevels(c.LogLevel) // config has looked at it
	log := logging.New(w.stderr, logging.Options{Levels: levels, JSON: c.LogFormat == "json"})
	defer log.Close()
	config.Log = log.Logger
	for _, s := range strangers(parsed.Selected().Flags) {
		// No error: an orchestrator may put variables of its own there
		// (Kubernetes does for a service called matchstream).
		config.Log.Warn("this variable of the environment is no setting", "name", s[0], "nearest", s[1], "do", "see matchstream serve --help for those that there are")
	}
	if c.PrintConfig {
		return printConfig(w.stdout, parsed, from, config.OperatorToken != "")
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	memory := limitMemory(memlimit.FromCgroup, config.Log)
	if c.AccessLog == "-" {
		w.stdout = w.stderr // what else there is to say is no line of it
	}
	signal.Ignore(syscall.SIGPIPE) // that nobody reads what is logged is no reason to end
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // also without anything to reload it does no harm
	defer signal.Stop(hangups)
	for {
		n, err := node.Start(ctx, config)
		if err != nil && ctx.Err() != nil {
			return nil // told to stop while it was starting
		}
		if err != nil {
			return err
		}
		c.announce(w, n, config, memory)
		w.unsaid = nil // a server goes on, heard or not
		if untilStopped(ctx, n, hangups) {
			return n.Shutdown(context.WithoutCancel(ctx))
		}
		if err := n.Shutdown(context.Background()); err != nil || n.Replaced().IsZero() {
			return errors.Join(errors.New("the server stopped by itself"), err)
		}
		config.Replaced = n.Replaced()
		logging.Room(config.Log, "node").Warn("starting again", "cause", "another store is in the place of the one before")
	}
}

// untilStopped has the node look again at its files at each SIGHUP, until it is
// to stop; false: it has stopped by itself.
func untilStopped(ctx context.Context, n *node.Node, hangups <-chan os.Signal) bool {
	for {
		select {
		case <-ctx.Done():
			return true
		case <-n.Done():
			return false
		case <-hangups:
			n.Reload(ctx)
		}
	}
}

func (c *serveCommand) announce(w *world, n *node.Node, config node.Config, memory string) {
	data, err := filepath.Abs(c.Data)
	if err != nil {
		data = c.Data
	}
	http := reachable(n.HTTPAddr())
	var tcp []string
	for _, a := range n.TCPAddrs() {
		tcp = append(tcp, reachable(a))
	}
	for _, a := range n.TCPOverTLSAddrs() {
		tcp = append(tcp, reachable(a)+" (TLS)")
	}
	page := n.Scheme() + "://" + http
	if c.LogFormat == "json" { // one form for whoever collects what we say
		logging.Room(config.Log, "node").Info("serving", "version", config.Version, "page", page+"/", "tcp", tcp,
			"admin", "http://"+reachable(n.AdminAddr())+"/metrics", "data", data, "limit", room(n.Limits()), "memory", memory, "tokens", c.tokens(n, config))
		return
	}
	w.printf("MatchStream %s\n", config.Version)
	w.printf("  page    %s/\n", page)
	w.printf("  stream  %s/1/match/<id>/stream\n", page)
	w.printf("  tcp     %s\n", strings.Join(tcp, " "))
	w.printf("  admin   http://%s/node\n", reachable(n.AdminAddr()))
	w.printf("  data    %s\n", data)
	if c.Store != "embedded" {
		w.printf("  store   %s\n", node.MaskStore(c.Store))
	}
	w.printf("  limit   %s\n", room(n.Limits()))
	if memory != "" {
		w.printf("  memory  %s\n", memory)
	}
	if where := c.tokens(n, config); where != "" {
		w.printf("  tokens  %s\n", where)
	}
}

// tokens is where those of operators come from; "" if it is not known.
func (c *serveCommand) tokens(n *node.Node, config node.Config) string {
	switch {
	case n.OperatorTokenFile() != "":
		return "the operator's is in " + n.OperatorTokenFile()
	case config.OperatorToken != "" && config.Tokens != "":
		return operatorTokenVariable + " and " + config.Tokens
	case config.OperatorToken != "":
		return "the operator's is that of " + operatorTokenVariable
	}
	return config.Tokens
}

// room says how many watchers fit, and what would have to change for more.
func room(l node.Limits) string {
	switch {
	case l.Watchers == 0:
		return "none is known"
	case l.Configured:
		return fmt.Sprintf("%d watchers at once (--max-connections)", l.Watchers)
	}
	return fmt.Sprintf("%d watchers at once: the process may have %d descriptors and keeps %d for API and journal (for more: ulimit -n, or LimitNOFILE= of systemd)",
		l.Watchers, l.Descriptors, l.Kept)
}

// reachable is a listener's address as one can type it on this machine.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
