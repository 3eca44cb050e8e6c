package gate

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// FuzzReadHead: what the loop takes for a stream's request, net/http reads the
// same; and it does not wait for more where net/http would answer already.
func FuzzReadHead(f *testing.F) {
	for _, c := range headCases() {
		f.Add([]byte(c.said))
	}
	f.Fuzz(func(t *testing.T, said []byte) { agree(t, said) })
}

// agree compares readHead with http.ReadRequest.
func agree(t *testing.T, said []byte) {
	t.Helper()
	h, what := readHead(said)
	switch what {
	case another:
		return
	case unheard:
		whole := said[:bytes.LastIndexByte(said, '\n')+1] // net/http looks at whole lines
		if len(whole) == 0 {
			return
		}
		if _, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(whole))); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("more is waited for, where net/http says %v: %q", err, said)
		}
		return
	}
	for n := range min(h.size, 400) { // in whatever pieces it comes
		if _, before := readHead(said[:n]); before != unheard {
			t.Fatalf("%d after %d bytes of %q", before, n, said)
		}
	}
	rest := bufio.NewReader(bytes.NewReader(said))
	r, err := http.ReadRequest(rest)
	if err != nil {
		t.Fatalf("taken, where net/http says %v: %q", err, said)
	}
	path := map[asked]string{forBoard: "/1/stream", forStream: "/1/match/" + string(h.match) + "/stream", forSocket: "/1/match/" + string(h.match) + "/ws"}[what]
	if r.Method != "GET" || r.Proto != "HTTP/1.1" || r.URL.Path != path || r.URL.Host != "" || r.URL.RawQuery != string(h.query) {
		t.Errorf("net/http reads %s %s %s, want %s?%s", r.Proto, r.Method, r.URL, path, h.query)
	}
	if r.Host == "" || r.ContentLength != 0 || r.TransferEncoding != nil || r.Trailer != nil || r.Header.Get("Expect") != "" {
		t.Errorf("not a plain request: %+v", r)
	}
	if left, _ := io.ReadAll(rest); !bytes.Equal(left, said[h.size:]) {
		t.Errorf("behind the head stands %q, net/http says %q", said[h.size:], left)
	}
	agreeOnValues(t, h, what, r)
}

// agreeOnValues compares what a stream's handlers look at.
func agreeOnValues(t *testing.T, h head, what asked, r *http.Request) {
	t.Helper()
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		t.Errorf("the query %q: %v", h.query, err)
	}
	for _, name := range []string{"since", "user"} {
		value, there := h.value(name)
		if string(value) != query.Get(name) || there != query.Has(name) {
			t.Errorf("%s is %q (%t), net/http says %q (%t)", name, value, there, query.Get(name), query.Has(name))
		}
	}
	if last := r.Header.Values("Last-Event-ID"); len(last) > 1 || r.Header.Get("Last-Event-ID") != string(h.last) {
		t.Errorf("the position is %q, net/http says %q", h.last, last)
	}
	if what != forSocket {
		return
	}
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	if err != nil || len(key) != 16 || r.Header.Get("Sec-WebSocket-Key") != string(h.key) {
		t.Errorf("the key is %q, net/http says %q", h.key, r.Header.Get("Sec-WebSocket-Key"))
	}
	if !hasToken(r.Header, "Upgrade", "websocket") || !hasToken(r.Header, "Connection", "upgrade") || r.Header.Get("Sec-WebSocket-Version") != "13" {
		t.Errorf("no handshake for net/http: %v", r.Header)
	}
}
