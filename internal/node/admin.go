package node

import (
	"errors"
	"net"
	"net/http"
	"net/http/pprof"

	"matchstream/internal/access"
	"matchstream/internal/api"
	"matchstream/internal/auth"
	"matchstream/internal/pump"
	"matchstream/internal/stats"
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
		token, err := n.tokens.Check(r.Context(), r.RemoteAddr, r.Header.Get("Authorization"))
		access.By(r.Context(), token.Name)
		switch {
		case errors.Is(err, auth.ErrMissing), errors.Is(err, auth.ErrWrong):
			w.Header().Set("WWW-Authenticate", `Bearer realm="matchstream"`)
			api.Refuse(w, r, http.StatusUnauthorized, "", err.Error())
		case !token.Has("admin"):
			api.Refuse(w, r, http.StatusForbidden, "", "a token of scope admin is needed here")
		default:
			h.ServeHTTP(w, r)
		}
	})
}

// measure registers what this node counts.
func (n *Node) measure() {
	m := n.metrics
	for _, p := range []struct {
		name   string
		counts *pump.Counts
	}{{"tcp", &n.gate.TCP}, {"sse", &n.gate.SSE}, {"ws", &n.gate.WebSocket}} {
		labels := stats.Labels{"protocol": p.name}
		m.Gauge("watchers", "Watchers connected now.", labels, func() float64 { return float64(p.counts.Active()) })
		m.Counter("joins_total", "Watches begun.", labels, p.counts.Opened)
		m.Counter("deliveries_total", "Events written to watchers.", labels, p.counts.Deliveries)
		m.Counter("sent_bytes_total", "Bytes written to watchers.", labels, p.counts.Bytes)
		m.Counter("writes_total", "Calls that wrote to watchers.", labels, p.counts.Writes)
		m.Counter("would_block_total", "Calls that found less room than they had bytes.", labels, p.counts.WouldBlocks)
		m.Counter("refreshes_total", "Watchers given a fresh status, being too far behind.", labels, p.counts.Refreshes)
		m.Counter("heartbeats_total", "Heartbeats sent.", labels, p.counts.Heartbeats)
		for why := pump.Ended; why < pump.Reasons; why++ {
			m.Counter("closes_total", "Watches ended.", stats.Labels{"protocol": p.name, "reason": why.String()}, func() uint64 { return p.counts.Closed(why) })
		}
	}
	if n.epoll != nil {
		m.Histogram("fanout_seconds", "For each loop and walk, from an event's frame being there to its last write.", n.epoll.Fanout)
		m.Counter("starved_total", "Connections that had to wait since the process or the machine had no descriptor left.", nil, n.epoll.Starved)
	}
	m.Gauge("watchers_fit", "Watchers that fit at once; 0: no limit is known.", nil, func() float64 { return float64(n.limits.Watchers) })
	const refused = "Connections turned away at the door."
	m.Counter("refused_total", refused, stats.Labels{"reason": "full"}, n.gate.Refused.Full.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "full_for_address"}, n.gate.Refused.FullForIP.Load)
	m.Counter("refused_total", refused, stats.Labels{"reason": "handshake"}, n.gate.Refused.Handshake.Load)
	c := &n.live.Counts
	m.Counter("appends_total", "Events stored by this node.", nil, c.Appends.Load)
	m.Counter("append_repeats_total", "Requests answered by their idempotency key.", nil, c.Repeats.Load)
	m.Counter("append_conflicts_total", "Appends that another was faster than.", nil, c.Conflicts.Load)
	m.Counter("append_refusals_total", "Requests that the rules refused.", nil, c.Refusals.Load)
	m.Counter("folds_total", "Events folded.", nil, c.Folds.Load)
	m.Counter("panics_total", "Panics contained.", nil, func() uint64 { return c.Panics.Load() + n.panics.Load() })
	m.Counter("expired_total", "Matches deleted since they ended longer ago than --keep.", nil, c.Expired.Load)
	m.Counter("expire_failures_total", "Such deletions that failed; they are tried again a day later.", nil, c.Overdue.Load)
	m.Gauge("damaged_matches", "Matches whose journal or entry in the catalogue cannot be read whole.", nil, func() float64 { return float64(n.live.Damaged()) })
	if n.access.On() {
		m.Counter("access_log_lines_total", "Lines written to the access log.", nil, n.access.Lines)
		m.Counter("access_log_lost_total", "Lines of the access log that there was no room for: it could not be written as fast as they came.", nil, n.access.Lost)
	}
	m.Gauge("matches", "Matches in the catalogue.", nil, func() float64 { return float64(n.live.Len()) })
}
