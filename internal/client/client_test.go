package client

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

// How what is asked is repeated, and what is told meanwhile, the tests of
// package replay show; these are the edges.

func TestBaseURL(t *testing.T) {
	for server, want := range map[string]string{
		"http://localhost:8888": "http://localhost:8888", "https://a.example/ms/": "https://a.example/ms",
		"localhost": "", "localhost:8888": "", "ftp://a": "", "http://": "", "http://a?b": "", "http://a#b": "", "": "",
		"http://me:hush@a?b": "", "http://me:hush%zz@a": "", "me:hush@a": "",
	} {
		got, err := BaseURL(server)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, expected %q", server, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: the error shows the password: %v", server, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for text, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "9999999": longestAsked} {
		if got := RetryAfter(http.Header{"Retry-After": {text}}); got != want {
			t.Errorf("%q: %v, expected %v", text, got, want)
		}
	}
}

func TestBackoffRises(t *testing.T) {
	b := NewBackoff()
	for wait := firstWait; wait < 10*longest; wait *= 2 {
		most := min(wait, longest)
		if got := b.Next(0); got < most/2 || got > most {
			t.Errorf("%v, expected %v to %v", got, most/2, most)
		}
	}
	if got := b.Next(time.Hour); got != longestAsked {
		t.Errorf("%v, asked for an hour", got)
	}
}

func TestWithoutPatience(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/json":
			w.Write([]byte(`{"a":1}`))
		case "/other":
			w.Write([]byte("<html>"))
		case "/busy":
			w.WriteHeader(503)
		default:
			http.NotFound(w, r)
		}
	}))
	defer s.Close()
	c, err := New(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(path string) (answer struct{ A int }, err error) {
		return answer, c.Call(context.Background(), http.MethodGet, path, "", nil, &answer)
	}
	if _, err := ask("/json"); err != nil {
		t.Error(err)
	}
	if _, err := ask("/other"); err == nil || Unreachable(err) {
		t.Errorf("a page that is no JSON: %v", err)
	}
	if _, err := ask("/nothing"); !Is(err, http.StatusNotFound) || Unreachable(err) {
		t.Errorf("404: %v", err)
	}
	if _, err := ask("/busy"); !errors.Is(err, ErrGaveUp) || !Is(err, http.StatusServiceUnavailable) || Unreachable(err) {
		t.Errorf("503: %v", err)
	}
	s.Close()
	if _, err := ask("/json"); !Unreachable(err) {
		t.Errorf("nobody there: %v", err)
	}
}

// An answer that is cut is never taken for a whole one.
func TestLongAnswer(t *testing.T) {
	if b, err := readAll(strings.NewReader("12345"), 5); err != nil || string(b) != "12345" {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := readAll(strings.NewReader("123456"), 5); !errors.Is(err, errLong) || b != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// What keeps a server from answering is told without the request.
func TestTroubleInWords(t *testing.T) {
	hangup := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer hangup.Close()
	for server, want := range map[string]string{
		"http://127.0.0.1:1": "gave up: dial tcp 127.0.0.1:1: connect: ",
		hangup.URL:           "gave up: the server closed the connection: EOF",
	} {
		c, err := New(server)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Get(t.Context(), "/1/matches?limit=1000", "application/json")
		if !strings.HasPrefix(err.Error(), want) || !errors.Is(err, ErrGaveUp) {
			t.Errorf("%s: %v, expected %s", server, err, want)
		}
	}
	slow := &url.Error{Op: "Get", URL: "http://a/b", Err: context.DeadlineExceeded}
	if got := inWords(slow).Error(); got != "no answer within 30s: context deadline exceeded" {
		t.Error(got)
	}
}
