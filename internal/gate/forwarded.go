package gate

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"matchstream/internal/pump"
)

// Headers by which a proxy that speaks HTTP says for whom a request is, and how
// he has asked for it.
const (
	forwardedFor   = "X-Forwarded-For"
	forwardedProto = "X-Forwarded-Proto"
	forwardedHost  = "X-Forwarded-Host"
)

// probes are what a proxy, or who looks after the machines, may ask for itself.
var probes = []string{"/healthz", "/readyz"}

// Forwarded is a handler of requests that know for whom they are (RemoteAddr,
// Host, and X-Forwarded-Proto if it is "https" or "http"), by the word of a
// proxy, if there is one that is believed. From nobody else such headers come
// through. It is to be around all others of the HTTP port.
func (g *Gate) Forwarded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		introduced := false
		if v != nil {
			introduced = !v.unknown
			if v.client.IsValid() {
				r.RemoteAddr = v.client.String()
			}
		}
		from := address(r.RemoteAddr)()
		proto, host, whom := r.Header.Values(forwardedProto), r.Header.Values(forwardedHost), r.Header.Values(forwardedFor)
		for _, name := range []string{forwardedFor, forwardedProto, forwardedHost} {
			r.Header.Del(name)
		}
		if g.Proxies.Has(from.Addr()) {
			if len(whom) == 0 && !introduced && !slices.Contains(probes, r.URL.Path) {
				g.Refused.Proxy.Add(1)
				g.Log.Warn("a request of a proxy does not say for whom it is", "address", from.Addr(), "do", "see --trust-proxy")
				g.Problem(w, r, http.StatusBadRequest, "header."+forwardedFor, "expected the client's address, or a header of the PROXY protocol before the request, since this address is in a network of --trust-proxy")
				return
			}
			g.believe(r, from, whom, proto, host)
		}
		h.ServeHTTP(w, r)
	})
}

// believe a proxy.
func (g *Gate) believe(r *http.Request, from netip.AddrPort, whom, proto, host []string) {
	if len(whom) > 0 {
		if client, ok := g.Proxies.Client(whom); ok {
			r.RemoteAddr = client.String()
		} else {
			g.Log.Warn("a proxy names a client by what is no address: the proxy's own counts", "address", from.Addr(), "do", "have it send X-Forwarded-For with IP addresses")
		}
	}
	if len(proto) == 1 && (strings.EqualFold(proto[0], "https") || strings.EqualFold(proto[0], "http")) {
		r.Header.Set(forwardedProto, strings.ToLower(proto[0]))
	}
	if len(host) == 1 && hostForm.MatchString(host[0]) {
		r.Host = host[0]
	}
}

var hostForm = regexp.MustCompile(`^(?:[a-zA-Z0-9._-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?$`)

// placeFor is the place by his address of somebody who wants a stream, where
// that is not his connection's: it carries requests of others, or other streams.
func (g *Gate) placeFor(r *http.Request) (pump.Ticket, error) {
	v := visitOf(r.Context())
	if v == nil || !v.shared && r.ProtoMajor < 2 {
		return 0, nil
	}
	place, ok := g.addresses.enter(address(r.RemoteAddr)())
	if !ok {
		return 0, errFullForIP
	}
	return place, nil
}

// visitOf is the connection of a request; nil: it is none of ours.
func visitOf(ctx context.Context) *visit {
	c, _ := ctx.Value(visitKey{}).(net.Conn)
	return asVisit(c)
}

// asVisit is the visit that a connection of net/http is, or that lies below
// its TLS; nil: there is none.
func asVisit(c net.Conn) *visit {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	v, _ := c.(*visit)
	return v
}
