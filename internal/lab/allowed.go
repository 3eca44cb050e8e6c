package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// ErrNotAllowed is what Check's error wraps.
var ErrNotAllowed = errors.New("is none of the targets that this agent is allowed")

// Allowed are targets that may be called. None: any.
type Allowed []allowed

// allowed is one of them, as it is written, and what is meant: a name, or addresses.
type allowed struct {
	text   string
	name   string       // in lower case; "": those of prefix
	prefix netip.Prefix // one address, or many
	port   uint16       // 0: any
}

// ParseAllowed reads targets: HOST, an address or CIDR, each for all ports or with :PORT;
// those of IPv6 in brackets then.
func ParseAllowed(texts []string) (all Allowed, err error) {
	for _, text := range texts {
		one, ok := parseAllowed(text)
		if !ok {
			return nil, fmt.Errorf("%q: expected a host, an address or CIDR, with :PORT or for all ports: example.org, 192.0.2.0/24:8888, [2001:db8::1]:8888", text)
		}
		all = append(all, one)
	}
	return all, nil
}

func parseAllowed(text string) (a allowed, ok bool) {
	a.text = text
	plain := text
	if inner, opened := strings.CutPrefix(text, "["); opened && strings.HasSuffix(inner, "]") {
		plain = strings.TrimSuffix(inner, "]")
	}
	if a.addresses(plain) {
		return a, true
	}
	host := text
	if h, port, err := net.SplitHostPort(text); err == nil {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return a, false
		}
		host, a.port = h, uint16(n)
	}
	if a.addresses(host) {
		return a, true
	}
	a.name = plainName(host)
	return a, a.name != "" && strings.Trim(a.name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == "" &&
		strings.Trim(a.name, "0123456789.") != "" // that is an address with a slip
}

// addresses takes what is an address or CIDR.
func (a *allowed) addresses(text string) bool {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		var one netip.Addr
		if one, err = netip.ParseAddr(text); err == nil {
			one = one.Unmap()
			prefix, err = one.Prefix(one.BitLen())
		}
	}
	if err != nil || prefix.Addr().Is4In6() {
		return false
	}
	a.prefix = prefix
	return true
}

// plainName is a name as it is compared.
func plainName(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }

// Check says whether an address may be called that was asked for as host, which is a name
// or the address itself. Names that are allowed are looked up here and now, unless it is
// asked for by just that one. The error is for the person whose target it is.
func (all Allowed) Check(ctx context.Context, host string, at netip.AddrPort) error {
	if len(all) == 0 {
		return nil
	}
	for _, a := range all {
		if (a.port == 0 || a.port == at.Port()) && a.has(ctx, host, at.Addr().Unmap()) {
			return nil
		}
	}
	var texts []string
	for _, a := range all {
		texts = append(texts, a.text)
	}
	what := at.String()
	if _, err := netip.ParseAddr(host); err != nil {
		what = host + " (" + what + ")"
	}
	return fmt.Errorf("%s %w by --to: %s", what, ErrNotAllowed, strings.Join(texts, ", "))
}

func (a allowed) has(ctx context.Context, host string, at netip.Addr) bool {
	if a.name == "" {
		return a.prefix.Contains(at)
	}
	if plainName(host) == a.name {
		return true
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", a.name)
	if err != nil {
		return false
	}
	for _, ip := range ips {
		if ip.Unmap() == at {
			return true
		}
	}
	return false
}
