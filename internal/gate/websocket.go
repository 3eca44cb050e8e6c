package gate

import (
	"bufio"
	"encoding/base64"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gobwas/ws"

	"matchstream/internal/pump"
	"matchstream/internal/wire"
)

// ServeWebSocket answers GET /1/match/{id}/ws.
func (g *Gate) ServeWebSocket(w http.ResponseWriter, r *http.Request) {
	ask, ok := g.ask(w, r, "")
	if !ok {
		return
	}
	if !hasToken(r.Header, "Upgrade", "websocket") || !hasToken(r.Header, "Connection", "upgrade") || r.ProtoMajor != 1 || r.ProtoMinor < 1 {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		g.Problem(w, r, http.StatusUpgradeRequired, "header.Upgrade", "expected a WebSocket handshake (Upgrade: websocket) over HTTP/1.1")
		return
	}
	if r.Header.Get("Sec-WebSocket-Version") != "13" {
		w.Header().Set("Sec-WebSocket-Version", "13")
		g.Problem(w, r, http.StatusUpgradeRequired, "header.Sec-WebSocket-Version", "expected version 13")
		return
	}
	if key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key")); err != nil || len(key) != 16 {
		g.Problem(w, r, http.StatusBadRequest, "header.Sec-WebSocket-Key", "expected 16 bytes in base64")
		return
	}
	if r.Method != http.MethodGet || r.Host == "" { // as HTTP/1.1 lets it be
		g.Problem(w, r, http.StatusBadRequest, "header.Host", "expected a GET with a host")
		return
	}
	g.handing.Add(1)
	defer g.handing.Done()
	client, ok := g.room(w, r)
	if !ok {
		return
	}
	defer client.end()
	up := ws.HTTPUpgrader{Header: http.Header{"Match-Stream-API-Version": {wire.APIVersion}}}
	c, buffered, _, err := up.Upgrade(r, w)
	if err != nil { // the library has answered, and lets go of the connection
		g.Log.Debug("a WebSocket handshake failed", "cause", err)
		return
	}
	client.conn = c
	c.SetDeadline(time.Time{})
	watch, frames := g.watch(ask.match, wire.WebSocket, ask.user, ask.since), new(wire.ClientFrames)
	watch.Counts = &g.WebSocket
	watch.Hear = func(p []byte) ([]byte, pump.Reason) { return hearFrames(frames, p) }
	g.Pump.Attach(rest(c, buffered), client.watch(watch))
}

// hearFrames tells the pump what a WebSocket client's bytes mean for it.
func hearFrames(f *wire.ClientFrames, p []byte) ([]byte, pump.Reason) {
	answer, bye := f.Hear(p)
	switch bye {
	case 0:
		return answer, pump.Watching
	case wire.CodeTooBig:
		return answer, pump.TooMuch
	case wire.CodeProtocol, wire.CodeInvalid:
		return answer, pump.Misspoke
	}
	return answer, pump.Left
}

// hasToken looks for a word in a header that is a comma-separated list.
func hasToken(h http.Header, name, token string) bool {
	for _, v := range h.Values(name) {
		for word := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(word), token) {
				return true
			}
		}
	}
	return false
}

// rest is a connection whose first bytes have been read already, together with
// the handshake.
func rest(c net.Conn, buffered *bufio.ReadWriter) net.Conn {
	n := buffered.Reader.Buffered()
	if n == 0 {
		return c
	}
	first, _ := buffered.Reader.Peek(n) // cannot fail: they are there
	return &prefixed{Conn: c, first: append([]byte(nil), first...)}
}

type prefixed struct {
	net.Conn
	first []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.first) == 0 {
		return p.Conn.Read(b)
	}
	n := copy(b, p.first)
	p.first = p.first[n:]
	return n, nil
}

// Beneath is the connection itself, for who needs more than reads and writes.
func (p *prefixed) Beneath() net.Conn { return p.Conn }
