package canary

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// stream is one watch that is ready.
type stream struct {
	next  func() ([]byte, error) // the next frame; it is the caller's until the call after
	close func()
	stops [][]byte // any of these in a frame: the match is over with it
}

// stop says whether the match ends with a frame.
func (s *stream) stop(frame []byte) bool {
	for _, one := range s.stops {
		if bytes.Contains(frame, one) {
			return true
		}
	}
	return false
}

// how a protocol of ours is opened, and how its frames look.
var how = map[lab.Protocol]struct {
	open   func(c *Canary, ctx context.Context) (*stream, error)
	status string
	stops  []string
}{
	lab.TCP:       {(*Canary).openLines, ": status:\n", []string{": stop:\n"}},
	lab.SSE:       {(*Canary).openSSE, "event: status\n", []string{"event: stop\n", "event: gone\n"}},
	lab.WebSocket: {(*Canary).openWebSocket, `"kind":"status"`, []string{`"kind":"stop"`}},
}

// open a watch, until it is ready: our own with its status, others as the plan says.
func (c *Canary) open(ctx context.Context) (*stream, error) {
	h, known := how[c.o.Via]
	if !known {
		return nil, failf(lab.OwnFailure, "expected tcp, sse or ws, not %q", c.o.Via)
	}
	// The connection lasts as long as ctx, but until it is ready no longer than patience.
	ctx, cancel := context.WithCancelCause(ctx)
	late := time.AfterFunc(c.o.Plan.Patience, func() { cancel(context.DeadlineExceeded) })
	defer late.Stop()
	s, err := h.open(c, ctx)
	if err == nil && c.o.Plan.Service == nil {
		err = expectStatus(s, h.status)
		for _, one := range h.stops {
			s.stops = append(s.stops, []byte(one))
		}
	}
	if err == nil && !late.Stop() {
		err = context.DeadlineExceeded
	}
	if err != nil {
		if s != nil {
			s.close()
		}
		if context.Cause(ctx) == context.DeadlineExceeded {
			err = failf(lab.TimedOut, "not ready within %v: %v", c.o.Plan.Patience, err)
		}
		cancel(nil)
		return nil, err
	}
	shut := s.close
	s.close = func() { shut(); cancel(nil) }
	return s, nil
}

func expectStatus(s *stream, status string) error {
	for {
		frame, err := s.next()
		switch {
		case err != nil:
			return err
		case bytes.Contains(frame, []byte(status)):
			return nil
		case bytes.HasPrefix(frame, []byte("ERROR: ")):
			return failf(lab.Answered, "%s", bytes.TrimSpace(frame))
		case len(bytes.TrimSpace(frame)) > 0 && !bytes.HasPrefix(frame, []byte("retry:")) && !bytes.HasPrefix(frame, []byte(":")):
			return failf(lab.NoStatus, "expected the status first, not %q", frame[:min(len(frame), 100)])
		}
	}
}

// filled is a text of a Service with the watcher's number and the match in it.
func (c *Canary) filled(text string) string {
	number := strconv.Itoa(c.o.Plan.First + c.o.Plan.Users) // nobody's in the crowd
	return strings.NewReplacer("{i}", number, "{match}", c.o.Plan.Match).Replace(text)
}

// path of a stream on the server.
func (c *Canary) path(end string) string {
	if s := c.o.Plan.Service; s != nil {
		return c.filled(s.Path)
	}
	return "/1/match/" + url.PathEscape(c.o.Plan.Match) + "/" + end + "?user=lab-canary"
}
