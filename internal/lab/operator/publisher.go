package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
)

// Publish says how another service is told of an event: by a request of HTTP. In URL,
// Headers and Body {match} is the channel, {mark} the event's mark, {pad} what fills its
// text to Timing.Size.
type Publish struct {
	Match   string   // the channel
	Method  string   // "": POST
	URL     string   // http://localhost/pub/{match}
	Headers []string // "Name: value"
	Body    string   // "": {mark}{pad}
}

// Publisher publishes to a service that is no MatchStream.
type Publisher struct {
	player
	to   Publish
	http *http.Client
}

// NewPublisher looks at what was asked for; the error says what was expected. Nothing is
// sent yet.
func NewPublisher(to Publish, t Timing) (*Publisher, error) {
	if to.Method == "" {
		to.Method = http.MethodPost
	}
	if to.Body == "" {
		to.Body = "{mark}{pad}"
	}
	all := to.URL + to.Body + strings.Join(to.Headers, "")
	switch {
	case !strings.Contains(all, "{mark}"):
		return nil, fmt.Errorf("publishing %q: expected {mark} in it, by which watchers know the event", to.Body)
	case t.Size > 0 && !strings.Contains(all, "{pad}"):
		return nil, fmt.Errorf("publishing %q: expected {pad} in it, which fills the event to %d bytes", to.Body, t.Size)
	}
	for _, h := range to.Headers {
		if name, _, ok := strings.Cut(h, ":"); !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("header %q: expected Name: value", h)
		}
	}
	if !strings.HasPrefix(to.URL, "http://") && !strings.HasPrefix(to.URL, "https://") {
		return nil, fmt.Errorf("publishing to %q: expected an address like http://localhost/pub/{match}", to.URL)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	p := &Publisher{player: newPlayer(t), to: to, http: &http.Client{Transport: transport, CheckRedirect: asAnswered}}
	p.player.post = p.publish
	if _, err := p.request(context.Background(), "lab-1-1;", ""); err != nil {
		return nil, fmt.Errorf("publishing: %w", err)
	}
	return p, nil
}

// asAnswered takes a redirection as the answer: followed, it would make a GET of a POST,
// which publishes nothing.
func asAnswered(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Match is Operator's.
func (p *Publisher) Match() string { return p.to.Match }

// End is Operator's.
func (p *Publisher) End(context.Context) error { return nil }

// Close is Operator's.
func (p *Publisher) Close(context.Context) error {
	p.http.CloseIdleConnections()
	return nil
}

func (p *Publisher) request(ctx context.Context, mark, pad string) (*http.Request, error) {
	fill := strings.NewReplacer("{match}", p.to.Match, "{mark}", mark, "{pad}", pad)
	r, err := http.NewRequestWithContext(ctx, p.to.Method, fill.Replace(p.to.URL), strings.NewReader(fill.Replace(p.to.Body)))
	if err != nil {
		return nil, err
	}
	for _, h := range p.to.Headers {
		name, value, _ := strings.Cut(fill.Replace(h), ":")
		if strings.EqualFold(strings.TrimSpace(name), "Host") {
			r.Host = strings.TrimSpace(value)
			continue
		}
		r.Header.Set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return r, nil
}

// surelyNot are answers that say that nothing was taken.
var surelyNot = []int{http.StatusTooManyRequests, http.StatusServiceUnavailable}

// publish is one event. It is tried again only where it was surely not taken.
func (p *Publisher) publish(ctx context.Context, _ int, mark, pad string) (again bool, err error) {
	r, err := p.request(ctx, mark, pad)
	if err != nil {
		return false, err
	}
	answer, err := p.http.Do(r)
	if err != nil {
		var op *net.OpError
		return errors.As(err, &op) && op.Op == "dial", err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err == nil && answer.StatusCode/100 != 2 {
		err = &statusError{answer.StatusCode, firstLine(said)}
	}
	return slices.Contains(surelyNot, answer.StatusCode), err
}

// statusError is an answer that is no 2xx.
type statusError struct {
	status int
	said   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("answered %d %s: %s", e.status, http.StatusText(e.status), e.said)
}

// firstLine is the beginning of an answer, for a person.
func firstLine(b []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	return fmt.Sprintf("%.100q", line)
}

var _ Operator = (*Publisher)(nil)
