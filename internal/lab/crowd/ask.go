package crowd

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"

	"matchstream/internal/lab"
)

// what a watcher says first, by the way he comes. number is his own in the whole crowd;
// since is the position that he comes back with, or "".

// appendRequest appends a request of the API.
func appendRequest(b []byte, path, host string) []byte {
	b = append(b, "GET "...)
	b = append(b, path...)
	return append(appendHost(b, host), "Accept: application/json\r\n\r\n"...)
}

func appendHost(b []byte, host string) []byte {
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	return append(b, "\r\nUser-Agent: matchstream-lab\r\n"...)
}

// appendLine appends the one line of a client of lines.
func appendLine(b []byte, p *lab.Plan, number int, since string) []byte {
	if p.Service != nil {
		return append(b, fill(p.Service.Hello, p, number)...)
	}
	b = append(b, "VERSION:1:CONNECT:lab-"...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, ":MATCH:"...)
	b = append(b, p.Match...)
	b = append(b, ":IDS:on"...)
	if since != "" {
		b = append(b, ":SINCE:"...)
		b = append(b, since...)
	}
	return append(b, "\r\n"...)
}

// appendSSE appends the request for an event stream.
func appendSSE(b []byte, p *lab.Plan, base, host string, number int, since string) []byte {
	b = append(b, "GET "...)
	b = append(b, base...)
	if p.Service != nil {
		b = append(b, fill(p.Service.Path, p, number)...)
	} else {
		b = appendStream(b, p, "/stream?user=lab-", number)
	}
	b = append(appendHost(b, host), "Accept: text/event-stream\r\nCache-Control: no-cache\r\n"...)
	b = appendHeaders(b, p, number)
	if since != "" {
		b = append(b, "Last-Event-ID: "...)
		b = append(b, since...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// appendWS appends a WebSocket handshake.
func appendWS(b []byte, p *lab.Plan, base, host string, number int, since string) []byte {
	b = append(b, "GET "...)
	b = append(b, base...)
	if p.Service != nil {
		b = append(b, fill(p.Service.Path, p, number)...)
	} else {
		b = appendStream(b, p, "/ws?user=lab-", number)
		if since != "" {
			b = append(b, "&since="...)
			b = append(b, since...)
		}
	}
	b = append(appendHost(b, host), "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "...)
	b = appendKey(b, p.Seed, number)
	b = append(b, "\r\n"...)
	return append(appendHeaders(b, p, number), "\r\n"...)
}

func appendStream(b []byte, p *lab.Plan, end string, number int) []byte {
	b = append(b, "/1/match/"...)
	b = append(b, p.Match...)
	b = append(b, end...)
	return strconv.AppendInt(b, int64(number), 10)
}

func appendHeaders(b []byte, p *lab.Plan, number int) []byte {
	if p.Service == nil {
		return b
	}
	for _, header := range p.Service.Headers {
		b = append(b, fill(header, p, number)...)
		b = append(b, "\r\n"...)
	}
	return b
}

// fill puts a watcher's number and the match into what a service wants to hear.
func fill(text string, p *lab.Plan, number int) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return strings.NewReplacer("{i}", strconv.Itoa(number), "{match}", p.Match).Replace(text)
}

// appendKey appends a watcher's key: a nonce that nobody need keep.
func appendKey(b []byte, seed uint64, number int) []byte {
	var nonce [16]byte
	binary.BigEndian.PutUint64(nonce[:], seed)
	binary.BigEndian.PutUint64(nonce[8:], uint64(number))
	return base64.StdEncoding.AppendEncode(b, nonce[:])
}

// accepts says whether that is the answer to a watcher's key (RFC 6455, section 1.3).
func accepts(answer string, seed uint64, number int) bool {
	key := append(appendKey(nil, seed, number), "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"...)
	sum := sha1.Sum(key)
	return answer == base64.StdEncoding.EncodeToString(sum[:])
}
