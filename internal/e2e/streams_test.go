package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"

	"matchstream/internal/match"
	"matchstream/internal/wire"
)

// frame is what a client understands of one frame, whatever the protocol.
type frame struct {
	Kind     string
	Position match.Position
	Resumed  bool // false only where a status says so
	Period   string
	Raw      string
}

// stream is one connection of a watcher.
type stream interface {
	// next returns the next frame. errEnded: the server says that this is all;
	// any other error: come back with the position.
	next() (frame, error)
	close()
}

// errEnded: the match is over (or gone), there is no use in coming back.
var errEnded = fmt.Errorf("the stream has ended for good")

// protocols by name; each dials one stream, resuming from since if not "".
var protocols = map[string]func(ctx context.Context, at addresses, id, since string) (stream, error){
	"tcp": dialTCP,
	"sse": dialSSE,
	"ws":  dialWS,
}

type addresses struct{ http, tcp string }

type tcpStream struct {
	conn net.Conn
	r    *wire.TCPReader
	over bool
}

func dialTCP(ctx context.Context, at addresses, id, since string) (stream, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", at.tcp)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { c.Close() })
	line := "VERSION:1:CONNECT:somebody:MATCH:" + id + ":IDS:on"
	if since != "" {
		line += ":SINCE:" + since
	}
	if _, err := io.WriteString(c, line+"\r\n"); err != nil {
		c.Close()
		return nil, err
	}
	return &tcpStream{conn: c, r: wire.NewTCPReader(c)}, nil
}

func (s *tcpStream) next() (frame, error) {
	f, err := s.r.Read()
	if err == io.EOF && s.over {
		return frame{}, errEnded
	}
	if err != nil {
		return frame{}, err
	}
	out := frame{Kind: f.Kind, Resumed: true, Raw: fmt.Sprint(f)}
	if d, ok := f.Detail("id"); ok {
		out.Position, err = match.ParsePosition(d.Value)
	} else {
		err = fmt.Errorf("a frame without an id: %+v", f)
	}
	if d, ok := f.Detail("period"); ok {
		out.Period = d.Value
	}
	s.over = f.Kind == "stop" || f.Kind == "status" && out.Period == "ended"
	return out, err
}

func (s *tcpStream) close() { s.conn.Close() }

// object is what SSE and WebSocket carry.
type object struct {
	ID       int64  `json:"id"`
	Position string `json:"position"`
	Kind     string `json:"kind"`
	Resumed  *bool  `json:"resumed"`
	Data     struct {
		Period string `json:"period"`
	} `json:"data"`
}

func parseObject(data []byte) (frame, error) {
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return frame{}, fmt.Errorf("%w in %s", err, data)
	}
	p, err := match.ParsePosition(o.Position)
	if err == nil && p.ID != o.ID {
		err = fmt.Errorf("id %d at position %s", o.ID, o.Position)
	}
	return frame{Kind: o.Kind, Position: p, Resumed: o.Resumed == nil || *o.Resumed, Period: o.Data.Period, Raw: string(data)}, err
}

type sseStream struct {
	body io.ReadCloser
	r    *wire.SSEReader
}

// client does not reuse connections: each watcher is one.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

func dialSSE(ctx context.Context, at addresses, id, since string) (stream, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+at.http+"/1/match/"+id+"/stream?user=somebody", nil)
	if err != nil {
		return nil, err
	}
	if since != "" {
		r.Header.Set("Last-Event-ID", since)
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return &sseStream{answer.Body, wire.NewSSEReader(answer.Body)}, nil
	case http.StatusNoContent:
		answer.Body.Close()
		return nil, errEnded
	}
	text, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	return nil, fmt.Errorf("%s: %s", answer.Status, text)
}

func (s *sseStream) next() (frame, error) {
	e, err := s.r.Read()
	if err != nil {
		return frame{}, err
	}
	if e.Event == "gone" {
		return frame{}, errEnded
	}
	f, err := parseObject([]byte(e.Data))
	if err == nil && (e.Event != f.Kind || e.ID != f.Position.String()) {
		err = fmt.Errorf("event %q, id %q around %s", e.Event, e.ID, e.Data)
	}
	return f, err
}

