package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// endless hides its length, so that it is sent in chunks.
type endless struct{ io.Reader }

func TestBodyTooLarge(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	comment := func(n int) string { return `{"kind":"x-long","text":"` + strings.Repeat("x", n-27) + `"}` }
	for name, c := range map[string]struct {
		body   io.Reader
		status int
	}{
		"at the limit":          {strings.NewReader(comment(MaxBody)), 201},
		"at the limit, chunked": {endless{strings.NewReader(comment(MaxBody))}, 201},
		"over":                  {strings.NewReader(comment(MaxBody + 1)), 413},
		"over, chunked":         {endless{strings.NewReader(comment(MaxBody + 1))}, 413},
	} {
		t.Run(name, func(t *testing.T) {
			got := b.do(t, "POST", "/1/match/"+seed+"/events", c.body, "Authorization: Bearer {operator}")
			if got.status != c.status {
				t.Fatalf("%d %.200s, want %d", got.status, got.body, c.status)
			}
			b.validate(t, "POST", "/1/match/"+seed+"/events", got)
			if got.status == 413 && !strings.Contains(got.body, "expected at most 65536 bytes") {
				t.Error(got.body)
			}
		})
	}
}

func TestBodyWithoutToken(t *testing.T) {
	b := newBench(t)
	if got := b.do(t, "POST", "/1/matches", strings.NewReader(strings.Repeat(" ", MaxBody+1))); got.status != 401 {
		t.Errorf("%d: the token comes first", got.status)
	}
}

func TestBodyNoUTF8(t *testing.T) {
	b := newBench(t)
	got := b.do(t, "PUT", "/1/team/elp", strings.NewReader("{\"name\":\"\xff\"}"), "Authorization: Bearer {operator}")
	if got.status != 400 || !strings.Contains(got.body, "no UTF-8") {
		t.Error(got.status, got.body)
	}
}

// A body that ends too soon is answered, where the client still listens.
func TestBodyCutOff(t *testing.T) {
	b := newBench(t)
	c, err := net.Dial("tcp", b.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "PUT /1/team/elp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"nam\r\nnonsense\r\n", texts["operator"])
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 400 {
		t.Error(answer.Status)
	}
}

func TestCompression(t *testing.T) {
	b := newBench(t)
	b.kickOff(t)
	for _, path := range []string{"/1/match/" + seed, "/docs", "/1/openapi.json", "/1/matches?expand=1"} {
		plain := b.do(t, "GET", path, nil)
		packed := b.do(t, "GET", path, nil, "Accept-Encoding: gzip")
		if packed.header.Get("Content-Encoding") != "gzip" || plain.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: Content-Encoding %q, and %q where none was asked for", path, packed.header.Get("Content-Encoding"), plain.header.Get("Content-Encoding"))
			continue
		}
		if !strings.Contains(strings.Join(packed.header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s: Vary is %q", path, packed.header.Values("Vary"))
		}
		tag, want := packed.header.Get("ETag"), plain.header.Get("ETag")
		if want != "" {
			want = strings.TrimSuffix(want, `"`) + `-gzip"`
		}
		if tag != want {
			t.Errorf("%s: ETag %q, plain %q", path, tag, plain.header.Get("ETag"))
		}
		if again := b.do(t, "GET", path, nil, "Accept-Encoding: gzip", "If-None-Match: "+tag); tag != "" && again.status != http.StatusNotModified {
			t.Errorf("%s: its own ETag is answered %d", path, again.status)
		}
		r, err := gzip.NewReader(strings.NewReader(packed.body))
		if err != nil {
			t.Fatal(err)
		}
		unpacked, err := io.ReadAll(r)
		if err != nil || string(unpacked) != plain.body {
			t.Errorf("%s: unpacked it is another answer (%v)", path, err)
		}
	}
	for _, path := range []string{"/1/match/" + seed + "/stream", "/1/stream"} {
		if got := b.do(t, "GET", path, nil, "Accept-Encoding: gzip"); got.header.Get("Content-Encoding") != "" {
			t.Errorf("%s is packed", path)
		}
	}
}

// Streams get net/http's own ResponseWriter, and the headers of all answers.
func TestStreamsCanBeTakenOver(t *testing.T) {
	take := func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Id: %s\r\nX-Version: %s\r\nX-Query: %s\r\n\r\ntaken",
			r.PathValue("id"), w.Header().Get("Match-Stream-API-Version"), r.URL.RawQuery)
	}
	b := newBench(t, func(o *Options) { o.Streams = Streams{Match: take, WS: take, Board: take} })
	for path, id := range map[string]string{"/1/match/x/stream": "x", "/1/match/y/ws": "y", "/1/stream": ""} {
		got := b.do(t, "GET", path+"?since=%zz", nil)
		if got.body != "taken" || got.header.Get("X-Id") != id || got.header.Get("X-Version") != "1" || got.header.Get("X-Query") != "since=%zz" {
			t.Errorf("%s: %q %v", path, got.body, got.header)
		}
	}
}

