package gate

import (
	"net/http"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// sseTalk is how much may come behind the request of an event stream.
const sseTalk = 64 << 10

// ServeSSE answers GET /1/match/{id}/stream.
func (g *Gate) ServeSSE(w http.ResponseWriter, r *http.Request) {
	ask, ok := g.ask(w, r, r.Header.Get("Last-Event-ID"))
	if !ok {
		return
	}
	if ask.since != nil && nothingLeft(ask.match.View(), ask.since) {
		w.Header().Set("Cache-Control", "no-cache, no-transform")
		w.WriteHeader(http.StatusNoContent) // an EventSource would come back for ever
		return
	}
	byEdge := pump.Ticket(0)
	if r.Header.Get(wire.ViaHeader) != "" {
		byEdge = isEdge // which reports those who watch there
	}
	g.stream(w, r, func(t pump.Ticket) pump.Watch {
		t |= byEdge
		return g.watch(ask.match, ask.match.Lane(wire.SSE), wire.SSE, []byte(ask.user), ask.since, t)
	})
}

// ServeBoard answers GET /1/stream.
func (g *Gate) ServeBoard(w http.ResponseWriter, r *http.Request) {
	g.stream(w, r, g.board)
}

// stream writes an event stream: on a connection taken over from net/http, or
// where that cannot be (HTTP/2) as a response that goes on.
func (g *Gate) stream(w http.ResponseWriter, r *http.Request, watch func(pump.Ticket) pump.Watch) {
	if r.Method == http.MethodHead {
		sseHeaders(w)
		return
	}
	g.handing.Add(1)
	defer g.handing.Done()
	client, ok := g.room(w, r)
	if !ok {
		return
	}
	defer client.end()
	if r.ProtoMajor >= 2 {
		ready := watch(client.ticket)
		ready.Head = []byte(wire.SSEOpening)
		sseHeaders(w)
		client.over = true
		access.Connected(r.Context())
		g.Portable.Serve(r, w, ready)
		return
	}
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		g.Problem(w, r, http.StatusInternalServerError, "", "this connection cannot carry a stream")
		return
	}
	client.takes(c)
	access.Connected(r.Context())
	c.SetDeadline(time.Time{})
	ready := watch(client.ticket)
	ready.Head = wire.AppendSSEHead(nil, time.Now())
	ready.Said = rest(buffered)
	client.to(ready)
}

func sseHeaders(w http.ResponseWriter) {
	for _, h := range wire.SSEHeaders {
		w.Header().Set(h[0], h[1])
	}
	w.WriteHeader(http.StatusOK)
}