func (s *sseStream) close() { s.body.Close() }

type wsStream struct {
	ctx  context.Context
	conn *websocket.Conn
}

func dialWS(ctx context.Context, at addresses, id, since string) (stream, error) {
	u := "ws://" + at.http + "/1/match/" + id + "/ws?user=somebody"
	if since != "" {
		u += "&since=" + url.QueryEscape(since)
	}
	c, _, err := websocket.Dial(ctx, u, &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		return nil, err
	}
	c.SetReadLimit(1 << 20)
	return &wsStream{ctx, c}, nil
}

func (s *wsStream) next() (frame, error) {
	_, data, err := s.conn.Read(s.ctx)
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, 4404:
		return frame{}, errEnded
	}
	if err != nil {
		return frame{}, err
	}
	return parseObject(data)
}

func (s *wsStream) close() { s.conn.CloseNow() }

// watcher follows a match by one protocol, comes back by itself after a break,
// and checks that it sees every event once and in order.
type watcher struct {
	protocol string
	at       func() addresses
	id       string
	last     match.Position
	kinds    []string // of the events seen
	statuses int
	breaks   int           // how often it came back
	period   string        // of the last status
	joined   chan struct{} // closed at the first status; nil: nobody waits for it
	hash     hash.Hash     // of the events seen, byte for byte; nil: not wanted
}

// follow runs until the match is over or ctx ends.
func (w *watcher) follow(ctx context.Context) error {
	since := ""
	for {
		err := w.connection(ctx, since)
		if err == errEnded {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: behind %v: %w (%v)", w.protocol, w.last, ctx.Err(), err)
		}
		var wrong *violation
		if asViolation(err, &wrong) {
			return wrong
		}
		if w.last.Epoch != "" {
			since = w.last.String()
		}
		select { // the node may be starting
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// violation is what a server must never do.
type violation struct{ what string }

func (v *violation) Error() string { return v.what }

func asViolation(err error, v **violation) bool {
	found, ok := err.(*violation)
	*v = found
	return ok
}

func (w *watcher) violated(format string, args ...any) error {
	return &violation{w.protocol + ": " + fmt.Sprintf(format, args...)}
}

func (w *watcher) connection(ctx context.Context, since string) error {
	s, err := protocols[w.protocol](ctx, w.at(), w.id, since)
	if err != nil {
		return err
	}
	defer s.close()
	if since != "" {
		w.breaks++
	}
	// A status comes first where nothing is resumed, and behind what changed
	// the picture; nowhere else.
	statusDue, statusMay := since == "", since != ""
	for {
		f, err := s.next()
		if err != nil {
			return err
		}
		if f.Kind == "status" {
			w.statuses++
			if w.joined != nil && w.statuses == 1 {
				close(w.joined)
			}
			w.period = f.Period
			if !statusDue && !statusMay {
				return w.violated("a status behind %v that nobody asked for", w.last)
			}
			if since != "" && !f.Resumed {
				return w.violated("not resumed from %s", since)
			}
			if w.last.Epoch != "" && f.Position != w.last {
				return w.violated("a status at %v, behind %v", f.Position, w.last)
			}
			w.last = f.Position
			statusDue, statusMay = false, false
			continue
		}
		if statusDue {
			return w.violated("%s came where a status was due", f.Kind)
		}
		if f.Position.ID != w.last.ID+1 || w.last.Epoch != "" && f.Position.Epoch != w.last.Epoch {
			return w.violated("%s at %v, behind %v", f.Kind, f.Position, w.last)
		}
		w.last = f.Position
		w.kinds = append(w.kinds, f.Kind)
		if w.hash != nil {
			io.WriteString(w.hash, f.Raw)
		}
		statusMay = false
		statusDue = match.Kind(f.Kind).RefreshesPicture()
	}
}
