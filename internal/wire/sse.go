package wire

import (
	"strconv"
	"time"

	"matchstream/internal/match"
)

// APIVersion is what the header Match-Stream-API-Version says everywhere.
const APIVersion = "1"

// SSEOpening is the first thing on every event stream: how long a client
// waits before it comes back, in milliseconds.
const SSEOpening = "retry: 2000\n\n"

// SSEHeaders are the header fields of every event stream, in order, over
// whatever version of HTTP. Nothing may write to it.
var SSEHeaders = [...][2]string{
	{"Content-Type", "text/event-stream"},
	{"Cache-Control", "no-cache, no-transform"},
	{"X-Accel-Buffering", "no"}, // nginx would collect the stream otherwise
	{"Match-Stream-API-Version", APIVersion},
	{"Access-Control-Allow-Origin", "*"},
	{"Access-Control-Expose-Headers", "ETag, Link, Retry-After"},
}

// AppendSSEHead appends all that comes before the first event on an HTTP/1.1 connection
// taken over from net/http: the response head, dated now, without a length
// and not chunked (the stream ends with the connection), and SSEOpening.
func AppendSSEHead(b []byte, now time.Time) []byte {
	b = append(b, "HTTP/1.1 200 OK\r\nDate: "...)
	b = now.UTC().AppendFormat(b, "Mon, 02 Jan 2006 15:04:05 GMT")
	for _, h := range SSEHeaders {
		b = append(b, "\r\n"...) // put together first, these would be garbage
		b = append(b, h[0]...)
		b = append(b, ": "...)
		b = append(b, h[1]...)
	}
	b = append(b, "\r\nConnection: close\r\n\r\n"...)
	return append(b, SSEOpening...)
}

// appendSSE writes one event of an event stream. object has no newline in it:
// JSON escapes them.
func appendSSE(b []byte, at match.Position, kind match.Kind, object []byte) []byte {
	b = append(b, "id: "...)
	b = appendPosition(b, at)
	return appendSSEBody(append(b, '\n'), string(kind), object)
}

func appendSSEBody(b []byte, event string, object []byte) []byte {
	b = append(b, "event: "...)
	b = append(b, event...)
	b = append(b, "\ndata: "...)
	b = append(b, object...)
	return append(b, "\n\n"...)
}

// appendRetry tells the client to come back after so many milliseconds.
func appendRetry(b []byte, millis int) []byte {
	b = append(b, "retry: "...)
	b = strconv.AppendInt(b, int64(max(0, millis)), 10)
	return append(b, "\n\n"...)
}
