package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSSEHead reads the head with net/http's own parser.
func TestSSEHead(t *testing.T) {
	now := time.Date(2026, 11, 22, 20, 22, 4, 0, time.FixedZone("", 7200))
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(AppendSSEHead(nil, now))), nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"Content-Type":                  "text/event-stream",
		"Cache-Control":                 "no-cache, no-transform",
		"X-Accel-Buffering":             "no",
		"Match-Stream-API-Version":      "1",
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Expose-Headers": "ETag, Link, Retry-After",
		"Date":                          "Sun, 22 Nov 2026 18:22:04 GMT",
	} {
		if got := resp.Header.Get(key); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if resp.StatusCode != 200 || !resp.Close || resp.ContentLength != -1 || len(resp.TransferEncoding) != 0 {
		t.Errorf("got %d, close %v, length %d, encoding %v", resp.StatusCode, resp.Close, resp.ContentLength, resp.TransferEncoding)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "retry: 2000\n\n" {
		t.Errorf("body: got %q, %v", body, err)
	}
}

func TestSSEReader(t *testing.T) {
	const stream = "\ufeffretry: 2000\n\n:\n\nid: 1-a\nevent: goal\ndata: {\"a\":1}\n\n" +
		"data:x\r\ndata\r\ndata:  y\r\nunknown: z\r\n\r\n" +
		"id: 2-a\n\nretry: soon\nevent: lost\n\nid: nul\x00\ndata: last\n\n"
	r := NewSSEReader(strings.NewReader(stream))
	for _, want := range []SSEEvent{
		{"1-a", "goal", `{"a":1}`},
		{"1-a", "message", "x\n\n y"},
		{"2-a", "message", "last"},
	} {
		got, err := r.Read()
		if err != nil || got != want {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end", err)
	}
	if r.Retry != 2*time.Second || r.Comments != 1 || r.LastID != "2-a" {
		t.Errorf("got retry %v, %d comments, last id %q", r.Retry, r.Comments, r.LastID)
	}
}

func TestSSEReaderCut(t *testing.T) {
	for _, stream := range []string{"id: 1", "id: 1\n", "data: x\n", ":"} {
		if _, err := NewSSEReader(strings.NewReader(stream)).Read(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: got %v, want an unexpected end", stream, err)
		}
	}
}
