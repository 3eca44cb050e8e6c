package node

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"matchstream/internal/api"
	"matchstream/internal/logging"
	"matchstream/internal/store"
	"matchstream/internal/store/peers"
)

// ClusterOptions make the embedded store one of a cluster that the nodes form
// themselves.
type ClusterOptions struct {
	Listen   string // address for the other nodes
	Peers    string // addresses of all nodes, a:6222,b:6222,c:6222; "": the node stands alone
	Secret   string // file of what all nodes have in common
	Insecure bool   // routes without TLS
}

// DefaultClusterListen is where a cluster's node listens for the others, unless it is told.
const DefaultClusterListen = ":6222"

// Check calls expect for each setting of the cluster of which the node is called name:
// whether it is as it must be, and what that is. store is the kind of store.
func (o ClusterOptions) Check(name, store string, expect func(ok bool, setting, expected string, got any)) {
	if o.Peers == "" {
		expect(o.Listen == "" || o.Listen == DefaultClusterListen, "cluster-listen", "to be given together with --cluster-peers", o.Listen)
		expect(o.Secret == "", "cluster-secret", "to be given together with --cluster-peers", o.Secret)
		expect(!o.Insecure, "cluster-insecure", "to be given together with --cluster-peers", o.Insecure)
		return
	}
	expect(store == "embedded", "store", "embedded, as --cluster-peers makes these nodes a cluster", store)
	expect(name != "", "node", "a name, as --cluster-peers is given", `""`)
	if name != "" {
		if err := peers.CheckName(name); err != nil {
			text, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "expected "), ", got")
			expect(false, "node", text, name)
		}
	}
	expect(o.Secret != "", "cluster-secret", "a file, as --cluster-peers is given", `""`)
	expect(peers.CheckListen(o.Listen) == nil, "cluster-listen", "an address like :6222 or 192.0.2.1:6222", o.Listen)
	_, err := peers.ParsePeers(o.Peers)
	expect(err == nil, "cluster-peers", "addresses like a:6222,b:6222,c:6222, each once", o.Peers)
}

// openPeers makes this node one of a cluster.
func (n *Node) openPeers(ctx context.Context) error {
	c := n.config.Cluster
	list, err := peers.ParsePeers(c.Peers)
	if err != nil {
		return err
	}
	secret, err := peers.ReadSecret(c.Secret)
	if err != nil {
		return err
	}
	s, err := peers.Open(ctx, peers.Options{Node: n.config.Name, Dir: n.config.Data, Listen: c.Listen, Peers: list, Secret: secret, Insecure: c.Insecure,
		Log: logging.Room(n.config.Log, "store"), Replicas: n.config.StoreOptions.Replicas,
		Appended: n.told("From a write being handed to the store to its being on the disks of a majority.")})
	if err != nil {
		return err
	}
	n.store, n.used = s, usedBy(s, n.config.Clock)
	return nil
}

// onDisk is a store in the data folder.
type onDisk interface {
	Writable() bool // records are taken; if not, the log says why
	Used() int64    // bytes of the folder
	Free() int64    // bytes on its file system
}

// outOfCluster says why this node takes no part in its cluster; "": it does, or there
// is none.
func (n *Node) outOfCluster() string {
	if s, ok := n.store.(replicated); ok {
		if err := s.Trouble(); err != nil {
			return err.Error()
		}
	}
	return ""
}

// cluster serves what matchstream admin cluster asks for, to admins.
func (n *Node) cluster() http.Handler {
	mux := http.NewServeMux()
	answer := func(f func(*peers.Store, *http.Request) (*peers.Status, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s, ok := n.store.(*peers.Store)
			if !ok {
				api.Refuse(w, r, http.StatusNotFound, "", "this node is none of a cluster (--cluster-peers)")
				return
			}
			st, err := f(s, r)
			if err != nil {
				api.Refuse(w, r, clusterCode(err), "", err.Error())
				return
			}
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(st) //nolint:errcheck // the client has gone
		}
	}
	mux.Handle("GET /cluster", answer(func(s *peers.Store, r *http.Request) (*peers.Status, error) { return s.Status(r.Context()) }))
	mux.Handle("DELETE /cluster/{name}", answer(func(s *peers.Store, r *http.Request) (*peers.Status, error) {
		return s.Remove(r.Context(), r.PathValue("name"))
	}))
	mux.HandleFunc("GET /cluster/store", func(w http.ResponseWriter, r *http.Request) {
		s, ok := n.store.(*peers.Store)
		if !ok {
			api.Refuse(w, r, http.StatusNotFound, "", "this node is none of a cluster (--cluster-peers)")
			return
		}
		if err := s.Tunnel(w, r); err != nil {
			api.Refuse(w, r, http.StatusBadRequest, "", err.Error())
		}
	})
	return n.forAdmins(mux)
}

func clusterCode(err error) int {
	switch {
	case errors.Is(err, peers.ErrNoNode):
		return http.StatusNotFound
	case errors.Is(err, peers.ErrQuorum):
		return http.StatusConflict
	case errors.Is(err, store.ErrUnknown):
		return http.StatusGatewayTimeout
	}
	return http.StatusServiceUnavailable
}
