package peers

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// least is how many nodes a cluster has: with two, the loss of either stops both.
const least = 3

// CheckName says what is expected of a node's name. It names the node in the raft
// groups, in subjects and in folders.
func CheckName(name string) error {
	ok := len(name) >= 1 && len(name) <= 32 && name[0] != '-' && name[len(name)-1] != '-'
	for _, r := range name {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return fmt.Errorf("expected a name of 1 to 32 characters a-z, 0-9 and - (not at an end), got %q", name)
	}
	return nil
}

// ParsePeers reads the addresses of a cluster's nodes, host:port each, separated by
// commas. None may come twice.
func ParsePeers(list string) ([]string, error) {
	var all []string
	for _, a := range strings.Split(list, ",") {
		a = strings.TrimSpace(a)
		host, port, err := net.SplitHostPort(a)
		n, bad := strconv.ParseUint(port, 10, 16)
		if err != nil || bad != nil || n == 0 || host == "" || strings.ContainsAny(host, "/@ \t\r\n%?#") {
			return nil, fmt.Errorf("expected addresses like a:6222,b:6222,c:6222, got %q", a)
		}
		if slices.Contains(all, a) {
			return nil, fmt.Errorf("expected each address once, but %s comes twice", a)
		}
		all = append(all, a)
	}
	return all, nil
}

// CheckListen says what is expected of the address that a node takes routes on.
func CheckListen(address string) error {
	_, port, err := net.SplitHostPort(address)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 {
		return fmt.Errorf("expected an address like :6222 or 192.0.2.1:6222, got %q", address)
	}
	return nil
}

// membership is whom a node is to form a cluster with.
type membership struct {
	own    string   // this node's address, as it is in all
	named  bool     // the list had it
	all    []string // with this node's own
	others []string
}

// members takes apart the list of peers, which has this node in it or not.
func members(name, listen string, peers []string) (m membership, err error) {
	for _, p := range peers {
		if m.own == "" && isOwn(name, listen, p) {
			m.own, m.named = p, true
		} else {
			m.others = append(m.others, p)
		}
	}
	if m.own == "" {
		host, port, err := net.SplitHostPort(listen)
		if err != nil {
			return m, err
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		m.own = net.JoinHostPort(host, port)
	}
	m.all = append([]string{m.own}, m.others...)
	if len(m.all) < least {
		return m, fmt.Errorf("a cluster is of %d nodes or more, but with this one --cluster-peers has %d; for one node leave the cluster's settings out", least, len(m.all))
	}
	return m, nil
}

// isOwn says whether an address of the list is this node's: by the address that it
// listens on, else by its name (the first part of a host's, as in Kubernetes), else
// by the addresses of this machine.
func isOwn(name, listen, peer string) bool {
	host, port, err := net.SplitHostPort(listen)
	peerHost, peerPort, err2 := net.SplitHostPort(peer)
	if errors.Join(err, err2) != nil || port != peerPort {
		return false
	}
	if first, _, _ := strings.Cut(peerHost, "."); host == peerHost || first == name && net.ParseIP(peerHost) == nil {
		return true
	}
	there, err := net.LookupHost(peerHost)
	if err != nil {
		return false // it may be one that is to come
	}
	var here []string
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		here = ownAddresses()
	} else if here, err = net.LookupHost(host); err != nil {
		return false
	}
	return slices.ContainsFunc(there, func(a string) bool { return slices.Contains(here, a) })
}

// ownAddresses of this machine.
func ownAddresses() (all []string) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok {
			all = append(all, ip.IP.String())
		}
	}
	return all
}

// routes to all, this node's own too: by their number the server tells how many
// make a majority before it has seen them.
func (m membership) routes(as *url.Userinfo) (all []*url.URL) {
	for _, a := range m.all {
		all = append(all, &url.URL{Scheme: "nats-route", User: as, Host: a})
	}
	return all
}
