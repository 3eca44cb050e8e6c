package faulty

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"matchstream/internal/lab"
)

const sseHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache, no-transform\r\n" +
	"Match-Stream-API-Version: 1\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\nretry: 2000\n\n"

// stream serves /stream and /ws. A status that is not 0 is an answer instead.
func (s *Server) stream(rw http.ResponseWriter, r *http.Request, route string, via lab.Protocol) (status int, body any) {
	w := &watcher{s: s, via: via, game: s.game(r.PathValue("match"))}
	if w.game == nil {
		return http.StatusNotFound, problem("there is no match %q", r.PathValue("match"))
	}
	since := r.FormValue("since")
	if last := r.Header.Get("Last-Event-ID"); last != "" && via == lab.SSE {
		since = last
	}
	if since != "" {
		var err error
		if w.since, err = parsePosition(since); err != nil {
			return http.StatusUnprocessableEntity, problem("%v", err)
		}
	}
	key := r.Header.Get("Sec-Websocket-Key")
	if via == lab.WebSocket && (key == "" || !strings.EqualFold(r.Header.Get("Upgrade"), "websocket")) {
		return http.StatusUpgradeRequired, problem("expected a WebSocket handshake")
	}
	if id, ok := w.since.within(w.game); ok && via == lab.SSE {
		if m := w.game.moment(); m.period == "ended" && id == m.last {
			return http.StatusNoContent, nil
		}
	}
	if !s.sleep(s.fault.Slow[route], r.Context().Done()) {
		return 0, nil
	}
	conn, buffered, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		return http.StatusInternalServerError, problem("%v", err)
	}
	w.conn = conn
	conn.SetDeadline(time.Time{}) //nolint:errcheck // it has none
	code := http.StatusOK
	head, hear := []byte(sseHead), func() { io.Copy(io.Discard, buffered) } //nolint:errcheck // its end is what is waited for
	if via == lab.WebSocket {
		code = http.StatusSwitchingProtocols
		head, hear = webSocketHead(key), func() { w.hear(buffered.Reader) }
	}
	s.count(code)
	s.let(w, r.FormValue("user"), head, hear)
	return 0, nil
}

func webSocketHead(key string) []byte {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n")
}

// hear hears a WebSocket client until he closes: pings are answered, messages thrown away.
func (w *watcher) hear(r *bufio.Reader) {
	for {
		opcode, payload, err := readMessage(r)
		switch {
		case err != nil:
			return
		case opcode == opPing:
			w.write(message(opPong, payload))
		case opcode == opClose:
			w.write(message(opClose, payload))
			return
		}
	}
}

var errMessage = errors.New("expected a masked frame of at most 4 KiB")

// readMessage reads a frame of a WebSocket client.
func readMessage(r *bufio.Reader) (opcode byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := int(head[1] & 0x7f)
	if length == 126 {
		var long [2]byte
		if _, err := io.ReadFull(r, long[:]); err != nil {
			return 0, nil, err
		}
		length = int(binary.BigEndian.Uint16(long[:]))
	}
	if head[1]&0x80 == 0 || length > 4096 || head[1]&0x7f == 127 {
		return 0, nil, errMessage
	}
	masked := make([]byte, 4+length)
	if _, err := io.ReadFull(r, masked); err != nil {
		return 0, nil, err
	}
	payload = masked[4:]
	for i := range payload {
		payload[i] ^= masked[i%4]
	}
	return head[0] & 0x0f, payload, nil
}
