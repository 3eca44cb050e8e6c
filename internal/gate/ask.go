package gate

import (
	"errors"
	"net/http"
	"net/url"

	"matchstream/internal/live"
	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// ask is what a stream's request says.
type ask struct {
	match *live.Match
	user  string
	since *match.Position
}

// ask reads a stream's request, and answers it if it cannot be served.
// position, if there is one, beats the query's: an EventSource comes back with
// its old address.
func (g *Gate) ask(w http.ResponseWriter, r *http.Request, position string) (a ask, ok bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // half of it would be a guess
		g.Problem(w, r, http.StatusUnprocessableEntity, "query",
			"expected name=value pairs with & between them, in URL encoding ("+err.Error()+")")
		return a, false
	}
	field := "header.Last-Event-ID"
	if position == "" {
		position, field = query.Get("since"), "query.since"
	}
	if position != "" || field == "query.since" && query.Has("since") {
		p, err := match.ParsePosition(position)
		if err != nil {
			g.Problem(w, r, http.StatusUnprocessableEntity, field, "expected a position, <event id>-<epoch> or <event id>")
			return a, false
		}
		a.since = &p
	}
	a.user = query.Get("user")
	if err := wire.CheckUser(a.user); err != nil {
		g.Problem(w, r, http.StatusUnprocessableEntity, "query.user", err.Error())
		return a, false
	}
	if a.match, err = g.Live.At(r.Context(), r.PathValue("id"), a.since); err != nil {
		status, field, detail := http.StatusNotFound, "path.id", "match not found: "+r.PathValue("id")
		if !errors.Is(err, live.ErrNotFound) {
			status, field, detail = http.StatusServiceUnavailable, "", "the match cannot be read now"
			w.Header().Set("Retry-After", "2")
			if r.Context().Err() == nil { // else he has left, and that is the cause
				g.Log.Error("a match cannot be served", "match", r.PathValue("id"), "cause", err)
			}
		}
		g.Problem(w, r, status, field, detail)
		return a, false
	}
	return a, true
}

// room asks for admission, and answers if there is none.
func (g *Gate) room(w http.ResponseWriter, r *http.Request) (h *handover, ok bool) {
	place, err := g.placeFor(r)
	if err != nil {
		g.Refused.FullForIP.Add(1)
		return nil, g.noRoom(w, r, err)
	}
	ticket, err := g.letIn(address(r.RemoteAddr), place)
	if err != nil {
		g.why(err)
		g.addresses.leave(place)
		return nil, g.noRoom(w, r, err)
	}
	return &handover{gate: g, ticket: ticket}, true
}

// noRoom answers who is not let in; false.
func (g *Gate) noRoom(w http.ResponseWriter, r *http.Request, err error) bool {
	w.Header().Set("Retry-After", "5")
	w.Header().Set("Connection", "close") // what there is of descriptors is for those who can be served
	g.Problem(w, r, http.StatusServiceUnavailable, "", err.Error())
	return false
}
