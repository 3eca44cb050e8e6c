package node

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"

	"matchstream/internal/access"
	"matchstream/internal/api"
	"matchstream/internal/auth"
)

// adminHandler serves metrics and profiles. On an address that others reach,
// all but the metrics needs a token of scope admin.
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
	return mux
}

// forAdmins lets in who is on this machine, or has a token of scope admin.
func (n *Node) forAdmins(h http.Handler) http.Handler {
	if a, ok := n.listeners.admin.Addr().(*net.TCPAddr); ok && a.IP.IsLoopback() {
		return h
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
