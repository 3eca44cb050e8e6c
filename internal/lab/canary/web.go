package canary

import (
	"bufio"
	"context"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"matchstream/internal/lab"
)

// openSSE asks for a stream of Server-Sent Events.
func (c *Canary) openSSE(ctx context.Context) (*stream, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.o.Plan.Server+c.path("stream"), nil)
	if err != nil {
		return nil, err
	}
	r.Header = c.headers()
	r.Header.Set("Accept", "text/event-stream")
	// A connection of its own, as a browser's stream in use is one.
	transport := &http.Transport{DisableKeepAlives: true, DialContext: dial}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	s := &stream{close: func() { answer.Body.Close() }}
	if answer.StatusCode != http.StatusOK {
		return s, failf(lab.Answered, "%s: expected 200 OK, not %s", r.URL, answer.Status)
	}
	read := bufio.NewReaderSize(answer.Body, buffer)
	s.next = func() ([]byte, error) {
		frame, err := until(read, []byte("\n\n"))
		if err != nil {
			err = heard(err)
		}
		return frame, err
	}
	return s, nil
}

// openWebSocket opens a WebSocket.
func (c *Canary) openWebSocket(ctx context.Context) (*stream, error) {
	url := "ws" + strings.TrimPrefix(c.o.Plan.Server, "http") + c.path("ws")
	conn, answer, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: c.headers(), HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}})
	if err != nil {
		if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
			return nil, failf(lab.Answered, "%s: expected 101, not %s", url, answer.Status)
		}
		return nil, err
	}
	conn.SetReadLimit(maxFrame)
	return &stream{
		next: func() ([]byte, error) {
			_, frame, err := conn.Read(ctx)
			switch {
			case websocket.CloseStatus(err) >= 0:
				err = failf(lab.CutOff, "%v", err)
			case err != nil:
				err = heard(err)
			}
			return frame, err
		},
		close: func() { conn.CloseNow() },
	}, nil
}

// headers that a service wants.
func (c *Canary) headers() http.Header {
	h := http.Header{}
	if s := c.o.Plan.Service; s != nil {
		for _, line := range s.Headers {
			name, value, _ := strings.Cut(line, ":")
			h.Set(name, strings.TrimSpace(c.filled(value)))
		}
	}
	return h
}
