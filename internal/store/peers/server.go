package peers

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"matchstream/internal/store"
)

const (
	clusterName   = "matchstream" // which cluster it is, the secret says
	systemAccount = "$SYS"
	serverDir     = "jetstream" // where the server makes its files
	// unlimited leaves the limit to the disk. Not the largest number: the server
	// adds to it.
	unlimited = 1 << 60
	// patience bounds what only takes long if something is wrong.
	patience = 10 * time.Second
	// discovered is how often, once a second, a node is tried that others have told
	// of: longer than what a network takes to be mended, and not for ever, as it may
	// have been removed.
	discovered = 3600
	// tidying is how often the server gives back space.
	tidying = 2 * time.Minute
)

// Keys of a server's metadata.
const (
	metaNode    = "matchstream-node"
	metaAddress = "matchstream-address"
)

// How far a node has come.
const (
	stageScout  = "scout"  // has no history, and takes no part yet
	stageFirst  = "first"  // takes part for the first time, and has not had a leader yet
	stageMember = "member" // has taken part before
)

// plan is what a server is made from.
type plan struct {
	name     string // of the server
	node     string
	stage    string
	dir      string // "": without JetStream
	listen   string
	members  membership
	secret   Secret
	insecure bool
	unsynced bool   // in tests of all but this
	password string // of the account that has the store
	log      *slog.Logger
	health   *health
	removals *removals
	repeats  *repeats
}

// running is a server in this process, with what one needs to speak to it. Its
// listener for clients is on the loopback, since without one a server has no routes
// either (nats-server v2.15, Server.Start), on any port; its passwords are made anew by
// each process and never leave it, and so nobody else can use it.
type running struct {
	server   *server.Server
	system   *nats.Conn
	health   *health
	removals *removals
	node     string
	own      string       // see hello
	at       []string     // see hello
	stage    atomic.Value // string
}

func startServer(p plan) (r *running, err error) {
	host, port, err := net.SplitHostPort(p.listen)
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	r = &running{health: p.health, removals: p.removals, node: p.node, at: reachable(p.listen)}
	if p.members.named {
		r.own = p.members.own
	}
	r.stage.Store(p.stage)
	d := &door{password: p.password, system: rand.Text()}
	o := &server.Options{
		ServerName: p.name,
		Host:       "127.0.0.1",
		Port:       server.RANDOM_PORT,
		NoSigs:     true,
		NoLog:      true, // replaced by SetLoggerV2

		CustomClientAuthentication: d,
		Cluster: server.ClusterOpts{
			Name: clusterName, Host: host, Port: number,
			Username: clusterName, Password: p.secret.password(),
			AuthTimeout: patience.Seconds(), TLSTimeout: patience.Seconds(),
			NoAdvertise: true, // of our listener for clients
			// Of nodes that are not in the list, of which others have told. Without it such
			// a route is tried once when it is lost, and then never again.
			ConnectRetries: discovered,
			// A route whose link is down is given up within some 10 s, and made anew
			// when it is up; else TCP waits for its turn, as long as the link was down.
			PingInterval: 2 * time.Second, MaxPingsOut: 3,
		},
		Routes:        p.members.routes(url.UserPassword(clusterName, p.secret.password())),
		MaxPayload:    2 * store.MaxData,
		WriteDeadline: time.Minute, // the process may be stopped for a while
	}
	if !p.insecure {
		if o.Cluster.TLSConfig, err = p.secret.tlsConfig(); err != nil {
			return nil, err
		}
	}
	if p.dir != "" {
		o.Metadata = map[string]string{metaNode: p.node, metaAddress: p.members.own}
		o.JetStream, o.StoreDir = true, p.dir
		o.SyncAlways, o.SyncInterval = !p.unsynced, tidying
		// Given, so that the server does not measure the host.
		o.JetStreamMaxMemory, o.JetStreamMaxStore = unlimited, unlimited
	}
	if r.server, err = server.NewServer(o); err != nil {
		return nil, fmt.Errorf("make the server of the cluster: %w", err)
	}
	d.of = r.server
	r.server.SetLoggerV2(serverLog{p.log, p.health, p.repeats}, p.log.Enabled(context.Background(), slog.LevelDebug), false, false)
	r.server.Start()
	if err = r.check(p); err == nil {
		r.system, err = nats.Connect("", nats.InProcessServer(r.server), nats.UserInfo(systemUser, d.system), nats.Name("matchstream "+p.node))
	}
	if err == nil {
		err = r.answerHellos()
	}
	if err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

// check that it has started: Start itself returns no error.
func (r *running) check(p plan) error {
	if err := started(p.health, r.server.ReadyForConnections); err != nil {
		return err
	}
	if p.dir == "" || p.unsynced {
		return nil
	}
	return checkSynced(r.server.JetStreamConfig())
}

// started waits until a server is ready, or says that it cannot start: its listener
// for routes opens, or does not, when Start has returned.
func started(h *health, ready func(within time.Duration) bool) error {
	const step = 50 * time.Millisecond
	for range patience / step {
		if h.failed.Err() != nil {
			return context.Cause(h.failed)
		}
		if ready(step) {
			return nil
		}
	}
	return fmt.Errorf("the server of the cluster did not start within %v", patience)
}

// checkSynced refuses a server that would acknowledge before a majority has synced.
//
// With SyncAlways the log of each raft group is synced at every entry: by the leader
// before it sends the entry out, by a follower before it says that it has it
// (nats-server v2.15: raft.sendAppendEntryLocked, raft.processAppendEntry, both by
// raft.storeToWAL; the log is made with SyncAlways in jetStream.createRaftGroup and
// jetStream.setupMetaGroup, and its terms, votes and commits are synced too:
// writeTermVote, raft.writeCommitIndexLocked). An append is answered when a majority
// has it (raft.trackResponse, then stream.processJetStreamMsg). Only the stream's
// own files are synced later (updateDurabilitySettingsLocked: SyncOnFlush), always
// before the log that they can be made from again is cut
// (fileStore.FlushAllPending). So what is acknowledged is on the disks of a majority.
func checkSynced(c *server.JetStreamConfig) error {
	switch {
	case c == nil:
		return errors.New("the server of the cluster runs without JetStream")
	case !c.SyncAlways:
		return errors.New("the server of the cluster does not sync before it acknowledges (SyncAlways is not in force)")
	}
	return nil
}

// stop it. Who still waits for an answer gets an error.
func (r *running) stop() {
	if r.system != nil {
		r.system.Close()
	}
	r.server.Shutdown()
	r.server.WaitForShutdown()
}

// filesOf is where JetStream keeps its files in a store folder.
func filesOf(dir string) string { return filepath.Join(dir, serverDir) }
