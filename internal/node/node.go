package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/api"
	"matchstream/internal/auth"
	"matchstream/internal/certs"
	"matchstream/internal/cluster"
	"matchstream/internal/edge"
	"matchstream/internal/gate"
	"matchstream/internal/live"
	"matchstream/internal/logging"
	"matchstream/internal/pump"
	"matchstream/internal/stats"
	"matchstream/internal/store"
	"matchstream/internal/vitals"
	"matchstream/internal/web"
)

// Node is a running server.
type Node struct {
	config   Config
	began    time.Time
	log      *slog.Logger
	store    store.Store
	edge     *edge.Store // the same, if the node is one; else nil
	reporter *edge.Reporter
	tokens   *auth.Tokens
	outside  advertised    // what Config.Advertise says
	finding  chan struct{} // has one in it while tokens are looked for
	taken    taken
	recalls  chan struct{} // the store's tokens may have changed
	keeping  struct {      // them
		sync.WaitGroup
		stop context.CancelFunc
	}
	tokenFile string
	live      *live.Live
	members   *cluster.Members
	pump      pump.Pump       // of plain connections
	epoll     *pump.Epoll     // the same, if it is that kind; else nil
	portable  *pump.Goroutine // of all others
	limits    Limits
	slots     *slots
	gate      *gate.Gate
	metrics   *stats.Metrics
	panics    atomic.Uint64
	vitals    *vitals.Chart // begun when all doors are open
	appended  vitals.Durations
	used      func() int64 // bytes of the store's folder
	access    *access.Log  // nil: there is none
	certs     certs.Source // nil: there is no TLS
	acme      *certs.ACME  // the same, if an authority is asked; else nil

	http, admin *http.Server
	adminSlots  *slots
	adminQuiet  gate.Quiet
	listeners   struct {
		http, admin net.Listener
		tcp         []*tcpPort
	}
	turn     atomic.Uint64 // of checkin, among ports of equal load
	draining atomic.Bool   // or stopping
	moves    moves
	serving  sync.WaitGroup
	stopOnce sync.Once
	stopErr  error
	replaced atomic.Pointer[time.Time] // when another store was found in the place of the one that was opened; nil: none was
	done     chan struct{}
	started  chan struct{} // closed when Start has ended
	failed   bool          // it did; not to be read before
}

// Start opens the store and the doors, in that order: who is let in is served.
// Nothing is left behind if it fails.
func Start(ctx context.Context, c Config) (n *Node, err error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Name == "" {
		c.Name = cluster.HostName()
	}
	outside, err := parseAdvertise(c.Advertise)
	if err != nil {
		return nil, fmt.Errorf("advertise %q: expected %w", c.Advertise, err)
	}
	n = &Node{config: c, began: time.Now(), outside: outside, log: logging.Room(c.Log, "node"), metrics: stats.New(c.Version), done: make(chan struct{}), started: make(chan struct{}),
		finding: make(chan struct{}, 1), recalls: make(chan struct{}, 1)}
	begun := n
	defer func() {
		begun.failed = err != nil
		close(begun.started)
		if err != nil {
			begun.release()
		}
	}()
	if err := n.openStore(ctx); err != nil {
		return nil, err
	}
	if err := n.patiently(ctx, n.loadTokens); err != nil {
		return nil, err
	}
	if err := n.patiently(ctx, n.openLive); err != nil {
		return nil, err
	}
	n.beginKeepingTokens()
	if n.reporter != nil {
		n.reporter.Report(n.live.AudienceReports)
	}
	if c.AccessLog != "" {
		if n.access, err = access.Open(c.AccessLog, logging.Room(c.Log, "access")); err != nil {
			return nil, err
		}
	}
	if err := n.openCertificate(); err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	n.limits = limits(c)
	n.slots = newSlots(n.limits.slots(), func() bool { return n.gate.Yield() }) // nobody comes before there is a gate
	if err := n.openPumps(); err != nil {
		return nil, err
	}
	n.gate = gate.New(gate.Options{Live: n.live, Pump: n.pump, Portable: n.portable, HandshakeTimeout: c.HandshakeTimeout, SendTimeout: c.SendTimeout, Drain: c.Drain,
		MaxConnections: n.limits.Watchers, MaxPerIP: c.MaxPerIP, Proxies: c.TrustProxy, Log: logging.Room(c.Log, "gate"), Watches: logging.Room(c.Log, "pump"), Access: n.access, Panicked: n.panicked, Problem: api.Refuse})
	if err := n.listen(); err != nil {
		return nil, err
	}
	n.joinCluster()
	n.measure()
	n.vitals = n.chart()
	if err := n.handlers(); err != nil {
		return nil, err
	}
	n.vitals.Start()
	n.serve()
	if n.acme != nil {
		n.acme.Begin(n.listeners.http.Addr())
	}
	return n, nil
}

