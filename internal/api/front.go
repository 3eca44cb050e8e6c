package api

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// staleHeader is on each answer while the store cannot be reached: for how many
// seconds it has not answered. What is told is what was known then.
const staleHeader = "Match-Stream-Stale"

// What everything under /1/ tells browsers: any origin may ask, without
// credentials. No cookie is ever read, so nobody's rights can be borrowed.
const (
	corsMethods = "GET, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-Match, Last-Event-ID"
	corsExposed = "ETag, Link, Retry-After"
	corsMaxAge  = "86400"
)

func underCORS(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/1/") }

// ServeHTTP is the front: see the package's comment.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Match-Stream-API-Version", "1")
	h.Set("X-Content-Type-Options", "nosniff")
	if underCORS(r) {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", corsExposed)
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", corsMethods)
			h.Set("Access-Control-Allow-Headers", corsHeaders)
			h.Set("Access-Control-Max-Age", corsMaxAge)
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	s.markStale(h)
	if s.unlisted(w, r) {
		return
	}
	if s.router.streams[s.router.pattern(r)] {
		s.stream(w, r)
		return
	}
	s.plain.ServeHTTP(w, r)
}

// markStale says of an answer that it may be behind, if it may.
func (s *server) markStale(h http.Header) {
	if stale := s.Live.Stale(); stale > 0 {
		h.Set(staleHeader, strconv.Itoa(int(stale.Seconds())+1))
		if h.Get("Access-Control-Expose-Headers") != "" {
			h.Set("Access-Control-Expose-Headers", corsExposed+", "+staleHeader)
		}
	}
}

// contain serves what is no stream. A panic ends as a 500, or, where an answer
// has begun, as a connection cut off, so that nobody takes half for whole.
func (s *server) contain(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	answer := &answer{ResponseWriter: w}
	pattern := s.router.pattern(r)
	defer func() {
		cause := recover()
		cut := cause != nil && (answer.status != 0 || cause == http.ErrAbortHandler)
		if cause != nil {
			s.panicked(r, cause)
		}
		if cause != nil && !cut {
			writeProblem(answer, problem(http.StatusInternalServerError, internalTrouble))
		}
		if s.Observe != nil {
			s.Observe(pattern, max(answer.status, http.StatusOK), time.Since(began))
		}
		if cut {
			panic(http.ErrAbortHandler)
		}
	}()
	if pattern == "" {
		s.nowhere(answer, r)
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		writeProblem(answer, fieldProblem(http.StatusUnprocessableEntity, "query",
			"expected name=value pairs with & between them, in URL encoding ("+err.Error()+")"))
		return
	}
	r.URL.RawQuery = query.Encode() // plain for those who look for one name in it
	s.router.ServeHTTP(answer, r)
}

// stream serves a stream. Whether it has written anything cannot be known
// here, so a panic cuts it off: the client resumes.
func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if cause := recover(); cause != nil {
			s.panicked(r, cause)
			panic(http.ErrAbortHandler)
		}
	}()
	s.router.ServeHTTP(w, r)
}

func (s *server) panicked(r *http.Request, cause any) {
	if cause == http.ErrAbortHandler {
		return // a handler's way of hanging up
	}
	s.Log.Error("panic in a request", "method", r.Method, "path", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
	if s.Panicked != nil {
		s.Panicked()
	}
}

// nowhere answers what no route takes.
func (s *server) nowhere(w http.ResponseWriter, r *http.Request) {
	allowed := s.router.allowed(r)
	if allowed == "" {
		if s.Missing != nil && !underCORS(r) && (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html") {
			s.Missing.ServeHTTP(w, r) // a person with a typing error
			return
		}
		writeProblem(w, problem(http.StatusNotFound, fmt.Sprintf("nothing is at %s: GET /docs lists what there is", r.URL.Path)))
		return
	}
	p := problem(http.StatusMethodNotAllowed, fmt.Sprintf("%s takes %s, not %s", r.URL.Path, allowed, r.Method))
	p.header("Allow", allowed)
	writeProblem(w, p)
}

// answer remembers the status that was written.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
