package canary

import (
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// kept is the canary's connection for requests. Where it turns out to be closed before
// one byte of an answer has come, which a server may do, net/http asks again on a new
// one, as browsers do: a GET, a HEAD or an OPTIONS of itself, what else may be repeated
// where it has an Idempotency-Key, be it empty.
type kept struct {
	http.Transport
	repeated atomic.Int64 // requests that were made again
}

// RoundTrip counts the connections that a request has been given.
func (k *kept) RoundTrip(r *http.Request) (*http.Response, error) {
	var given atomic.Int64
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { given.Add(1) }}
	answer, err := k.Transport.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	k.repeated.Add(max(given.Load()-1, 0))
	return answer, err
}
