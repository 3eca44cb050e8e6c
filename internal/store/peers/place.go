package peers

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
)

// Nodes are counted by the addresses of --cluster-peers that they stand behind, not
// by their names: one that is not in the list must not be taken for one that is away,
// and two names of one node are not two. Each node says where it is: by its address
// as its own list has it, and by the addresses of its machine. One whose list has
// only the others, and that is not found by those (behind a translation of addresses),
// may be any that is missing.

// lookup is the addresses of a host; none: it is not known now.
type lookup func(host string) []string

// lookupWithin asks as the system does, at most for as long as one asks nodes.
func lookupWithin(ctx context.Context) lookup {
	return func(host string) []string {
		ctx, cancel := context.WithTimeout(ctx, answering)
		defer cancel()
		found, err := net.DefaultResolver.LookupHost(ctx, host)
		if err != nil {
			return nil
		}
		return found
	}
}

// places are what has become of the list's addresses.
type places struct {
	free      []string // nobody is known to stand behind these
	missing   int      // of free: so many are of none that is there
	strangers []string // nodes that stand behind no address of the list, with theirs
}

// place the other nodes that are there. It is an error of the list when one of them,
// or this one, is in it twice.
func (p plan) place(others []hello, lookup lookup) (found places, err error) {
	own := hello{Node: p.node, At: reachable(p.listen)}
	behind := make(map[string][]string) // of a node
	if p.members.named {
		own.Own = p.members.own
		behind[p.node] = []string{own.Own}
	}
	all := append([]hello{own}, others...)
	for _, address := range p.members.others {
		node, sure := standsBehind(address, all, lookup)
		if node == "" || !sure && behind[node] != nil {
			found.free = append(found.free, address)
			continue
		}
		if twice := behind[node]; sure && len(twice) > 0 {
			return places{}, fmt.Errorf("expected each node once in --cluster-peers, but %s and %s are both node %s", twice[0], address, node)
		}
		behind[node] = append(behind[node], address)
	}
	found.missing = len(found.free)
	for _, h := range others {
		switch {
		case behind[h.Node] != nil:
		case h.Own != "":
			found.strangers = append(found.strangers, fmt.Sprintf("%s (%s)", h.Node, h.Own))
		case found.missing > 0:
			found.missing--
		}
	}
	return found, nil
}

// standsBehind says which node does, by what it says itself, else by the addresses of
// the host, else by the host's name. sure: it is the same socket.
func standsBehind(address string, all []hello, lookup lookup) (node string, sure bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", false
	}
	for _, h := range all {
		if h.Own == address {
			return h.Node, true
		}
	}
	for _, ip := range lookup(host) {
		for _, h := range all {
			if slices.Contains(h.At, net.JoinHostPort(ip, port)) {
				return h.Node, true
			}
		}
	}
	first, _, _ := strings.Cut(host, ".")
	for _, h := range all {
		if h.Node == first && net.ParseIP(host) == nil {
			return h.Node, false
		}
	}
	return "", false
}

// unfound are those of the addresses whose host nobody knows now.
func unfound(addresses []string, lookup lookup) (all []string) {
	for _, a := range addresses {
		if host, _, err := net.SplitHostPort(a); err == nil && net.ParseIP(host) == nil && len(lookup(host)) == 0 {
			all = append(all, a)
		}
	}
	return all
}

// reachable is where a node that listens on an address takes routes: of all addresses
// of its machine those that another one may have it by.
func reachable(listen string) (all []string) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return nil
	}
	ips := []string{host}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		ips = slices.DeleteFunc(ownAddresses(), func(a string) bool { return net.ParseIP(a).IsLoopback() })
	} else if ip == nil {
		ips = lookupWithin(context.Background())(host)
	}
	for _, ip := range ips {
		all = append(all, net.JoinHostPort(ip, port))
	}
	return all
}
