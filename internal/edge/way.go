package edge

import (
	"net/http"
	"sync/atomic"
)

// way is how requests go to the origin. Behind its address there may be several nodes,
// and a connection is to one of them: who is refused by a node that drains has to make
// another connection, or would be refused there again. So a 503 is the end of a
// transport: the next request goes by a new one, and the old is left to its streams.
type way struct {
	now atomic.Pointer[http.Transport]
}

func newWay(t *http.Transport) *way {
	w := new(way)
	w.now.Store(t)
	return w
}

// RoundTrip as http.RoundTripper has it.
func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	t := w.now.Load()
	response, err := t.RoundTrip(r)
	if err == nil && response.StatusCode == http.StatusServiceUnavailable && w.now.CompareAndSwap(t, t.Clone()) {
		t.CloseIdleConnections()
	}
	return response, err
}

func (w *way) close() { w.now.Load().CloseIdleConnections() }
