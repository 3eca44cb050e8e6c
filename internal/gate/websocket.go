package gate

import (
	"bufio"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"matchstream/internal/access"
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
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		g.Problem(w, r, http.StatusInternalServerError, "", "this connection cannot carry a stream")
		return
	}
	client.takes(c)
	access.Connected(r.Context())
	c.SetDeadline(time.Time{})
	watch := g.watch(ask.match, ask.match.Lane(wire.WebSocket), wire.WebSocket, []byte(ask.user), ask.since, client.ticket)
	watch.Head = wire.AppendWebSocketHead(nil, r.Header.Get("Sec-WebSocket-Key"))
	watch.Said = rest(buffered)
	client.to(watch)
}

// hearFrames listens to a WebSocket client.
func hearFrames() pump.Hearer { return new(clientFrames) }

type clientFrames struct{ wire.ClientFrames }

// Hear tells the pump what the client's bytes mean for it.
func (f *clientFrames) Hear(p []byte) ([]byte, pump.Reason) {
	answer, bye := f.ClientFrames.Hear(p)
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

// rest is what a client has said behind his request already.
func rest(buffered *bufio.ReadWriter) []byte {
	said, _ := buffered.Reader.Peek(buffered.Reader.Buffered()) // cannot fail: they are there
	return append([]byte(nil), said...)
}
