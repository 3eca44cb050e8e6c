package node

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"matchstream/internal/logging"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
)

// StoreOptions are for stores outside of the process.
type StoreOptions struct {
	Replicas  int    // of a NATS cluster's streams; 0: as many as fit
	Creds     string // file of a NATS user's credentials; "": none
	CA        string // file of who has signed the servers' certificates; "": the system's
	Cert, Key string // files of our own certificate; "": none
}

// stores are the kinds of store, by the scheme of --store; "" is that in the data folder.
var stores = map[string]func(*Node, context.Context) error{
	"":     (*Node).openEmbedded,
	"nats": (*Node).openNATS,
	"tls":  (*Node).openNATS,

	"redis":  (*Node).openRedis,
	"rediss": (*Node).openRedis,

	"https": (*Node).openEdge,
	"http":  (*Node).openEdge,
}

// CheckStore says what a --store is expected to be; "": it may be so. It shows no password.
func CheckStore(store string) (expected string) {
	if _, ok := stores[scheme(store)]; ok && (store == "embedded" || scheme(store) != "") {
		return ""
	}
	return "embedded, or nats://host:4222,host:4222 (tls://…), or redis://host:6379/0 (rediss://…), or the address of another MatchStream, https://host"
}

// patience is how long a change may take. A store elsewhere answers within it, or is
// gone; the disk of this machine may only be slow.
func (n *Node) patience() time.Duration {
	if _, own := n.store.(*embedded.Store); own {
		return 0
	}
	return 2 * time.Second
}

func scheme(store string) string {
	scheme, _, remote := strings.Cut(store, "://")
	if !remote {
		return ""
	}
	return scheme
}

// MaskStore is a --store that may be shown: without passwords and tokens.
func MaskStore(store string) string {
	const mask = "********"
	scheme, rest, remote := strings.Cut(store, "://")
	if !remote {
		return store
	}
	hosts := strings.Split(rest, ",")
	for i, h := range hosts {
		at := strings.LastIndex(h, "@")
		if at < 0 {
			continue
		}
		user, _, both := strings.Cut(h[:at], ":")
		if both {
			hosts[i] = user + ":" + mask + h[at:]
		} else {
			hosts[i] = mask + h[at:] // a token
		}
	}
	if i := strings.LastIndex(hosts[len(hosts)-1], "?"); i >= 0 { // settings, for the stores that have any
		last := hosts[len(hosts)-1]
		if q, err := url.ParseQuery(last[i+1:]); err != nil || q.Has("password") || q.Has("token") {
			hosts[len(hosts)-1] = last[:i] + "?" + mask
		}
	}
	return scheme + "://" + strings.Join(hosts, ",")
}

func (n *Node) openStore(ctx context.Context) error {
	if n.config.store != nil {
		n.store = n.config.store
		return nil
	}
	if expected := CheckStore(n.config.Store); expected != "" {
		return fmt.Errorf("unknown store %q: expected %s", MaskStore(n.config.Store), expected)
	}
	return stores[scheme(n.config.Store)](n, ctx)
}

// told is for whoever measures how long a write takes.
func (n *Node) told(description string) func(time.Duration) {
	timer := n.metrics.Timer("append_seconds", description)
	return func(took time.Duration) { timer(took); n.appended.Observe(took) }
}

func (n *Node) openEmbedded(ctx context.Context) error {
	if n.config.Cluster.Peers != "" {
		return n.openPeers(ctx)
	}
	s, err := embedded.Open(ctx, embedded.Options{Dir: n.config.Data, Log: logging.Room(n.config.Log, "store"),
		Appended: n.told("From a write being handed to the store to its being synced to disk.")})
	if err != nil {
		return err
	}
	n.store, n.used = s, usedBy(s, n.config.Clock)
	return nil
}

func (n *Node) openNATS(ctx context.Context) error {
	// The data folder holds no matches, but the operator's token of the first start.
	if err := os.MkdirAll(n.config.Data, 0o700); err != nil {
		return err
	}
	c := n.config.StoreOptions
	s, err := jetstream.Dial(ctx, n.config.Store, jetstream.Login{Creds: c.Creds, CA: c.CA, Cert: c.Cert, Key: c.Key},
		jetstream.Options{Replicas: c.Replicas, Log: logging.Room(n.config.Log, "store"),
			Appended: n.told("From a write being handed to the store to its being acknowledged.")})
	if err != nil {
		return err
	}
	n.store = s
	return nil
}
