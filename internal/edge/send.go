package edge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"

	"matchstream/internal/client"
	"matchstream/internal/live"
	"matchstream/internal/wire"
)

// notSent is an error before anything was sent.
type notSent struct{ error }

func (n notSent) Unwrap() error { return n.error }

// refusals are answers of an origin, or of what stands before it, that has surely not
// counted a report. (422 is of one that has counted all but what it names.)
var refusals = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
	http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable}

// refused says whether what was reported is surely not counted, so that it may be
// reported again.
func refused(err error) bool {
	var not notSent
	return errors.As(err, &not) || slices.ContainsFunc(refusals, func(status int) bool { return client.Is(err, status) })
}

// send reports; it returns the key of users.
func (r *Reporter) send(ctx context.Context, reports []live.AudienceReport) (key []byte, err error) {
	o := r.store.origin
	ctx, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	body, err := json.Marshal(wire.EdgeReport[live.AudienceReport]{Matches: reports})
	if err != nil {
		return nil, notSent{err}
	}
	var wrote atomic.Bool // over any connection: one that was kept may break, and another be tried
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, o.base+"/1/edges/"+url.PathEscape(o.id), bytes.NewReader(body))
	if err != nil {
		return nil, notSent{err}
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Authorization", "Bearer "+r.token)
	if r.round > 0 {
		q.Header.Set(wire.RoundHeader, strconv.FormatUint(r.round, 10))
	}
	response, err := o.do(q)
	if err != nil && !wrote.Load() {
		err = notSent{err}
	}
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode/100 == 3:
		return nil, notSent{refusal(response)} // nor is it, to there
	case response.StatusCode != http.StatusOK:
		return nil, refusal(response)
	}
	var answer wire.EdgeAnswer
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		return nil, fmt.Errorf("expected an answer as of POST /1/edges/{name}: %w", err)
	}
	return answer.Key, nil
}
