package auth

import "net/netip"

// origin is whom an address is counted with: an IPv4 address, or the /64 that
// an IPv6 client can pick addresses from at will. What is no address counts as
// one origin.
func origin(address string) netip.Prefix {
	ap, err := netip.ParseAddrPort(address)
	addr := ap.Addr()
	if err != nil {
		if addr, err = netip.ParseAddr(address); err != nil {
			return netip.Prefix{}
		}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