func (n *Node) listen() (err error) {
	if err = n.listenHTTP(); err != nil {
		return fmt.Errorf("http: %w", err)
	}
	if err = n.listenTCP(n.config.TCP, nil); err != nil {
		return fmt.Errorf("tcp: %w", err)
	}
	if n.config.TCPOverTLS != "" {
		if err = n.listenTCP(n.config.TCPOverTLS, n.tls()); err != nil {
			return fmt.Errorf("tcp over tls: %w", err)
		}
	}
	if n.listeners.admin, err = listen(n.config.Admin, n.config.NextFreePort); err != nil {
		return fmt.Errorf("admin: %w", err)
	}
	n.adminSlots = newSlots(adminConnections, func() bool { return n.adminQuiet.Yield(pump.Quiet{}) })
	n.listeners.admin = n.adminQuiet.Lodge(n.adminSlots.over(n.listeners.admin))
	return nil
}

func (n *Node) handlers() error {
	page := web.New(web.Options{Live: n.live, Clock: n.config.Clock, Log: logging.Room(n.config.Log, "web")})
	public, err := api.New(api.Options{
		Live: n.live, Auth: n.tokens, Advertise: n.outside.host, Version: n.config.Version, Log: logging.Room(n.config.Log, "api"),
		Origin:      n.origin(),
		Streams:     api.Streams{Match: n.gate.ServeSSE, WS: n.gate.ServeWebSocket, Board: n.gate.ServeBoard},
		CheckinPort: n.checkinPort, CheckinTLS: n.checkinTLS, Nodes: n.nodes, Places: n.places, Ready: n.notReady, Warnings: n.warnings,
		Missing:  page,
		Pages:    map[string]http.Handler{"GET /{$}": page, "GET /match/{id}": page, "GET /match/{id}/card.png": page, "GET /crest/{team}": page, "GET /operate": page, "GET /operate/": page, "GET /assets/": page},
		Observe:  n.metrics.Observe,
		Panicked: func() { n.panics.Add(1) },
	})
	if err != nil {
		return err
	}
	n.http = n.server(n.gate.Forwarded(n.access.Handler(public)))
	n.http.TLSConfig = n.tls("h2", "http/1.1")
	n.http.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streamsAtOnce}
	n.admin = n.server(n.access.Handler(n.adminHandler()))
	n.admin.WriteTimeout = 0 // a profile takes as long as one asks for
	return nil
}

// streamsAtOnce are how many requests one connection of HTTP/2 may have: more
// than a page needs, and not so many that it stands for a crowd.
const streamsAtOnce = 100

func (n *Node) server(h http.Handler) *http.Server {
	return &http.Server{Handler: gate.Served(h),
		ConnState:         gate.ConnState,
		ConnContext:       gate.ConnContext,
		ReadHeaderTimeout: n.config.HandshakeTimeout,
		ReadTimeout:       n.config.HandshakeTimeout,
		WriteTimeout:      2 * n.config.SendTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		// OPTIONS * is answered like any other path that there is not.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(logging.Room(n.config.Log, "http").Handler(), slog.LevelDebug),
	}
}

func (n *Node) serve() {
	for _, p := range n.listeners.tcp {
		if p.listener != nil {
			n.serving.Go(func() { n.gate.ServeTCP(p.listener, p.Door) })
		}
	}
	for _, s := range []struct {
		server *http.Server
		on     net.Listener
	}{{n.http, n.listeners.http}, {n.admin, n.listeners.admin}} {
		n.serving.Go(func() {
			if err := s.server.Serve(s.on); !errors.Is(err, http.ErrServerClosed) {
				n.log.Error("a listener has failed", "address", s.on.Addr(), "cause", err)
			}
		})
	}
}

// panicked logs and counts a panic that was contained outside of a request.
func (n *Node) panicked(cause any) {
	n.panics.Add(1)
	logging.Room(n.config.Log, "pump").Error("panic in a watch", "cause", cause, "stack", string(debug.Stack()))
}

// HTTPAddr is where the API, the pages and the streams are.
func (n *Node) HTTPAddr() string { return n.listeners.http.Addr().String() }

// AdminAddr is where the node's page, metrics and profiles are.
func (n *Node) AdminAddr() string { return n.listeners.admin.Addr().String() }

// TCPAddrs is where the line protocol is.
func (n *Node) TCPAddrs() []string { return addresses(n.plainPorts()) }

// OperatorTokenFile is where the text of the token lies that was made at the
// first start; "" if tokens were given.
func (n *Node) OperatorTokenFile() string {
	if n.tokenFile == "" {
		return ""
	}
	if abs, err := filepath.Abs(n.tokenFile); err == nil {
		return abs
	}
	return n.tokenFile
}
