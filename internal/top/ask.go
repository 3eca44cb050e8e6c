package top

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"matchstream/internal/client"
)

// question is what a node is asked.
type question struct {
	sort  Sort
	limit int
	match string // in detail; "": none
}

// ask a node how it stands. The error is for a person.
func ask(ctx context.Context, node *client.Client, q question) (*Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	values := url.Values{"sort": {string(q.sort)}, "limit": {strconv.Itoa(q.limit)}}
	if q.match != "" {
		values.Set("match", q.match)
	}
	s := new(Snapshot)
	err := node.Call(ctx, http.MethodGet, "/node/inside?"+values.Encode(), "", nil, s)
	var refused *client.Refusal
	var failed *net.OpError
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusNotFound && q.match != "":
		unknown := q.match // it is another node's
		q.match = ""
		if s, err = ask(ctx, node, q); err == nil {
			s.unknown = unknown
		}
		return s, err
	case errors.As(err, &refused) && refused.Status == http.StatusNotFound:
		return nil, fmt.Errorf("expected the admin address of a MatchStream node (serve --admin) that has /node/inside: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("no answer within %v", answerWithin)
	case errors.As(err, &failed):
		return nil, failed.Err
	case err != nil:
		return nil, err
	}
	return s, nil
}
