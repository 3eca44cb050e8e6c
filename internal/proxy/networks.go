// Package proxy reads what proxies say of those whom they speak for: the
// headers of the PROXY protocol, and X-Forwarded-For. It opens nothing and
// believes nobody: whom to ask is the caller's to say, by Networks.
package proxy

import (
	"fmt"
	"net/netip"
	"strings"
)

// Networks are those in which there are proxies that are believed. The zero
// value believes nobody.
type Networks []netip.Prefix

// ParseNetworks reads networks in CIDR form, with commas between them; a single
// address is a network of its own: "10.1.0.0/16,192.0.2.7,2001:db8::/32".
func ParseNetworks(text string) (all Networks, err error) {
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		p, err := netip.ParsePrefix(one)
		if err != nil {
			ip, single := netip.ParseAddr(one)
			if single != nil || ip.Zone() != "" {
				return nil, fmt.Errorf("expected networks like 10.1.0.0/16, or addresses, with commas between them: %q", one)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		if p.Addr().Is4In6() {
			return nil, fmt.Errorf("expected an IPv4 network in its own form, like 10.1.0.0/16: %q", one)
		}
		if p.Masked() != p {
			return nil, fmt.Errorf("expected a network without bits behind its length, perhaps %s: %q", p.Masked(), one)
		}
		all = append(all, p)
	}
	return all, nil
}

// Has says whether an address lies in one of the networks.
func (n Networks) Has(ip netip.Addr) bool {
	if len(n) == 0 {
		return false
	}
	ip = ip.Unmap().WithZone("")
	for _, p := range n {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
