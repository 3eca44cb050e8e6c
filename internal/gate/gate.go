// Package gate is the front doors: the TCP line protocol, Server-Sent Events
// and WebSocket. A door does the handshake, finds the match, sets the cursor,
// and hands the connection to the pump; from then on it knows nothing of it.
package gate

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"matchstream/internal/feed"
	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// Options of a Gate. All are needed, but for the limits.
type Options struct {
	Live             *live.Live
	Pump             *pump.Goroutine
	HandshakeTimeout time.Duration // a TCP client's line
	Drain            time.Duration // within it SSE clients are told to come back
	MaxConnections   int           // watchers at once; 0: no limit
	MaxPerIP         int           // watchers at once from one address; 0: no limit
	Log              *slog.Logger
	Panicked         func(cause any) // told of each panic contained; nil: nobody is
	// Problem answers a request that cannot be served; field is the parameter
	// at fault, or "".
	Problem func(w http.ResponseWriter, r *http.Request, status int, field, detail string)
}

// Gate is the doors of one node.
type Gate struct {
	Options
	admission admission
	waiting   waiting
	handing   sync.WaitGroup // connections between net/http and the pump

	// Counts by protocol.
	TCP, SSE, WebSocket pump.Counts
	Refused             Refusals
}

// New makes the doors of a node.
func New(o Options) *Gate {
	g := &Gate{Options: o}
	g.admission.max, g.admission.perIP = o.MaxConnections, o.MaxPerIP
	return g
}

// Handed waits until every connection that was taken over from net/http is the
// pump's. To be called when the HTTP server has shut down.
func (g *Gate) Handed() { g.handing.Wait() }

// place sets a new watcher's cursor. Whoever joins is given a status and
// stands behind the last frame; whoever resumes stands behind the event he
// names, and is given nothing first. Both come from one view of the lane, so
// nothing is missed and nothing comes twice.
func place(v *feed.View, epoch string, since *match.Position) (at feed.Cursor, first []byte, resumed bool) {
	if since == nil {
		return v.Join(), v.Status(true), false
	}
	if since.Epoch == "" || since.Epoch == epoch {
		if at, ok := v.Resume(since.ID); ok {
			return at, nil, true
		}
	}
	return v.Join(), v.Status(false), false
}

// farewell is what a protocol says at the end.
func (g *Gate) farewell(f wire.Format, matchID string) func(pump.Reason) []byte {
	return func(why pump.Reason) []byte {
		retry := rand.N(int(g.Drain.Milliseconds()) + 1)
		switch why {
		case pump.Ended:
			return wire.Farewell(f, wire.Ended, matchID, retry)
		case pump.Deleted:
			return wire.Farewell(f, wire.Deleted, matchID, retry)
		case pump.TooSlow:
			return wire.Farewell(f, wire.TooSlow, matchID, retry)
		case pump.Draining, pump.Stale:
			return wire.Farewell(f, wire.Draining, matchID, retry)
		}
		return nil
	}
}

// discard listens to a client who is expected to be silent: what he says is
// thrown away, up to most bytes.
func discard(most int) func([]byte) ([]byte, pump.Reason) {
	return func(p []byte) ([]byte, pump.Reason) {
		if most -= len(p); most < 0 {
			return nil, pump.TooMuch
		}
		return nil, pump.Watching
	}
}
