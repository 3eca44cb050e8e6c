package node

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"matchstream/internal/api"
	"matchstream/internal/edge"
	"matchstream/internal/logging"
	"matchstream/internal/poll"
)

// IsOrigin says whether a store's address is that of another MatchStream, of
// which this node is to be an edge.
func IsOrigin(store string) bool {
	return strings.HasPrefix(store, "https://") || strings.HasPrefix(store, "http://")
}

// upstreamPart of the descriptors may be streams of an origin's.
const upstreamPart = 8

// upstream is how many matches an edge may follow at once: each takes a
// connection, unless the origin speaks HTTP/2. 0: this is no edge.
func upstream(c Config, descriptors int) int {
	switch {
	case !IsOrigin(c.Store):
		return 0
	case descriptors == 0:
		return 1000
	}
	return max(descriptors/upstreamPart, 16)
}

// openEdge begins to follow the origin. It does not wait for it.
func (n *Node) openEdge(ctx context.Context) error {
	switch err := edge.MayForward(n.config.Store); {
	case err != nil && n.config.EdgeWrites == "forward":
		return fmt.Errorf("writes cannot be forwarded: %w", err)
	case err != nil && n.config.EdgeToken != "":
		return fmt.Errorf("the audience cannot be reported: %w", err)
	}
	c := n.config.StoreOptions
	s, err := edge.Open(edge.Options{Origin: n.config.Store, CA: c.CA, Cert: c.Cert, Key: c.Key, Name: n.config.Name, Log: logging.Room(n.config.Log, "edge"),
		Most: upstream(n.config, poll.Descriptors())})
	if err != nil {
		return err
	}
	n.edge, n.store = s, s
	if n.config.EdgeToken != "" {
		n.reporter = s.Greet(ctx, n.config.EdgeToken)
	}
	n.used = func() int64 {
		size, err := s.Size(context.Background())
		if err != nil {
			return 0 // it is closed
		}
		return size
	}
	return nil
}

// origin of this node, if it is an edge.
func (n *Node) origin() *api.Origin {
	if n.edge == nil {
		return nil
	}
	o := &api.Origin{Address: strings.TrimRight(n.config.Store, "/"), Path: n.edge.Path}
	if n.config.EdgeWrites == "forward" {
		o.Forward = http.Handler(&edge.Forward{Store: n.edge, Problem: api.Refuse})
	}
	return o
}
