package gate

import (
	"net/http"
	"time"

	"matchstream/internal/match"
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
	v := ask.match.View()
	if p := ask.since; p != nil && v.State.Period == match.Ended && p.ID >= v.State.LastID &&
		(p.Epoch == "" || p.Epoch == v.Info.Epoch) {
		w.Header().Set("Cache-Control", "no-cache, no-transform")
		w.WriteHeader(http.StatusNoContent) // an EventSource would come back for ever
		return
	}
	g.stream(w, r, func() pump.Watch {
		return g.watch(ask.match, wire.SSE, ask.user, ask.since)
	})
}

// ServeBoard answers GET /1/stream.
func (g *Gate) ServeBoard(w http.ResponseWriter, r *http.Request) {
	g.stream(w, r, func() pump.Watch {
		lane := g.Live.Board()
		lane.Acquire() // the board's lane is never retired
		at, first, _ := place(lane.View(), "", nil)
		return pump.Watch{Lane: lane, Cursor: at, Head: first, Heartbeat: wire.Heartbeat(wire.SSE),
			Farewell: g.farewell(wire.SSE, ""), Left: func(pump.Reason) {}}
	})
}

// stream writes an event stream: on a connection taken over from net/http, or
// where that cannot be (HTTP/2) as a response that goes on.
func (g *Gate) stream(w http.ResponseWriter, r *http.Request, watch func() pump.Watch) {
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
		ready := g.sse(watch(), []byte(wire.SSEOpening))
		sseHeaders(w)
		g.Pump.Serve(r, w, client.watch(ready))
		return
	}
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		g.Problem(w, r, http.StatusInternalServerError, "", "this connection cannot carry a stream")
		return
	}
	client.conn = c
	c.SetDeadline(time.Time{})
	ready := g.sse(watch(), wire.SSEHead(time.Now()))
	ready.Hear = discard(sseTalk - buffered.Reader.Buffered())
	g.Pump.Attach(c, client.watch(ready))
}

// sse is what event streams have in common.
func (g *Gate) sse(w pump.Watch, head []byte) pump.Watch {
	w.Head = append(head, w.Head...)
	w.Counts = &g.SSE
	return w
}

func sseHeaders(w http.ResponseWriter) {
	for _, h := range wire.SSEHeaders {
		w.Header().Set(h[0], h[1])
	}
	w.WriteHeader(http.StatusOK)
}
