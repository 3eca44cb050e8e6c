package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/api"
	"matchstream/internal/inside"
	"matchstream/internal/live"
	"matchstream/internal/logging"
	"matchstream/internal/pump"
)

// What may be asked for.
const (
	insideUsual = 50   // matches
	insideMost  = 1000 // likewise
	// loopsWait is how long a loop may take to answer.
	loopsWait = 500 * time.Millisecond
)

// insideQuery is what somebody asks for.
type insideQuery struct {
	by    live.Order
	limit int
	match string // in detail; "": none
}

// parseInside reads a query; field is the parameter at fault.
func parseInside(text string) (q insideQuery, field string, err error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return q, "", errors.New("expected name=value pairs with & between them, in URL encoding (% itself is %25)")
	}
	q = insideQuery{by: live.ByLag, limit: insideUsual, match: values.Get("match")}
	if sort := values.Get("sort"); sort != "" {
		if q.by = live.Order(sort); !slices.Contains(live.Orders, q.by) {
			return q, "sort", fmt.Errorf("sort: expected lag, memory, rate or watchers, got %.40q", sort)
		}
	}
	if limit := values.Get("limit"); limit != "" {
		if q.limit, err = strconv.Atoi(limit); err != nil || q.limit < 0 || q.limit > insideMost || strings.HasPrefix(limit, "+") {
			return q, "limit", fmt.Errorf("limit: expected a whole number from 0 to %d, got %.40q", insideMost, limit)
		}
	}
	return q, "", nil
}

// serveInside answers GET /node/inside?sort=lag&limit=50&match=ID.
func (n *Node) serveInside(w http.ResponseWriter, r *http.Request) {
	q, field, err := parseInside(r.URL.RawQuery)
	if err != nil {
		api.Refuse(w, r, http.StatusUnprocessableEntity, strings.TrimSuffix("query."+field, "."), err.Error())
		return
	}
	var loops pump.Inside
	if n.epoll != nil {
		loops = n.epoll.Inside(loopsWait)
	}
	matches, known := n.insideMatches(q, loops.Lanes)
	if !known {
		api.Refuse(w, r, http.StatusNotFound, "query.match", fmt.Sprintf("no match %.60q is known here", q.match))
		return
	}
	b, err := json.Marshal(n.inside(loops, matches))
	if err != nil {
		logging.Room(n.config.Log, "node").Error("what is inside the node could not be encoded", "cause", err)
		api.Refuse(w, r, http.StatusInternalServerError, "", "what is inside the node could not be encoded; its log says why")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(append(b, '\n')) //nolint:errcheck // that he has left is no trouble of ours
}

func (n *Node) inside(loops pump.Inside, matches inside.Matches) inside.Snapshot {
	now := inside.Snapshot{Node: n.config.Name, Version: n.config.Version, At: time.Now().UTC(), Up: time.Since(n.began).Seconds(), Draining: n.draining.Load(),
		Troubles: []inside.Trouble{}, Loops: insideLoops(loops), Portable: n.portable.Watches(), Matches: matches,
		Store: n.insideStore(), Gates: n.insideGates(loops), Audience: n.insideAudience(), Go: readGo(), Process: n.insideProcess()}
	second := n.vitals.Second()
	for _, t := range n.vitals.Troubles() {
		now.Troubles = append(now.Troubles, inside.Trouble{Name: t.Name, Grave: t.Grave, Since: second - t.Since})
	}
	now.Watchers = inside.Watchers{TCP: int64(n.gate.TCP.Active()), SSE: int64(n.gate.SSE.Active()), WS: int64(n.gate.WebSocket.Active()), Limit: int64(n.limits.Watchers),
		Joins: n.over((*pump.Counts).Opened)(), Deliveries: n.over((*pump.Counts).Deliveries)(), Bytes: n.over((*pump.Counts).Bytes)(),
		Last: n.latest("last_watcher")}
	return now
}

// latest sample of a series; nil: there is none.
func (n *Node) latest(series string) *float64 {
	if v, ok := n.vitals.Latest(series); ok {
		return &v
	}
	return nil
}
