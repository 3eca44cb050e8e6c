package edge

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"matchstream/internal/client"
	"matchstream/internal/wire"
)

const (
	// answering is how long an answer of the origin may take, silent how long a
	// stream may say nothing: an origin's --heartbeat has to be shorter.
	answering = 10 * time.Second
	silent    = time.Minute
	// asking is how many requests to the origin there are at once, streams not
	// counted once they have begun: thousands that come back together queue here.
	asking = 32
	// longestAnswer and longestLine are how many bytes are taken from an origin.
	longestAnswer = 256 << 20
	longestLine   = 4 << 20
)

// origin is another MatchStream, asked over its public API. Redirects are not
// followed: an origin is where one was told that it is.
type origin struct {
	base      string
	id        string // of this edge
	client    *http.Client
	transport *way
	turns     chan struct{}
	here      here
}

// newOrigin with the system's certificates, if certificates is nil.
func newOrigin(base, id string, certificates *tls.Config) *origin {
	o := &origin{base: base, id: id, turns: make(chan struct{}, asking)}
	o.transport = newWay(&http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: o.here.noted((&net.Dialer{Timeout: 5 * time.Second, KeepAliveConfig: net.KeepAliveConfig{
			Enable: true, Idle: 5 * time.Second, Interval: 5 * time.Second, Count: 3}}).DialContext),
		TLSClientConfig:       certificates,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: answering,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   asking,
		IdleConnTimeout:       time.Minute,
	})
	o.client = &http.Client{Transport: o.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return o
}

func (o *origin) close() { o.transport.close() }

// sign a request: by which edges it comes, via and this one, and for whom it is, this
// edge itself unless that is said already. An origin that takes edges for proxies
// (--trust-proxy) refuses who does not say so; any other leaves it out of account.
func (o *origin) sign(r *http.Request, via ...string) {
	r.Header.Set(wire.ViaHeader, strings.Join(append(via, o.id), ","))
	if r.Header.Get(forwardedFor) == "" {
		if ip := o.here.address(r, o.transport.now.Load().Proxy); ip != "" {
			r.Header.Set(forwardedFor, ip)
		}
	}
}

const forwardedFor = "X-Forwarded-For"

// do makes a request when its turn has come.
func (o *origin) do(r *http.Request) (*http.Response, error) {
	select {
	case o.turns <- struct{}{}:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	defer func() { <-o.turns }()
	o.sign(r)
	return o.client.Do(r)
}

// answer of the origin that is no stream.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// get something. An error that wraps *client.Refusal is an answer other than 200.
func (o *origin) get(ctx context.Context, path string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*answering)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	response, err := o.do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, refusal(response)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer+1))
	if err == nil && len(body) > longestAnswer {
		err = fmt.Errorf("GET %s: expected at most %d bytes", path, longestAnswer)
	}
	return &answer{response.StatusCode, response.Header, body}, err
}

// read gets JSON into a value.
func (o *origin) read(ctx context.Context, path string, into any) (*answer, error) {
	a, err := o.get(ctx, path)
	if err == nil {
		if err = json.Unmarshal(a.body, into); err != nil {
			err = fmt.Errorf("GET %s: expected JSON of the MatchStream API: %w", path, err)
		}
	}
	return a, err
}

// later is a refusal for now, with how long the origin wants to be left alone.
type later struct {
	error
	after time.Duration
}

func (l later) Unwrap() error { return l.error }

func refusal(response *http.Response) error {
	if response.StatusCode/100 == 3 {
		return fmt.Errorf("the origin sends to %.200q: expected the address of the origin itself", response.Header.Get("Location"))
	}
	_, after, err := client.Refused(response)
	if response.StatusCode == http.StatusServiceUnavailable {
		after = elsewhere(after)
	}
	return later{err, after}
}

// askedFor is how long an error says to wait.
func askedFor(err error) time.Duration {
	var l later
	errors.As(err, &l)
	return l.after
}

// errOver: the match is over, and nothing is left of it.
var errOver = errors.New("the match is over")

// stream is one of the origin's event streams.
type stream struct {
	*wire.SSEReader
	cancel context.CancelCauseFunc
	body   io.Closer
}

var errSilent = fmt.Errorf("nothing came for %v, not even a sign of life", silent)

// open a stream. heard is called whenever bytes come.
func (o *origin) open(ctx context.Context, path, last string, heard func()) (*stream, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base+path, nil)
	if err != nil {
		cancel(err)
		return nil, err
	}
	r.Header.Set("Accept", "text/event-stream")
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := o.do(r)
	if err != nil {
		cancel(err)
		return nil, err
	}
	kind, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	switch {
	case response.StatusCode == http.StatusNoContent:
		err = errOver
	case response.StatusCode != http.StatusOK:
		err = refusal(response)
	case kind != "text/event-stream":
		err = fmt.Errorf("GET %s: expected an event stream, got %.100q", path, kind)
	}
	if err != nil {
		response.Body.Close()
		cancel(err)
		return nil, err
	}
	w := &watched{r: response.Body, heard: heard}
	w.limit = time.AfterFunc(silent, func() { cancel(errSilent) })
	return &stream{SSEReader: wire.NewSSEReader(w), cancel: cancel, body: closing{response.Body, w.limit}}, nil
}

func (s *stream) close() {
	s.cancel(context.Canceled)
	s.body.Close()
}

// closing closes a stream's body.
type closing struct {
	io.Closer
	limit *time.Timer
}

func (c closing) Close() error {
	c.limit.Stop()
	return c.Closer.Close()
}

// watched reads a stream, and looks whether something comes at all, and that no
// line has no end.
type watched struct {
	r     io.Reader
	heard func()
	limit *time.Timer
	line  int
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.limit.Reset(silent)
		w.heard()
	}
	if i := strings.LastIndexByte(string(p[:n]), '\n'); i >= 0 {
		w.line = n - i
	} else if w.line += n; w.line > longestLine {
		return 0, fmt.Errorf("expected lines of at most %d bytes", longestLine)
	}
	return n, err
}

// vital is whether the origin is there.
type vital struct {
	began time.Time
	board atomic.Bool  // the stream of all matches is being heard
	heard atomic.Int64 // when something came, since began
	path  atomic.Pointer[[]string]
	loop  atomic.Bool

	behind atomic.Bool // it says that it may be behind
}
