package node

import (
	"cmp"
	"math/rand/v2"

	"matchstream/internal/api"
	"matchstream/internal/cluster"
	"matchstream/internal/logging"
	"matchstream/internal/web"
)

// joinCluster begins to tell other nodes that this one is there. Called once its
// doors are open, so that they know where.
func (n *Node) joinCluster() {
	o := cluster.Options{Name: n.config.Name, Version: n.config.Version, Messages: n.store, Load: n.load, Answer: n.answer,
		Log: logging.Room(n.config.Log, "cluster")}
	for _, d := range n.plainPorts() {
		o.TCP = append(o.TCP, port(d.at))
	}
	for _, d := range n.securePorts() {
		o.TLS = append(o.TLS, port(d.at))
	}
	o.Host, o.HTTP = reach(n.outside, n.listeners.tcp[0].at, n.listeners.http.Addr())
	o.URL = apiAt(n.scheme(), o.Host, o.HTTP)
	n.members = cluster.Open(o)
	n.live.Share(n.members)
}

// load of this node.
func (n *Node) load() cluster.Load {
	return cluster.Load{Watchers: n.watchers(), Limit: int64(n.limits.Watchers), Draining: n.draining.Load(), Heard: uint64(n.live.Followed())}
}

// nodes are what GET /1/nodes says.
func (n *Node) nodes() (all []api.NodeInfo) {
	for _, m := range n.members.Nodes() {
		info := api.NodeInfo{Name: m.Name, Host: m.Host, HTTP: m.HTTP, URL: m.URL, TCP: m.TCP, TLS: m.TLS, Watchers: m.Watchers, Limit: m.Limit,
			Version: m.Version, Here: m.Self, Draining: m.Draining, Lagging: m.Lagging}
		if m.Self {
			info.Host, info.HTTP, info.URL = n.here()
		}
		all = append(all, info)
	}
	return all
}

// here is this node as it tells its own clients. Without a host they go on using the one
// by which they reached it.
func (n *Node) here() (host string, http int, url string) {
	http = cmp.Or(n.outside.port, port(n.listeners.http.Addr()))
	return n.outside.host, http, apiAt(n.scheme(), n.outside.host, http)
}

// scheme by which clients reach the API: something before this node may speak TLS.
func (n *Node) scheme() string { return cmp.Or(n.outside.scheme, n.Scheme()) }

// mostPlaces are named to a client: enough for some of them to be gone.
const mostPlaces = 8

// places are where clients may go, the best first; none if this node is alone.
func (n *Node) places() (all []api.Place) {
	if others, _ := n.members.Others(); others == 0 {
		return nil
	}
	for _, m := range n.members.Choose(mostPlaces) {
		p := api.Place{Name: m.Name, Host: m.Host, HTTP: m.HTTP, URL: m.URL}
		switch {
		case m.Self:
			p.Host, p.HTTP, p.URL = n.here()
			p.Port, p.TLS = n.checkinPort(), n.checkinTLS()
		case len(m.TCP) > 0 && m.Host != "":
			p.Port = m.TCP[rand.IntN(len(m.TCP))]
			if len(m.TLS) > 0 {
				p.TLS = m.TLS[rand.IntN(len(m.TLS))]
			}
		}
		if p.Port != 0 {
			all = append(all, p)
		}
	}
	return all
}

// otherNodes is what the page of the node lists.
func (n *Node) otherNodes() (all []web.OtherNode) {
	for _, m := range n.members.All() {
		all = append(all, web.OtherNode{Name: m.Name, Version: m.Version, Host: m.Host, HTTP: m.HTTP, Watchers: m.Watchers, Limit: m.Limit,
			Here: m.Self, Draining: m.Draining, Lagging: m.Lagging, Gone: m.Gone, Left: m.Left})
	}
	return all
}
