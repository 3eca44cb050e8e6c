package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"matchstream/internal/wire"
)

// Origin is where an edge has all from that it shows.
type Origin struct {
	Address string        // https://origin
	Path    func() string // what wire.PathHeader says
	Forward http.Handler  // takes writes there; nil: they are refused
}

// hereAnyway are the operators' operations that an edge serves itself.
var hereAnyway = map[string]bool{"report-edge": true, "get-token": true}

// elsewhere sends what only the origin can do there, or refuses it.
func (s *server) elsewhere(operation string) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		o := s.Origin
		if o == nil || hereAnyway[operation] && (operation != "get-token" || o.Forward == nil) {
			next(ctx)
			return
		}
		r, w := humago.Unwrap(ctx)
		if o.Forward != nil {
			o.Forward.ServeHTTP(w, r)
			return
		}
		p := problem(http.StatusMethodNotAllowed, "this is an edge, which shows what its origin has and changes nothing: send it to "+o.Address+r.URL.Path)
		p.header("Allow", "GET, HEAD, OPTIONS")
		drain(w, r)
		writeProblem(w, p)
	}
}

// unlisted refuses what an edge cannot answer truly as long as it does not know
// which matches there are: who is told that there is none does not come back.
func (s *server) unlisted(w http.ResponseWriter, r *http.Request) bool {
	if s.Origin == nil {
		return false
	}
	w.Header().Set(wire.PathHeader, s.Origin.Path())
	switch path := r.URL.Path; {
	case path == "/healthz", path == "/1/nodes", path == "/readyz", path == "/docs", path == "/1/openapi.json", strings.HasPrefix(path, "/assets/"), r.Method == http.MethodOptions:
		return false
	}
	err := s.Live.Listed()
	if err == nil {
		return false
	}
	p := problem(http.StatusServiceUnavailable, "nothing can be said of any match yet: "+err.Error())
	p.header("Retry-After", "1")
	writeProblem(w, p)
	return true
}
