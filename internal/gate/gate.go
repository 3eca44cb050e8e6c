// Package gate is the front doors: the TCP line protocol, Server-Sent Events
// and WebSocket. A door does the handshake, finds the match, sets the cursor,
// and hands the connection to the pump; from then on it knows nothing of it.
package gate

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"matchstream/internal/access"
	"matchstream/internal/live"
	"matchstream/internal/proxy"
	"matchstream/internal/pump"
)

// Options of a Gate. All are needed, but for the limits.
type Options struct {
	Live             *live.Live
	Pump             pump.Pump       // of plain connections
	Portable         *pump.Goroutine // of all others; it may be the same
	HandshakeTimeout time.Duration   // a TCP client's line
	Drain            time.Duration   // within it SSE clients are told to come back
	MaxConnections   int             // watchers at once; 0: no limit
	MaxPerIP         int             // connections at once from one address, of any kind; 0: no limit
	Proxies          proxy.Networks  // where there are proxies that are believed; nil: nowhere
	Log              *slog.Logger
	Watches          *slog.Logger    // is told of each client at debug, if that is on when the gate is made; nil: as Log
	Access           *access.Log     // nil: there is none
	Panicked         func(cause any) // told of each panic contained; nil: nobody is
	// Problem answers a request that cannot be served; field is the parameter
	// at fault, or "".
	Problem func(w http.ResponseWriter, r *http.Request, status int, field, detail string)
}

// Gate is the doors of one node.
type Gate struct {
	Options
	admission admission
	addresses addresses
	quiet     Quiet
	sessions  sessions
	traced    bool // each client is told to Watches
	streams   streams
	doors     atomic.Pointer[[]*Door]
	waiting   waiting
	handing   sync.WaitGroup // connections between net/http and the pump

	// Counts by protocol.
	TCP, SSE, WebSocket pump.Counts
	Refused             Refusals
}

// New makes the doors of a node.
func New(o Options) *Gate {
	g := &Gate{Options: o}
	if g.Watches == nil {
		g.Watches = g.Log
	}
	g.traced = g.Watches.Enabled(context.Background(), slog.LevelDebug)
	g.doors.Store(new([]*Door))
	g.admission.max, g.addresses.most = o.MaxConnections, o.MaxPerIP
	return g
}

// Handed waits until every connection that was taken over from net/http is the
// pump's. To be called when the HTTP server has shut down.
func (g *Gate) Handed() { g.handing.Wait() }
