package api

import (
	"net/http"
	"strings"
)

// router is an http.ServeMux that remembers what was registered.
type router struct {
	mux      *http.ServeMux
	patterns []string // of the API, in order
	streams  map[string]bool
}

func newRouter() *router {
	return &router{mux: http.NewServeMux(), streams: map[string]bool{}}
}

// HandleFunc and ServeHTTP make the router what huma builds on.
func (r *router) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	r.patterns = append(r.patterns, pattern)
	r.mux.HandleFunc(pattern, h)
}

func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

// stream registers a handler that gets the connection as it is.
func (r *router) stream(pattern string, h http.HandlerFunc) {
	r.streams[pattern] = true
	r.HandleFunc(pattern, h)
}

// pattern that a request goes to; "" for none.
func (r *router) pattern(req *http.Request) string {
	_, pattern := r.mux.Handler(req)
	return pattern
}

// allowed lists the methods that a path has, as in an Allow header; "" if
// there is no such path.
func (r *router) allowed(req *http.Request) string {
	var methods []string
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := *req
		other.Method = m
		if r.pattern(&other) == "" {
			continue
		}
		methods = append(methods, m)
		if m == "GET" {
			methods = append(methods, "HEAD")
		}
	}
	if len(methods) > 0 && underCORS(req) {
		methods = append(methods, "OPTIONS")
	}
	return strings.Join(methods, ", ")
}
