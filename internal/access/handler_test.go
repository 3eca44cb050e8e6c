package access_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matchstream/internal/access"
)

// What is answered is what the log says, but for the query and all headers.
func TestRequests(t *testing.T) {
	const secret = "a-token-that-nobody-may-see"
	name := filepath.Join(t.TempDir(), "access.log")
	l, _ := open(t, name)
	mux := http.NewServeMux()
	mux.HandleFunc("/plain/{id}", func(w http.ResponseWriter, r *http.Request) {
		access.By(r.Context(), "bench")
		fmt.Fprint(w, "hello")
		w.(http.Flusher).Flush()
		fmt.Fprint(w, ", you")
	})
	mux.HandleFunc("POST /made", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("GET /silent", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /hangs", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /cut", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		panic(http.ErrAbortHandler)
	})
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, r *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		access.Connected(r.Context())
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		c.Close()
	})
	server := httptest.NewServer(l.Handler(mux))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // else it asks twice where it is hung up on
	long := "/" + strings.Repeat("x", 3000)
	var want []access.Request
	for _, c := range []struct {
		method, path string
		want         access.Request
	}{
		{"GET", "/plain/1", access.Request{Path: "/plain/1", Route: "/plain/{id}", Status: 200, Bytes: 10, By: "bench"}},
		{"GET", "/plain/a%2Fb%22%0A?token=" + secret, access.Request{Path: "/plain/a%2Fb%22%0A", Route: "/plain/{id}", Status: 200, Bytes: 10, By: "bench"}},
		{"HEAD", "/plain/2", access.Request{Path: "/plain/2", Route: "/plain/{id}", Status: 200, By: "bench"}},
		{"POST", "/made", access.Request{Path: "/made", Route: "POST /made", Status: 201}},
		{"GET", "/silent", access.Request{Path: "/silent", Route: "GET /silent", Status: 200}},
		{"GET", "/hangs", access.Request{Path: "/hangs", Route: "GET /hangs", Cut: true}},
		{"GET", "/cut", access.Request{Path: "/cut", Route: "GET /cut", Status: 200, Bytes: 4, Cut: true}},
		{"GET", "/stream", access.Request{}},
		{"GET", "/nowhere", access.Request{Path: "/nowhere", Status: 404, Bytes: uint64(len("404 page not found\n"))}},
		{"GET", long, access.Request{Path: long[:1024] + "…", Status: 404, Bytes: uint64(len("404 page not found\n"))}},
		{strings.Repeat("M", 50), "/silent", access.Request{Path: "/silent", Status: 405, Bytes: uint64(len("Method Not Allowed\n"))}},
	} {
		r, err := http.NewRequest(c.method, server.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("User-Agent", secret)
		if a, err := client.Do(r); err == nil {
			io.Copy(io.Discard, a.Body)
			a.Body.Close()
		}
		if c.want.Path != "" {
			c.want.Method = c.method
			if len(c.method) > 32 {
				c.want.Method = c.method[:32] + "…"
			}
			want = append(want, c.want)
		}
	}
	server.Close()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil || strings.Contains(string(text), secret) || strings.Contains(string(text), "token=") {
		t.Fatalf("%v, or what nobody may see is in %s", err, text)
	}
	r := access.NewReader(bufio.NewReader(strings.NewReader(string(text))))
	host, _ := url.Parse(server.URL)
	for _, w := range want {
		line, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		got := *line.(*access.Request)
		if got.Protocol != access.HTTP || got.From.Addr().String() != host.Hostname() || got.From.Port() == 0 || got.When.IsZero() {
			t.Errorf("%+v", got)
		}
		w.Protocol, w.From, w.When, w.Took = got.Protocol, got.From, got.When, got.Took
		if got != w {
			t.Errorf("got  %+v\nwant %+v", got, w)
		}
	}
	if l, err := r.Read(); err != io.EOF {
		t.Errorf("one more: %+v, %v", l, err)
	}
}
