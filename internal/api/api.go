// Package api is the REST API of MatchStream, version 1, and its OpenAPI
// description, which is made from the very types that the answers are encoded
// from. The live streams have their place in it too, but are served by
// handlers that are given.
//
// # The way of a request
//
// front sets what every answer carries (version, CORS), answers OPTIONS, and
// finds the route. A stream's handler gets the connection as it is. All other
// answers go through compression and contain (panics, measuring) to huma,
// which parses and checks parameters and bodies by the schemas. Operators'
// routes look at the token before anything else is read. Whatever goes wrong
// becomes a Problem (RFC 9457) in one place, problemOf.
package api

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"

	"matchstream/internal/auth"
	"matchstream/internal/live"
	"matchstream/internal/shelf"
)

// Options of the API. Live, Auth and Streams are needed.
type Options struct {
	Live    *live.Live
	Auth    *auth.Tokens
	Streams Streams

	CheckinPort func() int              // the TCP port to send the next client to; 0: none is open
	CheckinTLS  func() int              // the same over TLS; 0, or nil: there is none
	Advertise   string                  // host that clients are told; "": the one they asked
	Nodes       func() []NodeInfo       // the nodes as GET /1/nodes shows them, this one among them
	Places      func() []Place          // where else clients may go, this node among them, the best first; none: there is this one only
	Ready       func() []string         // why the node is not ready; none: it is
	Warnings    func() []string         // what is at risk though it is ready; nil: nothing ever is
	Missing     http.Handler            // the page that says there is nothing, for browsers; nil: they get a problem, too
	Pages       map[string]http.Handler // what else stands on this port, by http.ServeMux pattern ("GET /{$}"); no catch-all
	Version     string                  // of the program
	Origin      *Origin                 // of an edge; else nil

	Log *slog.Logger // slog.Default()
	// Observe is called after each answer but those of streams: the route's
	// pattern ("GET /1/match/{id}", "" for none), the status, and the time.
	Observe func(route string, status int, took time.Duration)
	// Panicked is called for each panic contained.
	Panicked func()
}

// Streams serve the live streams. Their ResponseWriter is net/http's own, so
// it can be hijacked; its Header() holds already what every answer carries
// (version, CORS), for them to write with their own.
type Streams struct {
	Match http.HandlerFunc // GET /1/match/{id}/stream: Server-Sent Events
	WS    http.HandlerFunc // GET /1/match/{id}/ws
	Board http.HandlerFunc // GET /1/stream: all matches
}

// Place is where a client can connect, as GET /1/checkin tells it.
type Place struct {
	Name string `json:"name" doc:"Of the node"`
	Host string `json:"host" doc:"The host to connect to"`
	Port int    `json:"port" doc:"One of its TCP ports"`
	TLS  int    `json:"tls,omitempty" doc:"One of its ports of the line protocol over TLS; left out: it has none"`
	HTTP int    `json:"http,omitempty" doc:"Port of the API and of the SSE and WebSocket streams there"`
	URL  string `json:"url,omitempty" doc:"Address of the API and of those streams there, with its scheme"`
}

// NodeInfo is a node as GET /1/nodes shows it.
type NodeInfo struct {
	Name     string `json:"name"`
	Host     string `json:"host,omitempty" doc:"Where clients reach it; left out: of the node that answers, where they reached it; of another, not known"`
	HTTP     int    `json:"http,omitempty" doc:"Port of the API and of the SSE and WebSocket streams"`
	URL      string `json:"url,omitempty" doc:"Address of the API and of those streams, with its scheme; left out where host or port are"`
	TCP      []int  `json:"tcp,omitempty" doc:"Ports of the line protocol"`
	TLS      []int  `json:"tls,omitempty" doc:"Ports of the line protocol over TLS"`
	Watchers int64  `json:"watchers" doc:"Connected now, over all protocols"`
	Limit    int64  `json:"limit,omitempty" doc:"So many watchers fit; left out: no limit is known"`
	Version  string `json:"version,omitempty" doc:"Of the program"`
	Here     bool   `json:"here,omitempty" doc:"It is the node that answers"`
	Draining bool   `json:"draining,omitempty" doc:"Streams are being ended; no new ones"`
	Lagging  bool   `json:"lagging,omitempty" doc:"It has not heard of events that others have"`
}

// server is the API put together.
type server struct {
	Options
	router *router
	huma   huma.API
	plain  http.Handler // all routes that are no streams, behind compression

	histories *shelf.Shelf
	lists     *shelf.Shelf
}

// huma has these two as switches for the whole program: an unknown key is an
// error even if it differs in case only, and lists of ours are never null.
func init() {
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false
}

// New puts the API together. It fails only for options that cannot work.
func New(o Options) (http.Handler, error) {
	if o.Live == nil || o.Auth == nil || o.Streams.Match == nil || o.Streams.WS == nil || o.Streams.Board == nil {
		return nil, errors.New("api: Live, Auth and the three Streams are needed")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s, err := build(o)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func build(o Options) (*server, error) {
	s := &server{Options: o, router: newRouter(), histories: newHistories(), lists: newLists()}
	s.huma = huma.NewAPI(s.config(), humago.NewAdapter(s.router, ""))
	describeTypes(s.huma.OpenAPI().Components.Schemas)
	s.addNode()
	s.addMatches()
	s.addMatch()
	s.addHistory()
	s.addStreams()
	s.addTeams()
	s.addChanges()
	s.addEvents()
	s.addUsers()
	s.addToken()
	s.addEdges()
	s.addDescription()
	for pattern, h := range o.Pages {
		s.router.mux.Handle(pattern, h)
	}
	compress, err := gzhttp.NewWrapper(gzhttp.SuffixETag(packedSuffix))
	if err != nil {
		return nil, err
	}
	s.plain = compress(http.HandlerFunc(s.contain))
	return s, nil
}
