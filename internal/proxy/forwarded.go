package proxy

import (
	"net/netip"
	"strings"
)

// Client is whom a request is from, by its X-Forwarded-For headers in their
// order. Each proxy adds, on the right, who it was asked by; so what is on the
// left may be anything that the client has said himself. It is read from the
// right, over the proxies that are believed: the first that is not one of them
// is the client, or the last where all are. false: what stands there is no
// address.
func (n Networks) Client(headers []string) (client netip.AddrPort, ok bool) {
	for i := len(headers) - 1; i >= 0; i-- {
		for rest, more := headers[i], true; more; {
			one := rest
			if at := strings.LastIndexByte(rest, ','); at >= 0 {
				rest, one = rest[:at], rest[at+1:]
			} else {
				more = false
			}
			if client, ok = parseClient(strings.Trim(one, " \t")); !ok || !n.Has(client.Addr()) {
				return client, ok
			}
		}
	}
	return client, ok
}

// parseClient reads an address with or without a port: 192.0.2.1,
// 192.0.2.1:40001, 2001:db8::1, [2001:db8::1], [2001:db8::1]:40001.
func parseClient(text string) (netip.AddrPort, bool) {
	ip, err := netip.ParseAddr(text)
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed && strings.HasSuffix(inner, "]") {
		ip, err = netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err == nil && !ip.Is6() {
			return netip.AddrPort{}, false
		}
	}
	if err == nil {
		return netip.AddrPortFrom(ip.Unmap().WithZone(""), 0), true
	}
	at, err := netip.ParseAddrPort(text)
	return netip.AddrPortFrom(at.Addr().Unmap().WithZone(""), at.Port()), err == nil
}
