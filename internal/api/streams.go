package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"matchstream/internal/wire"
)

func (s *server) addStreams() {
	id := &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"},
		Description: "Match id: <home>-<visit>-<YYYY-MM-DD>", Example: "elp-tig-2011-09-10"}
	since := &huma.Param{Name: "since", In: "query", Schema: &huma.Schema{Type: "string"},
		Description: "Resume behind this position, with no status first", Example: "17-k3f9a2"}
	user := &huma.Param{Name: "user", In: "query", Schema: &huma.Schema{Type: "string"},
		Description: "The user's id: 0 to 128 bytes of printable UTF-8 without a colon"}
	last := &huma.Param{Name: "Last-Event-ID", In: "header", Schema: &huma.Schema{Type: "string"},
		Description: "Resume behind this position; beats since"}
	schemaOf[wire.Status](s)
	sse := func(description string) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: "string", Description: description}}}
	}

	op := huma.Operation{OperationID: "stream-match", Method: http.MethodGet, Path: "/1/match/{id}/stream",
		Tags: []string{"streams"}, Summary: "A match live, as Server-Sent Events",
		Description: "First the match as it stands (`event: status`), then every event as it happens: `id:` its position, `event:` its kind, `data:` the event.",
		Parameters:  []*huma.Param{id, since, user, last},
		Responses:   answers(http.StatusOK, "The stream", sse("data: of a status is a Status, of an event an Event")),
		Errors:      []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}}
	op.Responses["204"] = &huma.Response{Description: "The match is over and nothing is left after this position: do not come back"}
	s.addStream(op, s.Streams.Match)

	op = huma.Operation{OperationID: "websocket-match", Method: http.MethodGet, Path: "/1/match/{id}/ws",
		Tags: []string{"streams"}, Summary: "A match live, over WebSocket",
		Description: "One JSON object in each text message: a Status first, then Events. Closed with 1000 when the match is over, 4404 when it was deleted, 1012 when the node goes (come back, with the position), 4408 when no progress was made, 1009 for a message from the client over 4 KiB.",
		Parameters:  []*huma.Param{id, since, user},
		Responses:   answers(http.StatusSwitchingProtocols, "The stream", nil),
		Errors:      []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusUpgradeRequired, http.StatusServiceUnavailable}}
	s.addStream(op, s.Streams.WS)

	op = huma.Operation{OperationID: "stream-board", Method: http.MethodGet, Path: "/1/stream",
		Tags: []string{"streams"}, Summary: "The scores of all matches live, as Server-Sent Events",
		Description: "First all matches that are not over, then one `event: match` for each change of score, period or status and for each new match, conflated; `event: gone` when one is deleted, and `event: team` when a team is new or was changed. It cannot be resumed.",
		Responses:   answers(http.StatusOK, "The stream", sse("data: is a Score")),
		Errors:      []int{http.StatusServiceUnavailable}}
	schemaOf[wire.Score](s)
	s.addStream(op, s.Streams.Board)
}

func (s *server) addStream(op huma.Operation, h http.HandlerFunc) {
	s.describe(&op)
	s.huma.OpenAPI().AddOperation(&op)
	s.router.stream(op.Method+" "+op.Path, h)
}
