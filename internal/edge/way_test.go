package edge

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// balanced is a server with two nodes behind it: every connection that there was when
// the first began to drain is to that one.
type balanced struct {
	mu struct {
		sync.Mutex
		seen, drained map[string]bool // connections, by the client's address
		silent        []string        // requests that did not say for whom they are
	}
}

func (b *balanced) drains() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mu.drained, b.mu.seen = b.mu.seen, map[string]bool{}
}

func (b *balanced) before(h http.Handler, streams string) http.Handler {
	b.mu.seen = map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.mu.seen[r.RemoteAddr] = true
		drained := b.mu.drained[r.RemoteAddr]
		if r.Header.Get("X-Forwarded-For") != "127.0.0.1" {
			b.mu.silent = append(b.mu.silent, r.URL.Path)
		}
		b.mu.Unlock()
		if drained && r.URL.Path == streams {
			w.Header().Set("Retry-After", "30")
			http.Error(w, `{"detail":"this node is being drained"}`, http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// A node that drains refuses streams with a Retry-After: the origin's next one is asked,
// at once and over another connection. (A Read waits for 5 s, not for 30.)
func TestTheNextNodeIsAsked(t *testing.T) {
	const streams = "/1/match/" + theMatch + "/stream"
	t.Run("HTTP/1.1", func(t *testing.T) {
		p, b := newPlayed(t, 1, event(1, epoch)), new(balanced)
		p.Config.Handler = b.before(p.Config.Handler, streams)
		s := p.open(t, Options{})
		b.drains()
		if r, err := s.Read(t.Context(), key, 1); err != nil || len(r) != 1 {
			t.Errorf("%d records, %v", len(r), err)
		}
	})
	t.Run("HTTP/2", func(t *testing.T) {
		b := new(balanced)
		s := httptest.NewUnstartedServer(b.before(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}), streams))
		s.EnableHTTP2 = true
		s.StartTLS()
		defer s.Close()
		o := newOrigin(s.URL, "edge.x", &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs})
		defer o.close()
		board, err := o.open(t.Context(), "/1/stream", "", func() {})
		if err != nil {
			t.Fatal(err)
		}
		defer board.close()
		b.drains()
		if _, err := o.open(t.Context(), streams, "", func() {}); askedFor(err) == 0 || askedFor(err) > soonest {
			t.Fatalf("by the connection to the node that drains: %v, to come back in %v", err, askedFor(err))
		}
		next, err := o.open(t.Context(), streams, "", func() {})
		if err != nil {
			t.Fatal("by the next connection:", err)
		}
		next.close()
	})
}

// An origin that takes the edge for a proxy is told for whom each request is.
func TestForWhomARequestIs(t *testing.T) {
	p, b := newPlayed(t, 1, event(1, epoch)), new(balanced)
	p.Config.Handler = b.before(p.Config.Handler, "")
	s := p.open(t, Options{})
	if _, err := s.Read(t.Context(), key, 1); err != nil {
		t.Fatal(err)
	}
	s.Greet(t.Context(), "a-token")
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.mu.silent) > 0 {
		t.Errorf("these do not say it: %q", b.mu.silent)
	}
}
