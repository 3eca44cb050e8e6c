package access

import (
	"context"
	"net/http"
	"net/netip"
	"time"
)

// What clients may choose freely is cut at so many bytes.
const (
	longestPath   = 1024
	longestMethod = 32
)

// Handler has the answers of h logged. A nil Log's is h.
func (l *Log) Handler(h http.Handler) http.Handler {
	if l == nil {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		a := &answering{}
		r = r.WithContext(context.WithValue(r.Context(), answeringKey{}, a))
		method, path := cut(r.Method, longestMethod), cut(r.URL.EscapedPath(), longestPath)
		seen := &response{ResponseWriter: w}
		whole := false
		defer func() {
			if a.connected {
				return // its line comes when it ends
			}
			line := &Request{When: At(began), From: address(r.RemoteAddr), Protocol: HTTP, Method: method, Path: path,
				Route: r.Pattern, Status: seen.status, Bytes: seen.bytes, Took: Took(time.Since(began)), By: a.by, Cut: !whole}
			if whole && line.Status == 0 {
				line.Status = http.StatusOK
			}
			if method == http.MethodHead {
				line.Bytes = 0 // net/http throws them away
			}
			l.Add(line)
		}()
		h.ServeHTTP(seen, r)
		whole = true
	})
}

// answering is what is to be known of a request that the answer does not show.
type answering struct {
	by        string
	connected bool
}

type answeringKey struct{}

// By notes whose token a request has shown: its name, never its text.
func By(ctx context.Context, name string) {
	if a, ok := ctx.Value(answeringKey{}).(*answering); ok {
		a.by = name
	}
}

// Connected notes that a request has become a stream, which has a line of its
// own.
func Connected(ctx context.Context) {
	if a, ok := ctx.Value(answeringKey{}).(*answering); ok {
		a.connected = true
	}
}

// response sees what is answered.
type response struct {
	http.ResponseWriter
	status int
	bytes  uint64
}

func (r *response) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += uint64(n)
	return n, err
}

// Flush is for those who ask for an http.Flusher.
func (r *response) Flush() { http.NewResponseController(r.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// address of "host:port", as net/http tells it; zero if it is none.
func address(remote string) netip.AddrPort {
	at, _ := netip.ParseAddrPort(remote)
	return netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
}

func cut(s string, at int) string {
	if len(s) <= at {
		return s
	}
	return s[:at] + "…"
}
