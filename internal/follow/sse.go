package follow

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/wire"
)

type sseStream struct {
	*follower
	body io.ReadCloser
	r    *wire.SSEReader
}

func (f *follower) dialSSE(ctx context.Context, base, since string) (stream, time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+f.path("stream"), nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Accept", "text/event-stream")
	if since != "" {
		r.Header.Set("Last-Event-ID", since)
	}
	response, err := streams.Do(r)
	if err != nil {
		return nil, 0, err
	}
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	switch {
	case response.StatusCode == http.StatusOK && kind != "text/event-stream":
		response.Body.Close()
		return nil, 0, &client.Refusal{Status: response.StatusCode, Detail: fmt.Sprintf("expected an event stream from %s, got %q", r.URL, kind)}
	case response.StatusCode == http.StatusOK:
		return &sseStream{follower: f, body: response.Body, r: wire.NewSSEReader(tap(response.Body, f.raw()))}, 0, nil
	case response.StatusCode == http.StatusNoContent:
		response.Body.Close()
		return nil, 0, errOver
	}
	after, err := refusal(response)
	return nil, after, err
}

func (s *sseStream) close() { s.body.Close() }

func (s *sseStream) next() (Frame, error) {
	e, err := s.r.Read()
	if s.r.Retry > 0 {
		s.retry = s.r.Retry // it holds until the server says another
	}
	switch {
	case err != nil:
		return Frame{}, err
	case e.Event == "gone":
		return Frame{}, errRemoved
	}
	frame, err := parseObject([]byte(e.Data))
	if err == nil && e.ID != frame.Position.String() {
		err = fmt.Errorf("expected the id %v of the event's position, got %q", frame.Position, e.ID)
	}
	return frame, err
}

// path is that of one of the match's streams.
func (f *follower) path(name string) string {
	path := "/1/match/" + url.PathEscape(f.Match) + "/" + name
	if f.User != "" {
		path += "?user=" + url.QueryEscape(f.User)
	}
	return path
}
