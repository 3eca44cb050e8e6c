package edge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"matchstream/internal/wire"
)

const (
	longestBody = 64 << 10 // of a request, as everywhere
	forwarding  = 10 * time.Second
)

// Forward takes writes to the origin as they come, and back what it answers.
type Forward struct {
	Store   *Store
	Problem func(w http.ResponseWriter, r *http.Request, status int, location, detail string)
}

// MayForward says why what has a token with it, an operator's write or an edge's
// report, must not be taken to an origin: only TLS will do, but for this machine
// itself.
func MayForward(origin string) error {
	u, err := url.Parse(origin)
	if err != nil { // it shows the whole address, and any part may be of a password
		return errors.New("the origin's address is no URL: expected https://host")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (ip != nil && ip.IsLoopback() || u.Hostname() == "localhost") {
		return nil
	}
	return errors.New("expected an https:// origin, since tokens go to it: with http:// whoever is on the way could read them")
}

// ServeHTTP forwards one request.
func (f *Forward) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o := f.Store.origin
	// Anybody may claim to have come by edges: it is his own request that is refused.
	// Operators' tokens are in it, not edges', so nothing could tell who may say so.
	via := strings.FieldsFunc(strings.Join(r.Header.Values(wire.ViaHeader), ","), func(r rune) bool { return r == ',' || r == ' ' })
	if slices.Contains(via, o.id) || len(via) > longestPath {
		f.Problem(w, r, http.StatusLoopDetected, "", errLoop.Error())
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, longestBody+1))
	switch {
	case err != nil:
		f.Problem(w, r, http.StatusBadRequest, "body", "it could not be read to its end")
		return
	case len(body) > longestBody:
		w.Header().Set("Connection", "close")
		f.Problem(w, r, http.StatusRequestEntityTooLarge, "body", "expected at most 64 KiB")
		return
	}
	// An operator who leaves undoes nothing: what has been sent may be stored.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), forwarding)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	to, err := http.NewRequestWithContext(ctx, r.Method, o.base+r.URL.EscapedPath(), bytes.NewReader(body))
	if err != nil {
		f.Problem(w, r, http.StatusInternalServerError, "", "this request cannot be forwarded")
		return
	}
	to.URL.RawQuery = r.URL.RawQuery
	for _, name := range []string{"Authorization", "Content-Type", "Accept", "Idempotency-Key", "If-Match"} {
		if values := r.Header.Values(name); len(values) > 0 {
			to.Header[name] = values
		}
	}
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil { // or his wrong tokens would slow all who come by this edge
		to.Header.Set(forwardedFor, from.Addr().Unmap().WithZone("").String())
	}
	o.sign(to, via...)
	response, err := o.client.Do(to)
	if err != nil {
		f.fails(w, r, wrote.Load(), err)
		return
	}
	defer response.Body.Close()
	f.answers(w, r, response)
}

// answers with what the origin has answered.
func (f *Forward) answers(w http.ResponseWriter, r *http.Request, response *http.Response) {
	if response.StatusCode/100 == 3 {
		f.Problem(w, r, http.StatusBadGateway, "", "the origin sends elsewhere, which is not followed: this edge needs the address of the origin itself")
		return
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, longestLine+1))
	if err != nil || len(body) > longestLine {
		f.fails(w, r, true, errors.Join(err, errors.New("its answer could not be read whole")))
		return
	}
	for _, name := range []string{"Content-Type", "ETag", "Location", "Retry-After", "Www-Authenticate", "Allow", "Cache-Control"} {
		if values := response.Header.Values(name); len(values) > 0 {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
	}
	w.WriteHeader(response.StatusCode)
	w.Write(body) // that the client has left is no trouble of ours
}

// fails tells who sent it whether it may have been stored. That no connection could be
// made is not enough: where one that was kept broke without an answer, the same request
// is sent once more by itself, over another. wrote: over any of them its headers went.
func (f *Forward) fails(w http.ResponseWriter, r *http.Request, wrote bool, cause error) {
	f.Store.log.Warn("a write could not be forwarded", "method", r.Method, "path", r.URL.Path, "cause", cause)
	var dialling *net.OpError
	if !wrote && errors.As(cause, &dialling) && dialling.Op == "dial" {
		w.Header().Set("Retry-After", "2")
		f.Problem(w, r, http.StatusServiceUnavailable, "", "the origin cannot be reached; nothing was stored")
		return
	}
	f.Problem(w, r, http.StatusGatewayTimeout, "", "the origin did not answer: perhaps it is stored, perhaps not; repeat with the same Idempotency-Key")
}
