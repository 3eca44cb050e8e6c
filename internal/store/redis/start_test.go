package redis

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// starting writes a log, and starts a server when there is something in it.
type starting struct {
	bytes.Buffer
	server *server
}

func (s *starting) Write(b []byte) (int, error) {
	if s.Len() == 0 {
		s.server.start()
	}
	return s.Buffer.Write(b)
}

// TestAServerThatComesLater is waited for, which is said at once, and once.
func TestAServerThatComesLater(t *testing.T) {
	srv := &server{t: t, dir: t.TempDir(), port: freePort(t)}
	t.Cleanup(func() {
		if srv.cmd != nil {
			srv.kill()
		}
	})
	log := &starting{server: srv}
	srv.open(func(o *Options) { o.Within, o.Log = time.Minute, slog.New(slog.NewTextHandler(log, nil)) })
	first, _, _ := strings.Cut(log.String(), "\n")
	if !strings.Contains(first, "tried again until it does") || !strings.Contains(first, "connection refused") || strings.Count(log.String(), "tried again") != 1 {
		t.Errorf("it said %q", log)
	}
}

// TestSomethingElse: where no Redis is, or another kind than the address says, what was
// expected is told, and at once where waiting would not help.
func TestSomethingElse(t *testing.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	defer web.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	srv := serve(t)
	for _, c := range []struct {
		url, want string
		within    time.Duration
	}{
		{"redis://" + web.Listener.Addr().String(), "something else answers there", time.Hour},
		{"rediss://" + web.Listener.Addr().String(), "that speaks TLS, since the address is rediss://", time.Hour},
		{"rediss://" + secure.Listener.Addr().String(), "with a certificate of an authority", time.Hour},
		{"rediss://127.0.0.1:" + srv.port, "that speaks TLS, since the address is rediss://", 0},
		{"redis://127.0.0.1:" + freePort(t), "is it running, and are address and port right?", 0},
	} {
		s, err := Open(context.Background(), Options{URL: c.url, Within: c.within, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "expected a Redis or Valkey server") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", c.url, err, c.want)
		}
	}
}
