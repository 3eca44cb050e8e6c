package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// lan is two networks on this machine: one that nodes use among themselves, whose links
// can be taken down, and one on which clients reach them. Each host is a network
// namespace of the kernel. It needs root, as in a container.
type lan struct {
	id       string
	networks map[string]string // by what they are for: of nodes among themselves, of their clients
	hosts    int
}

// lans that there have been: tests run side by side.
var lans atomic.Int32

func newLAN(t *testing.T, hosts int) *lan {
	t.Helper()
	number := lans.Add(1)
	n := &lan{id: fmt.Sprintf("ms%d%c", os.Getpid()%10000, 'a'+number%26), hosts: hosts,
		networks: map[string]string{"n": fmt.Sprintf("10.77.%d.", number), "c": fmt.Sprintf("10.78.%d.", number)}}
	t.Cleanup(n.remove)
	for side, network := range n.networks {
		bridge := n.id + side
		ip(t, "link", "add", bridge, "type", "bridge")
		ip(t, "addr", "add", network+"254/24", "dev", bridge)
		ip(t, "link", "set", bridge, "up")
	}
	for i := range hosts {
		ip(t, "netns", "add", n.host(i))
		ip(t, "-n", n.host(i), "link", "set", "lo", "up")
		for side, network := range n.networks {
			link := n.link(i, side)
			ip(t, "link", "add", link, "type", "veth", "peer", "name", "eth"+side, "netns", n.host(i))
			ip(t, "link", "set", link, "master", n.id+side, "up")
			ip(t, "-n", n.host(i), "addr", "add", fmt.Sprint(network, i+1, "/24"), "dev", "eth"+side)
			ip(t, "-n", n.host(i), "link", "set", "eth"+side, "up")
		}
	}
	return n
}

func (n *lan) host(i int) string              { return fmt.Sprint(n.id, "-", i) }
func (n *lan) link(i int, side string) string { return fmt.Sprint(n.id, side, i) }

// among is a host's address for other nodes, outside that for clients.
func (n *lan) among(i int) string   { return fmt.Sprint(n.networks["n"], i+1) }
func (n *lan) outside(i int) string { return fmt.Sprint(n.networks["c"], i+1) }

// cut takes a host's link to the other nodes down, mend up again.
func (n *lan) cut(t *testing.T, i int)  { ip(t, "link", "set", n.link(i, "n"), "down") }
func (n *lan) mend(t *testing.T, i int) { ip(t, "link", "set", n.link(i, "n"), "up") }

// part lets two hosts not reach each other, while all others reach both; join ends that.
func (n *lan) part(t *testing.T, i, j int) { n.routes(t, "add", i, j) }
func (n *lan) join(t *testing.T, i, j int) { n.routes(t, "del", i, j) }

func (n *lan) routes(t *testing.T, do string, i, j int) {
	ip(t, "-n", n.host(i), "route", do, "blackhole", n.among(j)+"/32")
	ip(t, "-n", n.host(j), "route", do, "blackhole", n.among(i)+"/32")
}

// connected says whether a host has connections to another.
func (n *lan) connected(t *testing.T, i, j int) bool {
	out, err := exec.Command("ip", "netns", "exec", n.host(i), "ss", "-Htn", "state", "established", "dst", n.among(j)).CombinedOutput()
	if err != nil {
		t.Fatalf("ss: %v: %s", err, out)
	}
	return len(out) > 0
}

// within puts before a command line what runs it on a host.
func (n *lan) within(i int) []string { return []string{"ip", "netns", "exec", n.host(i)} }

func (n *lan) remove() {
	for i := range n.hosts {
		exec.Command("ip", "netns", "del", n.host(i)).Run() //nolint:errcheck // it may not be there
	}
	for side := range n.networks {
		exec.Command("ip", "link", "del", n.id+side).Run() //nolint:errcheck // it may not be there
	}
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v (this test needs iproute2, and root): %s", strings.Join(args, " "), err, out)
	}
}
