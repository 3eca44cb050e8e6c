package node

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"matchstream/internal/api"
	"matchstream/internal/cluster"
)

// moving serves what sends watchers away, on the admin address of any node:
//
//	POST /drain?node=NAME&over=30s&force=1
//	POST /undrain?node=NAME
//	POST /shed?node=NAME&share=10%25&over=30s
//	GET  /crowd?node=NAME   how many watch there
//
// Without a node it is this one. The answer is a crowd.
func (n *Node) moving() http.Handler {
	mux := http.NewServeMux()
	for pattern, verb := range map[string]string{"POST /drain": verbDrain, "POST /undrain": verbUndrain, "POST /shed": verbShed, "GET /crowd": verbCrowd} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { n.moveBy(w, r, verb) })
	}
	// A page of another site cannot read what is here, but a form of it can post.
	same := http.NewCrossOriginProtection()
	same.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.Refuse(w, r, http.StatusForbidden, "header.Origin", "this is not for pages of other sites")
	}))
	return same.Handler(mux)
}

// parameters that a verb takes.
var parameters = map[string][]string{verbDrain: {"over", "force"}, verbUndrain: nil, verbShed: {"share", "over"}, verbCrowd: nil}

func (n *Node) moveBy(w http.ResponseWriter, r *http.Request, verb string) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		api.Refuse(w, r, http.StatusUnprocessableEntity, "query", "expected name=value pairs with & between them, in URL encoding (% itself is %25)")
		return
	}
	var args []string
	for _, name := range parameters[verb] {
		args = append(args, query.Get(name))
	}
	if field, err := wrong(verb, query); err != nil { // before another node is asked
		api.Refuse(w, r, http.StatusUnprocessableEntity, "query."+field, err.Error())
		return
	}
	name := query.Get("node")
	ask := n.members.Ask
	if name == "" { // itself, also where another has its name
		ask = func(ctx context.Context, _, verb string, args []string) (string, error) {
			text, err := n.answer(ctx, verb, args)
			if err != nil {
				err = &cluster.RefusedError{Node: n.config.Name, Text: err.Error()}
			}
			return text, err
		}
	}
	text, err := ask(r.Context(), name, verb, args)
	var refused *cluster.RefusedError
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, text+"\n") //nolint:errcheck // that he has left is no trouble of ours
	case errors.Is(err, cluster.ErrNoNode):
		api.Refuse(w, r, http.StatusNotFound, "query.node", err.Error())
	case errors.As(err, &refused), errors.Is(err, cluster.ErrTwins):
		api.Refuse(w, r, http.StatusConflict, "", err.Error())
	case errors.Is(err, cluster.ErrNoAnswer):
		api.Refuse(w, r, http.StatusGatewayTimeout, "", err.Error())
	default:
		n.log.Warn("another node cannot be asked", "name", name, "cause", err)
		api.Refuse(w, r, http.StatusServiceUnavailable, "", "the other node cannot be asked now: the store carries no message")
	}
}

// wrong says what is wrong with a query, and which of its values.
func wrong(verb string, query url.Values) (field string, err error) {
	switch verb {
	case verbShed:
		if _, err := parseShare(query.Get("share")); err != nil {
			return "share", err
		}
	case verbDrain:
		if f := query.Get("force"); f != "" && f != "1" {
			return "force", errors.New("force: expected 1, or nothing")
		}
	}
	_, err = parseOver(query.Get("over"), 0)
	return "over", err
}