func TestPanics(t *testing.T) {
	var mu sync.Mutex // of both
	counted := 0
	var observed []string
	b := newBench(t, func(o *Options) {
		o.CheckinPort = func() int { panic("the port is gone") }
		o.Panicked = func() {
			mu.Lock()
			defer mu.Unlock()
			counted++
		}
		o.Observe = func(route string, status int, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			observed = append(observed, fmt.Sprintf("%s %d %t", route, status, took >= 0))
		}
		o.Streams.Board = func(http.ResponseWriter, *http.Request) { panic("the board is gone") }
		o.Pages = map[string]http.Handler{
			"GET /half": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Write(bytes.Repeat([]byte("half an answer "), 10_000))
				panic("the other half is gone")
			}),
			"GET /abort": http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		}
	})
	got := b.do(t, "GET", "/1/checkin", nil)
	if got.status != 500 || got.header.Get("Content-Type") != "application/problem+json" || strings.Contains(got.body, "the port") {
		t.Error(got.status, got.header, got.body)
	}
	b.validate(t, "GET", "/1/checkin", got)
	for _, path := range []string{"/1/stream", "/half", "/abort"} {
		answer, err := http.Get(b.http.URL + path)
		if err == nil {
			_, err = io.ReadAll(answer.Body)
			answer.Body.Close()
		}
		if err == nil {
			t.Errorf("%s looks whole", path)
		}
	}
	if got := b.do(t, "GET", "/healthz", nil); got.status != 200 {
		t.Error("after panics:", got.status)
	}
	b.http.Close() // waits for the handlers
	mu.Lock()
	defer mu.Unlock()
	if counted != 3 {
		t.Errorf("%d panics counted, want 3", counted)
	}
	for _, want := range []string{"the port is gone", "the board is gone", "the other half is gone", "node.go"} {
		if !strings.Contains(b.log.String(), want) {
			t.Errorf("%q is not in the log", want)
		}
	}
	for _, want := range []string{"GET /1/checkin 500 true", "GET /healthz 200 true"} {
		if !slices.Contains(observed, want) {
			t.Errorf("%q is not in %q", want, observed)
		}
	}
}

func TestPages(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Pages = map[string]http.Handler{"GET /{$}": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "<!doctype html>home")
		})}
	})
	if got := b.do(t, "GET", "/", nil); got.body != "<!doctype html>home" || got.header.Get("Match-Stream-Api-Version") != "1" {
		t.Error(got.status, got.body, got.header)
	}
	if got := b.do(t, "POST", "/", nil); got.status != 405 || got.header.Get("Allow") != "GET, HEAD" {
		t.Error(got.status, got.header)
	}
	if got := b.do(t, "GET", "/other", nil); got.status != 404 {
		t.Error(got.status)
	}
}

// TestMissing: a person is told with a page, a program with a problem.
func TestMissing(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Missing = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, "<!doctype html>nothing")
		})
	})
	for _, c := range []struct {
		method, path, accept string
		page                 bool
	}{
		{"GET", "/other", "text/html,application/xhtml+xml,*/*;q=0.8", true},
		{"GET", "/other", "*/*", false},
		{"POST", "/other", "text/html", false},
		{"GET", "/1/other", "text/html", false},
	} {
		got := b.do(t, c.method, c.path, nil, "Accept: "+c.accept)
		if got.status != 404 || strings.Contains(got.body, "<!doctype html>") != c.page {
			t.Errorf("%v: %d %s", c, got.status, got.body)
		}
	}
}

func TestDocs(t *testing.T) {
	b := newBench(t)
	got := b.do(t, "GET", "/docs", nil)
	policy := got.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Error(policy)
	}
	for _, no := range []string{"<script", "http://", "https://", "style=\"", "ZgotmplZ", "<no value>"} {
		if strings.Contains(got.body, no) {
			t.Errorf("%q is in the page", no)
		}
	}
	for _, pattern := range b.router.patterns {
		_, path, _ := strings.Cut(pattern, " ")
		if !strings.Contains(got.body, "<code>"+path+"</code>") {
			t.Errorf("%s is not in the page", path)
		}
	}
	for name := range b.huma.OpenAPI().Components.Schemas.Map() {
		if !strings.Contains(got.body, `id="schema-`+name+`"`) {
			t.Errorf("%s is not in the page", name)
		}
	}
}

func TestNotReady(t *testing.T) {
	b := newBench(t, func(o *Options) {
		o.Ready = func() []string { return []string{"draining", "the journal is not being followed"} }
		o.CheckinPort = func() int { return 0 }
		o.Advertise = "matches.example"
	})
	got := b.do(t, "GET", "/readyz", nil)
	b.validate(t, "GET", "/readyz", got)
	if got.status != 503 || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, `"reasons":["draining","the journal is not being followed"]`) {
		t.Error(got.status, got.header, got.body)
	}
	if got := b.do(t, "GET", "/healthz", nil); got.status != 200 {
		t.Error(got.status)
	}
	if got := b.do(t, "GET", "/1/checkin", nil); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Error(got.status, got.body)
	}
}

// TestAtRisk: a node whose store may lose something is ready, and says so.
func TestAtRisk(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Warnings = func() []string { return []string{"It forgets. Remind it."} } })
	got := b.do(t, "GET", "/readyz", nil)
	b.validate(t, "GET", "/readyz", got)
	if got.status != 200 || got.body != `{"status":"ok","warnings":["It forgets. Remind it."]}`+"\n" {
		t.Error(got.status, got.body)
	}
}

func TestAdvertise(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Advertise = "matches.example" })
	if got := b.do(t, "GET", "/1/checkin", nil); got.body != `{"port":9999,"host":"matches.example"}`+"\n" {
		t.Error(got.body)
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("nothing given, no error")
	}
	b := newBench(t)
	if h, err := New(b.options); err != nil || h == nil {
		t.Error(h, err)
	}
}
