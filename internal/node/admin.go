package node

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"net/url"
	"strconv"
	"strings"

	"matchstream/internal/access"
	"matchstream/internal/api"
	"matchstream/internal/auth"
	"matchstream/internal/logging"
	"matchstream/internal/web"
)

// adminHandler serves metrics, profiles and the page of the node. On an address
// that others reach, all but the metrics needs a token of scope admin.
func (n *Node) adminHandler() http.Handler {
	profiles := http.NewServeMux()
	profiles.HandleFunc("GET /debug/pprof/", pprof.Index)
	profiles.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	profiles.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	profiles.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	profiles.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", n.metrics.Handler())
	mux.Handle("/debug/", n.forAdmins(profiles))
	mux.Handle("GET /node/inside", n.forAdmins(http.HandlerFunc(n.serveInside)))
	moving := n.forAdmins(n.moving())
	for _, path := range []string{"/drain", "/undrain", "/shed", "/crowd"} {
		mux.Handle(path, moving)
	}
	mux.Handle("/cluster", n.cluster())
	mux.Handle("/cluster/", n.cluster())
	mux.Handle("/tokens/", n.revoking())
	mux.Handle("/", n.page())
	return mux
}

// page of the node. On this machine anybody may see it; elsewhere its data ask
// for a token.
func (n *Node) page() http.Handler {
	o := web.NodeOptions{Chart: n.vitals, Nodes: n.otherNodes, Most: n.live.MostWatched, Names: n.teamName, Match: n.matchAddress,
		Name: n.config.Name, Version: n.config.Version, Clock: n.config.Clock, Log: logging.Room(n.config.Log, "web")}
	if n.private() {
		return byOurName(web.NewNode(o))
	}
	o.Guard = n.forAdmins
	return web.NewNode(o)
}

func (n *Node) teamName(id string) string {
	if t, ok := n.live.Team(id); ok && t.Name != "" {
		return t.Name
	}
	return id
}

// matchAddress is where a match's page is for who reached the admin address at
// a host.
func (n *Node) matchAddress(host, id string) string {
	at, _ := n.listeners.http.Addr().(*net.TCPAddr)
	switch {
	case n.outside.host != "":
		host, httpPort, _ := n.here()
		return apiAt(n.scheme(), host, httpPort) + "/match/" + id
	case at != nil && !at.IP.IsUnspecified():
		host = at.IP.String()
	}
	u := url.URL{Scheme: n.Scheme(), Host: net.JoinHostPort(host, strconv.Itoa(port(at))), Path: "/match/" + id}
	return u.String()
}

// byOurName answers who asks for this machine by an address or as localhost. A
// page of another site could else have its own name lead here, and read.
func byOurName(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := (&url.URL{Host: r.Host}).Hostname()
		if ip := net.ParseIP(host); (ip == nil || !ip.IsLoopback()) && !strings.EqualFold(host, "localhost") {
			api.Refuse(w, r, http.StatusMisdirectedRequest, "", "this page is served to http://localhost and http://127.0.0.1; for other names have --admin listen on an address that others reach")
			return
		}
		h.ServeHTTP(w, r)
	})
}

// private: only who is on this machine reaches the admin address.
func (n *Node) private() bool {
	a, ok := n.listeners.admin.Addr().(*net.TCPAddr)
	return ok && a.IP.IsLoopback()
}

// forAdmins lets in who is on this machine, but for pages of other sites whose
// name was made to lead here; elsewhere who has a token of scope admin.
func (n *Node) forAdmins(h http.Handler) http.Handler {
	if n.private() {
		return byOurName(h)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := n.tokens.Check(r.Context(), r.RemoteAddr, r.Header.Values("Authorization")...)
		access.By(r.Context(), token.Name)
		var many *auth.TooManyError
		switch {
		case errors.As(err, &many):
			w.Header().Set("Retry-After", strconv.Itoa(many.Seconds()))
			api.Refuse(w, r, http.StatusTooManyRequests, "", err.Error())
		case err != nil:
			w.Header().Set("WWW-Authenticate", `Bearer realm="matchstream"`)
			api.Refuse(w, r, http.StatusUnauthorized, "", err.Error())
		case !token.Has("admin"):
			api.Refuse(w, r, http.StatusForbidden, "", "a token of scope admin is needed here")
		default:
			h.ServeHTTP(w, r)
		}
	})
}
