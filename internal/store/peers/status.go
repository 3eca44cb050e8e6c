package peers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats-server/v2/server"

	"matchstream/internal/store"
)

// Status is the cluster as its leader sees it.
type Status struct {
	Leader  string   `json:"leader"` // name of the node that decides who belongs to the cluster
	Nodes   []Member `json:"nodes"`  // by name
	Streams []Stream `json:"streams"`
}

// Member is one node of the cluster.
type Member struct {
	Name    string `json:"name"`              // "": it was not heard of since the leader has started
	ID      string `json:"id"`                // in the raft groups; it comes of the name
	Address string `json:"address,omitempty"` // for routes; "": not known, it is offline
	Online  bool   `json:"online"`
	Current bool   `json:"current"`       // it has all that the leader has
	Lag     uint64 `json:"lag,omitempty"` // entries that it is behind
}

// called is its name, or its id where that is not known.
func (m Member) called() string {
	if m.Name == "" {
		return "id " + m.ID
	}
	return m.Name
}

// Stream is one of the store's two.
type Stream struct {
	Name     string   `json:"name"`
	Leader   string   `json:"leader"` // name of the node that decides about appends
	Replicas int      `json:"replicas"`
	Nodes    []Member `json:"nodes"` // that have it, by name
}

// errNoLeader: nobody can say or change who belongs to the cluster.
var errNoLeader = fmt.Errorf("%w: the cluster has no leader: a majority of its nodes must be there", store.ErrUnavailable)

// Status of the cluster, asked of all nodes. It needs a leader.
func (s *Store) Status(ctx context.Context) (*Status, error) {
	r, err := s.server()
	if err != nil {
		return nil, err
	}
	all, err := r.answers(ctx, server.JSzOptions{Accounts: true, Streams: true, StreamLeaderOnly: true, Config: true})
	if err != nil {
		return nil, err
	}
	return statusOf(all, s.plan.members.all)
}

func statusOf(all []answer, addresses []string) (*Status, error) {
	i := slices.IndexFunc(all, answer.leads)
	if i < 0 {
		return nil, errNoLeader
	}
	leader := all[i]
	known := names(all, addresses)
	st := &Status{Leader: leader.node(), Nodes: known.members(leader.node(), leader.Data.Meta.Replicas)}
	for _, a := range all {
		for _, account := range a.Data.AccountDetails {
			for _, d := range account.Streams {
				if d.Cluster == nil || d.Cluster.Leader != a.Server.Name || d.Config == nil {
					continue
				}
				st.Streams = append(st.Streams, Stream{Name: d.Name, Leader: a.node(), Replicas: d.Config.Replicas,
					Nodes: known.members(a.node(), d.Cluster.Replicas)})
			}
		}
	}
	slices.SortFunc(st.Streams, func(a, b Stream) int { return strings.Compare(a.Name, b.Name) })
	return st, nil
}

// known is what is known of nodes, by their ids.
type known struct {
	of       map[string]Member
	answered map[string]bool // just now: a leader takes ten seconds to see that one is gone
}

// names of those that answer, and of others as far as the addresses tell: a server
// that has just started does not know whose an id is.
func names(all []answer, addresses []string) known {
	k := known{of: map[string]Member{}, answered: map[string]bool{}}
	for _, a := range addresses {
		host, _, _ := strings.Cut(a, ":")
		host, _, _ = strings.Cut(host, ".")
		k.of[peerID(host)] = Member{Name: host}
	}
	for _, a := range all {
		if a.node() != "" {
			id := peerID(a.node())
			k.of[id] = Member{Name: a.node(), Address: a.Server.Metadata[metaAddress]}
			k.answered[id] = !a.Data.Disabled
		}
	}
	return k
}

// members of a raft group, as its leader says.
func (k known) members(leader string, others []*server.PeerInfo) []Member {
	id := peerID(leader)
	all := []Member{{Name: leader, ID: id, Address: k.of[id].Address, Online: true, Current: true}}
	for _, o := range others {
		m := Member{Name: k.of[o.Peer].Name, ID: o.Peer, Online: k.answered[o.Peer], Current: o.Current, Lag: o.Lag}
		if m.Name == "" && peerID(o.Name) == o.Peer {
			m.Name = o.Name
		}
		if m.Online {
			m.Address = k.of[o.Peer].Address
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Member) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return all
}

// without a node: the others, and whether those that are online are a majority of them.
func without(all []Member, id string) (others []Member, majority bool) {
	online := 0
	for _, m := range all {
		if m.ID == id {
			continue
		}
		others = append(others, m)
		if m.Online {
			online++
		}
	}
	return others, online > len(others)/2
}

var (
	// ErrNoNode: the cluster has no node of that name.
	ErrNoNode = errors.New("no such node")
	// ErrQuorum: too few nodes would be left.
	ErrQuorum = errors.New("too few nodes would be left")
)
