package node

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"matchstream/internal/logging"
	"matchstream/internal/store"
	"matchstream/internal/store/embedded"
	"matchstream/internal/store/jetstream"
)

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

// shared says whether other nodes may change what is in the store.
func (n *Node) shared() bool {
	switch n.store.(type) {
	case *embedded.Store, store.Partial: // an edge hears of all that it may have
		return false
	}
	return true
}

func scheme(store string) string {
	scheme, _, remote := strings.Cut(store, "://")
	if !remote {
		return ""
	}
	return scheme
}

const mask = "********"

// MaskStore is a --store that may be shown: without passwords and tokens. Signs that
// ought to be written with %XX may stand in them; in doubt more is masked.
func MaskStore(store string) string {
	scheme, rest, remote := strings.Cut(store, "://")
	switch {
	case !remote && !strings.Contains(store, "@"):
		return store
	case !remote || strings.Contains(scheme, "@"):
		return mask
	}
	at := strings.LastIndex(rest, "@")
	if at >= 0 && strings.ContainsAny(rest[:at], "?#") { // it may be of a setting's value
		return scheme + "://" + mask
	}
	hosts := rest[at+1:]
	if before, settings, any := strings.Cut(hosts, "?"); any { // for the stores that have any
		if q, err := url.ParseQuery(settings); err != nil || q.Has("password") || q.Has("token") {
			hosts = before + "?" + mask
		}
	}
	if at >= 0 {
		hosts = maskLogins(scheme, rest[:at]) + "@" + hosts
	}
	return scheme + "://" + hosts
}

// maskLogins masks what stands before the last @ of an address. That may be of one
// server only, unless it is a list of NATS' in which the same login stands before
// each @.
func maskLogins(scheme, text string) string {
	parts := strings.Split(text, ",")
	login := parts[len(parts)-1]
	list := (scheme == "nats" || scheme == "tls") && strings.HasPrefix(text, login+"@")
	for i, part := range parts[:len(parts)-1] {
		if at := strings.LastIndex(part, "@"); at >= 0 {
			list = list && part[:at] == login
			parts[i] = maskLogin(login) + part[at:]
		}
	}
	if !list {
		return maskLogin(text)
	}
	parts[len(parts)-1] = maskLogin(login)
	return strings.Join(parts, ",")
}

// maskLogin shows the user, if there is one without a doubt.
func maskLogin(login string) string {
	if user, _, both := strings.Cut(login, ":"); both && !strings.ContainsAny(user, ",@/") {
		return user + ":" + mask
	}
	return mask // a token
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
